"""What those who watch over the system ask: whether it answers, whether it can work, and what it has done."""

from collections.abc import Callable, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from time import perf_counter
from typing import Any

import redis
from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from requestflow.clock import now
from requestflow.services.runs import STANDS_STILL
from requestflow.settings import Settings
from requestflow.store.away import AWAY, is_away
from requestflow.store.queries import watch
from requestflow.store.session import reading
from requestflow.web.access import public
from requestflow.web.metrics import Metrics

room = Blueprint("health", __name__)

PATIENCE = 1.0  # seconds that the broker may take to answer
_THROUGH_A_PROXY = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
_KEPT = "requestflow.health"
Check = Mapping[str, Any]


@room.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is touched."""
    return jsonify(status="alive")


@room.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Whether pages can be served (else 503), and whether all that stands behind them works (else degraded)."""
    checks = {"database": _timed(_database)}
    checks["broker"] = _timed(_broker)
    if checks["database"]["ok"]:
        checks["timetable"] = _timetable()
    is_well = all(check["ok"] for check in checks.values())
    status = "unavailable" if not checks["database"]["ok"] else "ready" if is_well else "degraded"
    answer = jsonify(status=status, checks=checks)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 503 if status == "unavailable" else 200


@room.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """The figures for Prometheus; to anybody who may not read them, there is no such page."""
    if not _may_read():
        abort(404)
    counted: Metrics = current_app.extensions[_KEPT]["metrics"]
    return Response(counted.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def watch_over(app: Flask, settings: Settings, metrics: Metrics) -> None:
    """Hands the room what it watches with."""
    app.extensions[_KEPT] = {"settings": settings, "metrics": metrics}


def _settings() -> Settings:
    chosen: Settings = current_app.extensions[_KEPT]["settings"]
    return chosen


def _may_read() -> bool:
    """With the token if one is set; else from this machine, and not through a proxy that stands on it."""
    token = _settings().metrics_token.get_secret_value()
    if token:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    before = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    return _is_here(str(before["REMOTE_ADDR"])) and not any(name in request.headers for name in _THROUGH_A_PROXY)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False  # a socket file: whoever stands at its other end is not known


def _timed(is_there: Callable[[], bool]) -> Check:
    began = perf_counter()
    return {"ok": is_there(), "ms": round((perf_counter() - began) * 1000, 1)}


def _database() -> bool:
    try:
        with reading() as session:
            watch.is_there(session)
    except AWAY as error:
        if not is_away(error):
            raise
        return False
    return True


def _broker() -> bool:
    """Whether Redis answers; in memory the broker is this process."""
    url = _settings().redis_url
    if not url:
        return True
    try:
        with redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _timetable() -> Check:
    with reading() as session:
        last = watch.last_run(session)
    if last is None:
        return {"ok": False, "last_run_at": None, "age_seconds": None}
    age = now() - last
    return {"ok": age <= STANDS_STILL, "last_run_at": last.isoformat(), "age_seconds": round(age.total_seconds())}
