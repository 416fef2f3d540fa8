"""Pages that say no: the right status, both languages, and what to do next."""

from collections.abc import Callable

import pytest
from flask import Flask, abort

from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.services._step import Conflict
from requestflow.web.access import public
from requestflow.web.errors import WORDS, alone
from tests.web.conftest import Page, Visitor, statements

SignIn = Callable[..., Visitor]


def _raising(error: Exception) -> Callable[[], str]:
    @public
    def view() -> str:
        raise error

    return view


@pytest.mark.parametrize("status", sorted(set(WORDS) - {500, 503}))
def test_every_refusal_has_its_page_in_both_languages(app: Flask, visitor: Visitor, status: int) -> None:
    app.add_url_rule("/no", "no", public(lambda: abort(status)))
    chinese, english = visitor.get("/no"), visitor.get("/no", lang="en")
    title, sentence = WORDS[status]
    assert chinese.status == english.status == status
    assert title.zh in chinese.text
    assert sentence.en in english.text


def test_a_broken_rule_is_a_page_with_its_sentence_and_article(app: Flask, visitor: Visitor) -> None:
    broken = RuleBroken("补正只能告知一次。", "Only once.", article="条例（2019）第30条")
    app.add_url_rule("/no", "no", _raising(broken))
    page = visitor.get("/no")
    assert page.status == 422
    assert "补正只能告知一次。" in page.text
    assert "条例（2019）第30条" in page.text
    assert "Regulation (2019) Art. 30" in visitor.get("/no", lang="en").text


def test_of_two_who_act_at_once_the_second_gets_a_409(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/no", "no", _raising(Conflict()))
    page = visitor.get("/no")
    assert page.status == 409
    assert "您的操作没有保存" in page.text


def test_a_bug_is_a_500_that_gives_nothing_away(app: Flask, visitor: Visitor) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/no", "no", _raising(ZeroDivisionError("the secret of the house")))
    chinese, english = visitor.get("/no"), visitor.get("/no", lang="en")
    assert chinese.status == english.status == 500
    assert WORDS[500][0].zh in chinese.text
    assert WORDS[500][0].en in english.text
    assert "secret" not in english.response.text


def test_while_the_database_is_away_the_page_says_so_without_asking_it(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/no", "no", public(lambda: alone(503)))
    with statements() as said:
        chinese, english = visitor.get("/no"), visitor.get("/no", lang="en")
    assert said == []
    assert chinese.status == english.status == 503
    assert WORDS[503][0].zh in chinese.text
    assert WORDS[503][1].en in english.text
    assert chinese.response.headers["Retry-After"] == "60"


def _leads_to(page: Page) -> list[str]:
    return [link.get("href", "") for link in page.every("body//main//a")]


def test_every_refusal_shows_its_reader_where_to_go_on(app: Flask, visitor: Visitor, sign_in: SignIn) -> None:
    app.add_url_rule("/no/<int:status>", "no", public(lambda status: abort(status)))
    clerk = sign_in(Role.clerk)
    for status in (403, 404, 429):
        assert _leads_to(visitor.get(f"/no/{status}")) == ["/", "/follow"]
        assert _leads_to(clerk.get(f"/no/{status}"))[0] == "/desk"
    for status in (409, 422):
        assert _leads_to(visitor.get(f"/no/{status}", of="2026")) == [f"/no/{status}?of=2026", "/", "/follow"]


def test_a_broken_page_offers_to_be_opened_again(app: Flask, visitor: Visitor) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/no", "no", _raising(ZeroDivisionError()))
    assert _leads_to(visitor.get("/no")) == ["/no", "/", "/follow"]


def test_a_form_too_large_to_read_is_refused(visitor: Visitor) -> None:
    visitor.get("/ask")
    assert visitor.post("/ask", {"description": "长" * 1_000_000}).status == 413
