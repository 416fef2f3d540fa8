"""Each beat leaves a mark in Redis while it runs, by which `requestflow doctor` sees whether there is exactly one."""

import os
import socket
from functools import cache

import redis
from celery.signals import beat_init, before_task_publish

from requestflow.clock import now
from requestflow.settings import settings

MARK = "requestflow:beat:"
SEEN_FOR = 180  # seconds; beat calls something every minute but in those around midnight
_PATIENCE = 2.0


def leave_marks() -> None:
    """From its start on, a process that is a beat leaves its mark whenever it calls a task."""
    beat_init.connect(_begin)


def _begin(**_told: object) -> None:
    before_task_publish.connect(_mark)
    _mark()


def _mark(**_told: object) -> None:
    if settings().redis_url:
        _server().set(f"{MARK}{socket.gethostname()}:{os.getpid()}", now().isoformat(), ex=SEEN_FOR)


@cache
def _server() -> redis.Redis:
    """One client for all marks: a signal to end that comes while a client is being destroyed would be lost."""
    return redis.Redis.from_url(settings().redis_url, socket_timeout=_PATIENCE)
