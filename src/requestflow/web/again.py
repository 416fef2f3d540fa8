"""A page opened once more with what is typed in it, in another language or size of text: nothing is lost, nothing done.

The choices at the top of a page with a form are buttons of that form, and send it to the page's own address, marked. A
post so marked is answered as if the page were opened, and its form then holds what was sent.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, request

from requestflow.services._fields import plain

_MARK = "again"
_CHOICES = ("lang", "text")


def typed_before() -> Mapping[str, Any] | None:
    """What the form of this page held when it was opened once more, told once; None where it is opened first."""
    known: Mapping[str, Any] | None = g.pop("typed", None) if g else None
    return known


def address_again(page: str = "") -> str:
    """The address that opens this page, or one that holds the same form, once more; a choice is added at its end."""
    said = [(name, value) for name, value in request.args.items(multi=True) if name not in (_MARK, *_CHOICES)]
    here = page or quote(request.root_path + request.path)
    return f"{here}?{urlencode([*([] if page else said), (_MARK, 'yes')])}&"


def _as_opened() -> None:
    if request.method == "POST" and _MARK in request.args:
        opened = current_app.create_url_adapter(request).match(method="GET", return_rule=True)  # type: ignore[union-attr]  # in a request
        request.url_rule, request.view_args = opened[0], dict(opened[1])
        g.typed = {name: plain(value) for name, value in request.form.items()}


def open_again(app: Flask) -> None:
    """Answers marked posts so. To be asked before the guard, which then asks who may open the page."""
    app.before_request(_as_opened)
    app.jinja_env.globals["address_again"] = address_again
