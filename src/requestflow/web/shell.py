"""What surrounds every page: its templates and styles, the way through the rooms, and the safety headers."""

from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, current_app, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from requestflow.web.access import may_open
from requestflow.web.outbox import undelivered

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TWO_YEARS = "max-age=63072000"


_ROOMS = {
    "worklist": "worklist.queue",
    "filters": "worklist.queue",
    "assigning": "worklist.queue",
    "casework": "worklist.queue",
    "intake": "intake.counter",
    "office": "office.show",
    "annual": "annual.choose",
    "indicators": "annual.choose",
    "admin": "admin.tree",
    "public.before": "public.ask",
    "public.question": "public.ask",
    "public.review": "public.ask",
    "public.receipt": "public.follow",
    "public.show": "public.follow",
    "public.think_again": "public.follow",
}
"""Under which entry a room, or a page of the citizen's room, stands."""


class Way(NamedTuple):
    """An entry of the navigation: the page it opens and what it is called.

    One that can tell how much is `waiting` behind it is there only while something is.
    """

    endpoint: str
    called: LazyString
    waiting: Callable[[], int] | None = None


DESK = (
    Way("worklist.queue", lazy_gettext("Queue")),
    Way("intake.counter", lazy_gettext("Enter a request")),
    Way("office.show", lazy_gettext("Overview")),
    Way("annual.choose", lazy_gettext("The year")),
    Way("admin.tree", lazy_gettext("Administration")),
    Way("outbox.show", lazy_gettext("Undelivered letters"), waiting=undelivered),
)
PUBLIC = (
    Way("public.home", lazy_gettext("Home")),
    Way("public.ask", lazy_gettext("Make a request")),
    Way("public.follow", lazy_gettext("Follow a request")),
)


def _ways(entries: tuple[Way, ...]) -> list[tuple[Way, bool, int]]:
    """The entries that the reader may open: whether this is the page, and how much waits there."""
    room = (request.endpoint or "").partition(".")[0]
    here = _ROOMS.get(request.endpoint or "") or _ROOMS.get(room, request.endpoint)
    open_to_reader = [(way, way.endpoint == here) for way in entries if may_open(way.endpoint)]
    counted = [(way, is_here, way.waiting() if way.waiting else 0) for way, is_here in open_to_reader]
    return [(way, is_here, count) for way, is_here, count in counted if is_here or count or not way.waiting]


def opens_by_address() -> bool:
    """Whether the address of this page opens by itself, without a form being sent."""
    return current_app.create_url_adapter(request).test(request.path, "GET")  # type: ignore[union-attr]  # in a request


def here(**chosen: str) -> str:
    """This page's address, with another choice of language or text size; a page that only a form opens gives way."""
    if not opens_by_address():
        return f"{url_for('public.home')}?{urlencode(chosen)}"
    said = [(name, value) for name, value in request.args.items(multi=True) if name not in chosen]
    query = urlencode([*said, *chosen.items()])
    return quote(request.root_path + request.path) + (f"?{query}" if query else "")


def _in(tongue: str) -> str:
    return here(lang=tongue)


def _in_size(size: str) -> str:
    return here(text=size)


@cache
def _mark(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def _bootstrap() -> Blueprint:
    """Bootstrap's own stylesheet, from the installed wheel: nothing is fetched from elsewhere."""
    folder = str(files("flask_bootstrap") / "static" / "bootstrap5")
    return Blueprint("bootstrap", __name__, static_folder=folder, static_url_path="/bootstrap")


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _TWO_YEARS
    if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def surround(app: Flask) -> None:
    """Puts header, navigation, styles and safety headers around every page of the app."""

    def asset(name: str) -> str:
        """The address of a static file, which changes when the file does."""
        return url_for("static", filename=name, v=_mark(Path(str(app.static_folder)) / name))

    app.register_blueprint(_bootstrap())
    app.after_request(_protect)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        desk_ways=partial(_ways, DESK),
        front_ways=partial(_ways, PUBLIC),
        in_language=_in,
        in_size=_in_size,
    )
