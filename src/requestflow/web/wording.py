"""The words of the templates in the reader's language: `_` and `ngettext`, their catalogue looked up once a page.

A list of fifty cases says some two hundred sentences; those of Flask-Babel look for the catalogue anew for each.
"""

from gettext import NullTranslations
from typing import Any

from flask import Flask, g
from flask_babel import get_domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def _catalogue() -> NullTranslations:
    known: NullTranslations | None = g.get("catalogue")
    if known is None:
        known = g.catalogue = get_domain().get_translations()
    return known


@pass_eval_context
def _gettext(where: EvalContext, sentence: str, /, **facts: Any) -> str:
    """The sentence with its facts, escaped on a page; a sign of per cent that is no fact is written twice."""
    return _safe(where, _catalogue().gettext(sentence)) % facts


@pass_eval_context
def _ngettext(where: EvalContext, one: str, many: str, num: int, /, **facts: Any) -> str:
    """The sentence for so many, with their number among the facts."""
    return _safe(where, _catalogue().ngettext(one, many, num)) % {"num": num, **facts}


def _safe(where: EvalContext, sentence: str) -> str:
    return Markup(sentence) if where.autoescape else sentence  # nosec B704 # the sentences are ours


def word(app: Flask) -> None:
    """Gives the templates of the app their words."""
    app.jinja_env.globals.update({"_": _gettext, "gettext": _gettext, "ngettext": _ngettext})
