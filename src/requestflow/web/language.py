"""The reader's language: which one a page speaks, and how texts, days and numbers are said in it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel.dates import format_datetime
from flask import Flask, Response, g, request
from flask_babel import Babel
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from requestflow.clock import LEGAL_ZONE
from requestflow.rules.articles import cite
from requestflow.rules.words import Text, Word, figure, spoken
from requestflow.web.choice import keep
from requestflow.web.labels import LABELS

LANGUAGES = ("zh", "en")
TONGUES = (("zh", "中文"), ("en", "English"))
"""Each language in its own words, to choose from."""
COOKIE = "language"


def language() -> str:
    """The language of this page: ?lang=, else the cookie, else the officer's own, else Chinese, the office's own."""
    chosen: str | None = g.get("language")
    if chosen is None:
        chosen = g.language = asked_for() or getattr(current_user, "language", None) or LANGUAGES[0]
    return chosen


def asked_for() -> str | None:
    """The language that the reader chose in this browser; None if none was chosen."""
    chosen = request.args.get("lang"), request.cookies.get(COOKIE)
    return next((choice for choice in chosen if choice in LANGUAGES), None)


def speak_without_officer() -> None:
    """For the page that says that something broke: the language is settled without asking the database."""
    if "language" not in g:
        g.language = asked_for() or LANGUAGES[0]


def say(words: Text | StrEnum | date | str | None) -> str:
    """Words, a day or an instant in the reader's language; a string is said as it is, nothing as nothing."""
    if isinstance(words, datetime):
        return moment(words)
    if isinstance(words, date):
        words = spoken(words)
    if isinstance(words, Word):
        words = words.label
    if isinstance(words, Text):
        return words.en if language() == "en" else words.zh
    if isinstance(words, str):
        return words  # and with it its mark of being safe HTML
    return ""


def day(when: date | str | None) -> str:
    """A legal day in the reader's form (2026年3月5日, 5 March 2026); ISO text is read as a day, nothing stays empty."""
    if not when:
        return ""
    return say(spoken(date.fromisoformat(when) if isinstance(when, str) else when))


def moment(when: datetime) -> str:
    """An instant, said in the legal time zone."""
    pattern = "d MMMM y, HH:mm" if language() == "en" else "y年M月d日 HH:mm"
    return format_datetime(when.astimezone(LEGAL_ZONE), pattern, locale=language())


def number(value: int | Decimal | None) -> str:
    """A figure as it is written; nothing where there is none."""
    return "" if value is None else figure(value)


def cited(article: str) -> str:
    """An article of the law as it is cited in the reader's language."""
    return say(cite(article))


def label(field: str) -> str:
    """What a typed field is called."""
    return say(LABELS[field])


def _each_time(said: Callable[[Any], str]) -> Callable[[Context, Any], str]:
    """The filter asked anew for each reader: Jinja folds a filter over a constant, unless it takes the context."""

    @pass_context
    def asked(_context: Context, value: Any) -> str:
        return said(value)

    return asked


def _on_one_line(said: Callable[[Any], str]) -> Callable[[Context, Any], str]:
    """The filter whose words no line of a page tears apart; a letter in plain text gets them bare."""

    @pass_context
    def asked(context: Context, value: Any) -> str:
        words = said(value)
        whole = Markup('<span class="nowrap">{}</span>')
        return whole.format(words) if words and context.eval_ctx.autoescape else words

    return asked


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        keep(response, COOKIE, asked)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = "en" if language() == "en" else "zh-CN"
        response.vary.add("Cookie")
    return response


def speak(app: Flask) -> None:
    """Gives the app its two languages and the filters `say`, `day`, `moment`, `number`, `cite` and `label`."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{app.root_path}/translations")
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LANGUAGES[0])
    Babel(app, locale_selector=language)
    filters: dict[str, Callable[[Any], str]] = {"say": say, "number": number, "cite": cited, "label": label}
    for name, said in filters.items():
        app.jinja_env.filters[name] = _each_time(said)
    app.jinja_env.filters["day"] = _on_one_line(day)
    app.jinja_env.filters["moment"] = _on_one_line(moment)
    app.jinja_env.globals["language"] = language
    app.after_request(_remember)
