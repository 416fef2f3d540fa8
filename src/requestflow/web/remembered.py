"""What the browser of a citizen remembers in its session: the drafts being written, and the receipts of what was sent.

Each has pages of its own, so that two requests in two tabs never mix. The address of a page is a digest: it opens
nothing in another browser, and tells nothing to whoever reads it in a log.
"""

from hashlib import sha256

from flask import session

MOST = 20
"""So many drafts and so many receipts have room in a session cookie beside each other; the oldest are forgotten."""


def draft_of(key: str) -> str:
    """Remembers the key of a submission, and returns the address of its draft."""
    _remember("drafts", key)
    return _address(key)


def key_of(draft: str) -> str | None:
    """The key behind the address of a draft; None if this browser does not know it."""
    return next((key for key in session.get("drafts", ()) if _address(key) == draft), None)


def slip_of(number: str, code: str) -> str:
    """Remembers the number and the access code of a case, and returns the address of its pages."""
    _remember("slips", [number, code])
    return _address(number, code)


def slip_at(address: str) -> tuple[str, str] | None:
    """The number and the access code behind an address; None if this browser does not know it."""
    return next(
        ((number, code) for number, code in session.get("slips", ()) if _address(number, code) == address), None
    )


def forget() -> None:
    """Forgets all of it, for those who use somebody else's browser."""
    session.pop("drafts", None)
    session.pop("slips", None)


def _remember(what: str, secret: str | list[str]) -> None:
    known = [other for other in session.get(what, ()) if other != secret]
    session[what] = [*known, secret][-MOST:]


def _address(*secret: str) -> str:
    return sha256(f"address of {' '.join(secret)}".encode()).hexdigest()[:24]
