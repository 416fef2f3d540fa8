"""What workers and beat log has the form of all other logs, and every line of a task says which task it belongs to."""

import logging
from typing import Any

from celery import Task
from celery.signals import setup_logging, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, unbind_contextvars

from requestflow import logs
from requestflow.settings import settings


def listen() -> None:
    """Takes the log out of Celery's hands."""
    setup_logging.connect(_set_up)
    task_prerun.connect(_begin)
    task_postrun.connect(_end)


def _set_up(loglevel: int = logging.WARNING, **_told: object) -> None:
    """The level is that of the settings, or that of the command line if that one tells more."""
    chosen = settings()
    least = min(loglevel, logging.getLevelNamesMapping()[chosen.logs_from.upper()])
    logs.set_up(as_json=chosen.logs_json, level=logging.getLevelName(least))


def _begin(task_id: str, task: Task, **_told: Any) -> None:
    bind_contextvars(task=task.name, task_id=task_id)


def _end(**_told: Any) -> None:
    unbind_contextvars("task", "task_id")
