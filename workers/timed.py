"""A task of the timetable: it works, remembers that it came to its end, and logs how much it did."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import Task

from requestflow.clock import now
from requestflow.services import runs
from requestflow.store.session import transaction
from workers.app import app


def timed(said: str, **how: Any) -> Callable[[Callable[[], int]], Task]:
    """Makes a task of work that returns how much it did; `said` is how the log calls that, `how` what Celery is told.

    A run that does not come to its end is not remembered, so whoever watches sees that the last one is long ago.
    """

    def task_of(work: Callable[[], int]) -> Task:
        @wraps(work)
        def run() -> None:
            started_at = now()
            did = work()
            with transaction() as session:
                runs.ended(session, work.__name__, started_at, now(), did)
            logging.getLogger(work.__module__).info("%s: %d", said, did)

        return app.task(**how)(run)

    return task_of
