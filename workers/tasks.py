"""What the timetable calls: each task opens a transaction, calls one service, and returns how much it did."""

import logging

from sqlalchemy.exc import OperationalError

from requestflow.clock import now, today
from requestflow.services import counts, digest, missing_days, reminders, yearend
from requestflow.settings import settings
from requestflow.store.session import reading, transaction
from workers import outbox
from workers.timed import timed

log = logging.getLogger(__name__)

# While the database is away a task tries again by itself; mail does so every minute anyway.
AGAIN = {"autoretry_for": (OperationalError,), "retry_backoff": 2, "retry_backoff_max": 30, "max_retries": 8}


@timed("reminders raised", **AGAIN)
def remind() -> int:
    """Raises the reminders that apply today."""
    with transaction() as session:
        return reminders.raise_due(session, today(), now(), site=settings().base_url)


@timed("digests written", **AGAIN)
def write_digests() -> int:
    """Writes this month's digest to every officer who has not got it."""
    with transaction() as session:
        return digest.send(session, today(), now(), site=settings().base_url)


@timed("letters for days off written", **AGAIN)
def ask_for_days_off() -> int:
    """Asks for the days off of the coming year while they are missing."""
    with transaction() as session:
        return missing_days.ask(session, today(), now(), site=settings().base_url)


@timed("annual reports drafted", **AGAIN)
def draft_reports() -> int:
    """Drafts last year's report of every agency without one, each in a transaction of its own, then tells of them."""
    with reading() as session:
        missing = yearend.undrafted(session, today())
    for agency_id in missing:
        with transaction() as session:
            yearend.draft(session, agency_id, today(), now())
    with transaction() as session:
        yearend.tell_of_drafts(session, today(), now(), site=settings().base_url)
    return len(missing)


@timed("letters for annual reports written", **AGAIN)
def remind_of_reports() -> int:
    """Tells whose report of last year is not published when its day comes near, and once it has passed."""
    with transaction() as session:
        return yearend.remind(session, today(), now(), site=settings().base_url)


@timed("mails sent")
def send_mail() -> int:
    """Sends what waits in the outbox."""
    sent = outbox.send_waiting()
    if sent.failed:
        log.warning("mails that did not go out this time: %d", sent.failed)
    return sent.sent


@timed("events counted", **AGAIN)
def count() -> int:
    """Counts anew what the events since the last pass touch: what the dashboard of an office shows of past months."""
    with transaction() as session:
        return counts.keep(session, now())


@timed("agencies counted anew", **AGAIN)
def recount() -> int:
    """Counts all months of every agency anew, each in a transaction of its own."""
    with reading() as session:
        agencies = counts.counted_agencies(session)
    for agency_id in agencies:
        with transaction() as session:
            counts.recount(session, agency_id)
    return len(agencies)


# What catches up after a time without timetable; mail last, when the others have written theirs.
EVERYTHING = (remind, draft_reports, remind_of_reports, ask_for_days_off, write_digests, count, recount, send_mail)
