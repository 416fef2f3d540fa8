"""Large text: one switch on every page, for everybody, remembered by the browser."""

from collections.abc import Callable

from requestflow.rules.roles import Role
from tests.web.conftest import Page, Visitor


def _is_large(page: Page) -> bool:
    return page.found(".").get("class") == "is-large"


def _switch(page: Page, words: str) -> str:
    return next(link.get("href", "") for link in page.every(".//header//a") if link.text == words)


def test_large_text_is_chosen_once_and_stays_until_it_is_given_back(visitor: Visitor) -> None:
    first = visitor.get("/")
    assert not _is_large(first)
    assert _is_large(visitor.get(_switch(first, "大字")))
    later = visitor.get("/offices")
    assert _is_large(later)
    assert not _is_large(visitor.get(_switch(later, "标准字号")))
    assert not _is_large(visitor.get("/"))


def test_an_officer_reads_large_text_too_and_the_switch_keeps_what_the_page_shows(
    sign_in: Callable[..., Visitor],
) -> None:
    clerk = sign_in(Role.clerk)
    switch = _switch(clerk.get("/desk", pile="mine", q="马"), "大字")
    assert "pile=mine" in switch
    assert _is_large(clerk.get(switch))


def test_a_size_that_is_none_changes_nothing(visitor: Visitor) -> None:
    assert not _is_large(visitor.get("/", text="huge"))
    assert not _is_large(visitor.get("/"))


def test_the_switches_of_a_half_filled_form_lose_nothing_that_was_typed(visitor: Visitor) -> None:
    switches = [b.get("formaction") or "" for b in visitor.get("/ask").every(".//header//button[@formaction]")]
    assert any("text=large" in switch for switch in switches)
    kept = visitor.post(next(s for s in switches if "text=large" in s), {"agency": "LAND"}, follow=True)
    assert _is_large(kept)
    assert kept.typed("agency") == "LAND"
