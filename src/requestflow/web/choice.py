"""A choice that the reader's browser keeps: the language, the size of the text, the letters, how paper came in."""

from flask import request
from werkzeug.wrappers import Response

A_YEAR = 365 * 24 * 3600  # seconds


def keep(answer: Response, name: str, chosen: str, *, seconds: int | None = A_YEAR) -> None:
    """Has the browser keep what was chosen for so many seconds, or (None) until it is closed; no script reads it."""
    answer.set_cookie(name, chosen, max_age=seconds, secure=request.is_secure, httponly=True, samesite="Lax")
