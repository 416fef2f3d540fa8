"""How often one caller may knock: the counters of flask-limiter, in memory when embedded, in Redis otherwise."""

from datetime import datetime
from math import ceil

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from requestflow.clock import now
from requestflow.services.intake import whole_number

limiter = Limiter(get_remote_address)


def typed_login() -> str:
    """Counts attempts on one account together, from wherever they come."""
    return "login:" + request.form.get("login", "").strip().lower()


def typed_number() -> str:
    """Counts the guesses of one address at one case: nobody can close a case to its applicant by guessing at it."""
    return f"number:{get_remote_address()}:{whole_number(request.form.get('number', ''))}"


def was_wrong(response: Response) -> bool:
    """Whether an attempt counts as a guess: behind one address may be a whole town hall that types without mistakes."""
    return response.status_code == 422


def minutes_to_wait(now: datetime) -> int | None:
    """After how many minutes a refused caller may knock again; None if no limit was met."""
    seconds = _seconds_to_wait(now)
    return ceil(seconds / 60) if seconds else None


def _seconds_to_wait(now: datetime) -> int | None:
    limit = limiter.current_limit
    return max(1, ceil(limit.window.reset_time - now.timestamp())) if limit and limit.breached else None


def _say_when(response: Response) -> Response:
    """Tells a refused caller alone: with a redirect it would ask the browser to wait before it goes on."""
    if seconds := _seconds_to_wait(now()):
        response.retry_after = seconds
    return response


def count(app: Flask, broker_url: str) -> None:
    """Starts counting; several web processes share their counters through the Redis that is the broker.

    While Redis is away each process counts for itself, so that the door stays guarded and requests still come in.
    """
    shared = broker_url.replace("redis+socket://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_URI"] = shared if shared.startswith("redis") else "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
    app.after_request(_say_when)
