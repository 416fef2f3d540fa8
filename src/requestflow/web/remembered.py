"""What the browser of a citizen remembers: the drafts being written, for a day, and the receipts of what was sent.

Each has pages of its own, so that two requests in two tabs never mix. The address of a page is a digest: it opens
nothing in another browser, and tells nothing to whoever reads it in a log. The receipts go when the browser is closed.
"""

from collections.abc import Sequence
from hashlib import sha256

from flask import Response, after_this_request, current_app, g, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from requestflow.services.asking import KEPT

MOST = 20
"""So many drafts and so many receipts have room in their cookies; the oldest are forgotten."""
DRAFTS = "requestflow_drafts"


def drafts() -> list[str]:
    """The keys of the drafts that were begun in this browser within a day, the latest last."""
    if "drafts" not in g:
        g.drafts = _read(request.cookies.get(DRAFTS, ""))
    known: list[str] = g.drafts
    return known


def draft_of(key: str) -> str:
    """Remembers the key of a submission, and returns the address of its draft."""
    _keep([*(other for other in drafts() if other != key), key][-MOST:])
    return address_of(key)


def address_of(key: str) -> str:
    """The address of the draft of a key."""
    return _address(key)


def key_of(draft: str) -> str | None:
    """The key behind the address of a draft; None if this browser does not know it."""
    return next((key for key in drafts() if address_of(key) == draft), None)


def drop_draft(key: str) -> None:
    """Forgets one draft."""
    _keep([other for other in drafts() if other != key])


def slip_of(number: str, code: str) -> str:
    """Remembers the number and the access code of a case, and returns the address of its pages."""
    known = [other for other in session.get("slips", ()) if other != [number, code]]
    session["slips"] = [*known, [number, code]][-MOST:]
    return _address(number, code)


def slip_at(address: str) -> tuple[str, str] | None:
    """The number and the access code behind an address; None if this browser does not know it."""
    return next(
        ((number, code) for number, code in session.get("slips", ()) if _address(number, code) == address), None
    )


def forget() -> None:
    """Forgets all of it, for those who use somebody else's browser."""
    _keep([])
    session.pop("slips", None)


def _keep(keys: Sequence[str]) -> None:
    g.drafts = list(keys)
    after_this_request(_write)


def _write(response: Response) -> Response:
    signed = _signer().dumps(drafts())
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    kept_for = KEPT if drafts() else None
    response.set_cookie(
        DRAFTS, signed if kept_for else "", max_age=kept_for or 0, secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _read(cookie: str) -> list[str]:
    try:
        keys: list[str] = _signer().loads(cookie, max_age=int(KEPT.total_seconds())) if cookie else []
    except BadSignature:  # too old, or not ours
        return []
    return keys


def _signer() -> URLSafeTimedSerializer:
    assert current_app.secret_key  # create_app sets it
    return URLSafeTimedSerializer(current_app.secret_key, salt="drafts of a citizen")


def _address(*secret: str) -> str:
    return sha256(f"address of {' '.join(secret)}".encode()).hexdigest()[:24]
