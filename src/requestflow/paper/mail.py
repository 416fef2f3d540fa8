"""Mails as text: a template of templates/mail in the reader's language, whose first line is the subject.

A mail with tables has a second template, in HTML, beside the one in plain text.
"""

from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from requestflow.paper.grid import Grid
from requestflow.rules.notices import Notice
from requestflow.rules.words import Text

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "mail"
_LANGUAGES = ("zh", "en")
_LIBRARY = Environment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    autoescape=select_autoescape(),  # by the name's end: these are plain text
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # each is read once
)
_PAGES = frozenset(_LIBRARY.list_templates(extensions=["html"]))

_TEMPLATES = {
    **dict.fromkeys((Notice.due_in_5, Notice.due_in_3, Notice.due_in_1), "due"),
    **dict.fromkeys((Notice.review_reply, Notice.review_late), "review"),
    **dict.fromkeys((Notice.suit_reply, Notice.suit_late), "suit"),
}


def template_of(notice: Notice) -> str:
    """The template that tells of a notice: it bears the notice's name, except where one serves several."""
    return _TEMPLATES.get(notice, notice.value)


class Written(NamedTuple):
    """A mail's subject, one line, its body, and the same as HTML (empty if it has no tables)."""

    subject: str
    body: str
    html: str = ""


def written(template: str, language: str, **facts: Any) -> Written:
    """The mail that `template` makes of the facts; a reader of an unknown language is written to in Chinese.

    A `Text` or a `Grid` among the facts, or within a list or mapping of them, is said in the reader's language. A fact
    that the template needs must be given.
    """
    tongue = language if language in _LANGUAGES else _LANGUAGES[0]
    said = {name: _said(fact, tongue) for name, fact in facts.items()}
    subject, _, body = _LIBRARY.get_template(f"{template}.{tongue}.txt").render(said).partition("\n")
    page = f"{template}.{tongue}.html"
    html = _LIBRARY.get_template(page).render(said) if page in _PAGES else ""
    return Written(subject.strip(), body.strip() + "\n", html)


def _said(fact: Any, tongue: str) -> Any:
    match fact:
        case Text():
            return getattr(fact, tongue)
        case Grid():
            return fact.said(tongue)
        case list():
            return [_said(each, tongue) for each in fact]
        case dict():
            return {name: _said(each, tongue) for name, each in fact.items()}
    return fact
