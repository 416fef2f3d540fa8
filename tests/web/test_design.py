"""One design: every part is shown once, every colour can be read, and no page makes a part or a style of its own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from requestflow.rules.roles import Role
from requestflow.web.design import THEME, colours, contrast, tokens
from requestflow.web.shell import TEMPLATES
from tests.web.conftest import Visitor

SignIn = Callable[..., Visitor]
PAGES = [path for path in TEMPLATES.rglob("*.html") if path.parent.name != "_macros"]
MACROS = sorted((TEMPLATES / "_macros").glob("*.html"))
PARTS = {
    "act",
    "box",
    "crumbs",
    "empty",
    "error",
    "facts",
    "field",
    "filter",
    "left",
    "list",
    "notice",
    "pages",
    "pick",
}
PARTS |= {"slip", "steps", "table-room", "tag", "timeline", "wrong"}
OWN_FORMS = {
    "layout.html": {"notice"},  # what was just done is said in one sentence above every page
    "admin/preview.html": {"wrong"},  # rows of a file that could not be read are no fields of a form
    "annual/enter.html": {"box"},  # a figure is typed in its cell
    "casework/show.html": {"act"},  # the one step that is next, beside others that are links
    "casework/step.html": {"field", "pick", "error"},  # outcomes are chosen in groups
    "intake/counter.html": {"field", "error", "act"},  # tabs for the ways in, and a button for each namesake
    "intake/receipt.html": {"act"},  # the key of the counter goes on from its receipt
    "public/ask/office.html": {
        "box",
        "field",
        "pick",
    },  # offices are chosen in groups, or found by a part of their name
    "public/ask/what.html": {"notice"},  # shown while somebody types
    "worklist/queue.html": {"box", "filter"},  # ticked cases are assigned below their table, and a filter is kept
}
"""Where a page builds a part by hand, and why no macro can."""


def _macros() -> Iterator[str]:
    for path in MACROS:
        yield from re.findall(r"{%-? macro ([a-z]\w*)\(", path.read_text())


def _classes(text: str) -> Iterator[str]:
    """Each class that a template may give; of one put together from words, the part that is fixed and a star."""
    for given in re.findall(r'class="((?:{{.*?}}|{%.*?%}|[^"])*)"', text):
        for before, said in re.findall(r"(^|.)({{.*?}})", given):
            if before in ("", " ", "'") or said.startswith("{{ ' "):
                yield from " ".join(re.findall(r"(?:{{|else) '([^']*)'", said)).replace("%d", "*").split()
        bare = re.sub(r"{%.*?%}|{{ ' .*?}}", " ", given)
        bare = re.sub(r"{{.*?}}", "*", bare)
        yield from (name for name in bare.split() if name != "*")


def _styled() -> set[str]:
    """Every class that the theme knows."""
    rules = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", THEME.read_text(), flags=re.DOTALL)
    selectors = re.sub(r"{[^{}]*}", " ", rules)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\([^()]*\d[^()]*\)", "", selectors)))


def _is_given(name: str, given: set[str]) -> bool:
    return name in given or any(
        name.startswith(start) for start in (g.split("*")[0] for g in given if "*" in g) if start.strip("-")
    )


@pytest.mark.parametrize("name", sorted(set(_macros())))
def test_every_part_is_shown_on_the_page_of_the_design(name: str) -> None:
    shown = "".join(path.read_text() for path in (TEMPLATES / "design").glob("*.html"))
    assert re.search(rf"\b\w+\.{name}\(", shown), f"{name} is a part that /design does not show"


def test_heads_and_administrators_see_the_design_and_nobody_else(visitor: Visitor, sign_in: SignIn) -> None:
    for role in (Role.head, Role.admin):
        page = sign_in(role).get("/design", lang="en")
        assert page.status == 200
        assert "Waiting for a correction" in page.text
    assert sign_in(Role.clerk).get("/design").status == 403
    assert visitor.get("/design").status == 302


@pytest.mark.parametrize("colour", colours(), ids=lambda colour: f"{colour.name} on {colour.ground}")
def test_every_colour_can_be_told_from_its_ground(colour) -> None:  # type: ignore[no-untyped-def]
    assert colour.ratio >= colour.needed


def test_the_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colours_are_named_once_and_used_by_name() -> None:
    root, rest = THEME.read_text().split("}", 1)
    assert tokens()["ink"] in root
    strange = re.findall(r"^(?!.*:root).*#[0-9a-f]{3,6}\b.*$", rest, flags=re.MULTILINE)
    assert strange == [], "a colour that is no token"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_makes_a_part_by_hand(path: Path) -> None:
    own = OWN_FORMS.get(str(path.relative_to(TEMPLATES)), set())
    made = set(_classes(path.read_text())) & PARTS
    assert made <= own, "a part of templates/_macros is built anew here"


def test_every_class_of_a_page_has_its_look() -> None:
    styled = _styled()
    given = {name for path in (*PAGES, *MACROS) for name in _classes(path.read_text())}
    plain = {name for name in given if "*" not in name and name not in styled}
    assert plain == set(), "classes without a look"
    begun = {name for name in given if "*" in name and name.split("*")[0].strip("-")}
    assert {name for name in begun if not any(known.startswith(name.split("*")[0]) for known in styled)} == set()


def test_every_look_is_used() -> None:
    pages = [path.read_text() for path in (*PAGES, *MACROS)]
    given = {name for page in pages for name in _classes(page)}
    told = {word for page in pages for words in re.findall(r"\"([^\"<>]*)\"", page) for word in words.split()}
    assert {name for name in _styled() - told if not _is_given(name, given)} == set(), "looks that no page has"
