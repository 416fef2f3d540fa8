"""What the timetable calls: each task opens a transaction, calls one service, and logs the count."""

import logging

from sqlalchemy.exc import OperationalError

from requestflow.clock import now, today
from requestflow.services import counts, reminders, yearend
from requestflow.settings import settings
from requestflow.store.session import reading, transaction
from workers import outbox
from workers.app import app

log = logging.getLogger(__name__)

# While the database is away a task tries again by itself; mail does so every minute anyway.
AGAIN = {"autoretry_for": (OperationalError,), "retry_backoff": 2, "retry_backoff_max": 30, "max_retries": 8}


@app.task(**AGAIN)
def remind() -> None:
    """Raises the reminders that apply today."""
    with transaction() as session:
        raised = reminders.raise_due(session, today(), now(), site=settings().base_url)
    log.info("reminders raised: %d", raised)


@app.task
def send_mail() -> None:
    """Sends what waits in the outbox."""
    sent = outbox.send_waiting()
    log.info("mails sent: %d, failed: %d", sent.sent, sent.failed)


@app.task(**AGAIN)
def draft_reports() -> None:
    """Drafts last year's report of every agency that has none yet, each in a transaction of its own."""
    with reading() as session:
        missing = yearend.undrafted(session, today())
    for agency_id in missing:
        with transaction() as session:
            yearend.draft(session, agency_id, today(), now())
    log.info("annual reports drafted: %d", len(missing))


@app.task(**AGAIN)
def count() -> None:
    """Counts anew what the events since the last pass touch: what the dashboard of an office shows of past months."""
    with transaction() as session:
        read = counts.keep(session, now())
    log.info("events counted: %d", read)


@app.task(**AGAIN)
def recount() -> None:
    """Counts all months of every agency anew, each in a transaction of its own."""
    with reading() as session:
        agencies = counts.counted_agencies(session)
    for agency_id in agencies:
        with transaction() as session:
            counts.recount(session, agency_id)
    log.info("agencies counted anew: %d", len(agencies))


EVERYTHING = (remind, draft_reports, count, recount, send_mail)  # what catches up after a time without timetable
