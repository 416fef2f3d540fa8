"""How often one caller may knock: the counters of flask-limiter, in memory when embedded, in Redis otherwise."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=True)


def typed_login() -> str:
    """Counts attempts on one account together, from wherever they come."""
    return "login:" + request.form.get("login", "").strip().lower()


def typed_number() -> str:
    """Counts attempts on one case together, from wherever they come."""
    return "number:" + request.form.get("number", "").strip()


def count(app: Flask, broker_url: str) -> None:
    """Starts counting; several web processes share their counters through the Redis that is the broker.

    While Redis is away each process counts for itself, so that the door stays guarded and requests still come in.
    """
    shared = broker_url.replace("redis+socket://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_URI"] = shared if shared.startswith("redis") else "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
