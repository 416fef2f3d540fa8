"""A worker and the timetable as threads of the process that also serves the pages: one machine, no other service."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from celery.beat import Scheduler, Service
from celery.worker import WorkController, state

from requestflow.clock import now
from requestflow.services import mail
from requestflow.settings import settings
from requestflow.store.session import transaction
from workers.app import app
from workers.tasks import EVERYTHING

PATIENCE = 10.0  # seconds that a task under way may take to end
_THREADS = 2

log = logging.getLogger(__name__)


@contextmanager
def at_work() -> Iterator[None]:
    """Worker and timetable work while the block lasts; both have ended when it is left.

    Everything that is due is caught up at once, so the timetable need not remember when it last ran. To be entered by
    the only such process on its database; what an earlier one claimed and did not send is given back.
    """
    app.set_default()
    if settings().is_embedded:  # nobody else can be sending
        with transaction() as session:
            mail.release(session, now())
    worker = _worker()
    timetable = Service(app, max_interval=1, scheduler_cls=Scheduler, remote_control=False)
    threads = (Thread(target=worker.start, name="worker"), Thread(target=timetable.start, name="timetable"))
    state.should_stop = None
    for thread in threads:
        thread.daemon = True  # a task that hangs does not keep the process
        thread.start()
    try:
        for task in EVERYTHING:
            task.delay()
        yield
    finally:
        timetable.stop()
        state.should_stop = 0  # the exit status with which the worker leaves its loop
        for thread in threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                log.warning("the %s did not end within %d seconds", thread.name, PATIENCE)
        state.should_stop = None


def _worker() -> WorkController:
    return WorkController(
        app=app,
        hostname="embedded@requestflow",
        pool="threads",
        concurrency=_THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
