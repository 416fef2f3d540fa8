"""One line in the log for each request, with an id that the reader can quote, and with nobody's data.

What is told of an address is the endpoint that answers it: the address itself may hold the number of a case.
"""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import perf_counter
from types import TracebackType
from typing import Any
from uuid import uuid4

from flask import Flask, g, request

from requestflow import logs
from requestflow.web.access import Officer

Caught = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
Listen = Callable[[str, str, int, float], None]
"""Hears of each answer: endpoint, method, status, seconds."""

log = logs.logger("requestflow.web")
HEADER = "X-Request-ID"
NOWHERE = "nowhere"  # the endpoint of an address that is none
_SANE = re.compile(r"[0-9A-Za-z-]{16,64}")
_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NOTE = "requestflow.note"
_WATCHED = frozenset({"health.alive", "health.ready", "health.metrics"})


def request_id() -> str:
    """The id of the request that is being answered, which stands in the log and in the header of the answer."""
    return str(request.environ[_NOTE]["request_id"])


def tell(app: Flask, *listeners: Listen) -> None:
    """Logs each request of the app when it is answered, and its faults without what anybody typed."""
    answer = app.wsgi_app

    def told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began = perf_counter()
        note = environ[_NOTE] = {"request_id": _id(environ), "endpoint": NOWHERE, "status": 500}

        def start(status: str, headers: list[tuple[str, str]], *caught: Any) -> Any:
            note["status"] = int(status[:3])
            return start_response(status, [*headers, (HEADER, note["request_id"])], *caught)

        with logs.about(request_id=note["request_id"]):
            try:
                return answer(environ, start)
            finally:
                method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _KNOWN else "OTHER"
                _close(note, method, perf_counter() - began, listeners)

    app.wsgi_app = told  # type: ignore[method-assign]  # Flask's own way
    app.log_exception = _fault  # type: ignore[method-assign]  # Flask's own would name the address
    app.teardown_request(_take_down)
    app.jinja_env.globals["request_id"] = request_id


def _id(environ: dict[str, Any]) -> str:
    """The id that a proxy gave, if it looks like one; else a new one."""
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if _SANE.fullmatch(given) else uuid4().hex[:16]  # short enough to be read out


def _take_down(_error: BaseException | None) -> None:
    """Notes what only the request knows: its endpoint, and the role of whoever was found to be signed in."""
    note = request.environ.get(_NOTE)
    if note is None:
        return  # a request made by hand, to which nobody gets an answer
    note["endpoint"] = request.endpoint or NOWHERE
    reader = g.get("_login_user")  # not asked for where the page did not, as that would read the database
    if isinstance(reader, Officer):
        note["role"] = reader.person.role.value


def _close(note: dict[str, Any], method: str, seconds: float, listeners: Iterable[Listen]) -> None:
    endpoint, status = note["endpoint"], note["status"]
    role = {"role": note["role"]} if "role" in note else {}
    # a watcher comes every few seconds, and what it was told is worth a line only when it was bad news
    say = log.debug if endpoint in _WATCHED and status < HTTPStatus.INTERNAL_SERVER_ERROR else log.info
    say("request", method=method, endpoint=endpoint, status=status, ms=round(seconds * 1000, 1), **role)
    for listen in listeners:
        listen(endpoint, method, status, seconds)


def _fault(exc_info: Caught) -> None:
    log.error("fault", endpoint=request.endpoint or NOWHERE, method=request.method, exc_info=exc_info)
