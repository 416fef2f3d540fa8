"""Beat stands still for three working days: afterwards everything arrives once, and says what is true now."""

import signal
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
import redis
from celery import Celery
from celery.beat import PersistentScheduler
from sqlmodel import col, select

from requestflow.clock import now, today
from requestflow.rules.roles import Role
from requestflow.rules.workdays import national
from requestflow.services import mail, reminders
from requestflow.settings import settings
from requestflow.store.models import Mail, Reminder
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_officer
from tests.servers.celery import a_beat, a_worker
from tests.servers.processes import Server, free_port, wait_for
from tests.servers.smtp import Sink
from workers import tasks
from workers.app import app

STOOD_STILL = 3  # working days
WORKDAYS = 20  # to answer
TERM = ("due_in_5", "due_in_3", "due_in_1", "overdue")
TOLD_NOW = {-2: "overdue", -1: "overdue", 1: "due_in_1", 2: "due_in_3", 5: "due_in_5", 9: None}
"""By the working days from today to the due date of a case: what has to be known about it today."""


def workdays_from_today(days: int) -> date:
    calendar = national()
    if days >= 0:
        return calendar.add(today(), days)
    back = (today() - timedelta(days=nth) for nth in count(1))
    return [next(day for day in back if calendar.is_workday(day)) for _ in range(-days)][-1]


def received_for(due_on: date) -> date:
    """A day on which a request came in whose term ends on that day."""
    back = (due_on - timedelta(days=nth) for nth in count(WORKDAYS))
    return next(day for day in back if national().add(day, WORKDAYS) == due_on)


@pytest.fixture
def cases(home: Path, sink: Sink) -> dict[int, int]:
    """The cases of an office by how far off their due date is, each told of when the timetable last ran."""
    settings.cache_clear()
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head)
        days = {days: received_for(workdays_from_today(days)) for days in TOLD_NOW}
        made = {days: a_case(session, agency, submitted_on=received).id for days, received in days.items()}
        reminders.raise_due(session, workdays_from_today(-STOOD_STILL), now())
    tasks.send_mail()
    return made


def told(cases: dict[int, int]) -> dict[int, list[str]]:
    """What was raised about the due date of each case, in order."""
    with reading() as session:
        raised = session.exec(select(Reminder).where(col(Reminder.stage).in_(TERM)).order_by(col(Reminder.id))).all()
    return {days: [row.stage for row in raised if row.case_id == case_id] for days, case_id in cases.items()}


def brought_up_to_date(before: dict[int, list[str]]) -> dict[int, list[str]]:
    """Each case got the one notice that is true now; what was missed on the way is not told any more."""
    return {days: [*stages, *([TOLD_NOW[days]] if TOLD_NOW[days] else [])] for days, stages in before.items()}


def all_sent() -> list[Mail]:
    """Every letter, once all are sent; none while one waits."""
    with reading() as session:
        letters = session.exec(select(Mail)).all()
    return list(letters) if all(letter.sent_at for letter in letters) else []


def each_arrived_once(sink: Sink) -> bool:
    sender = settings().mail_from
    return Counter(sink.ids) == Counter(mail.message_id(letter, sender) for letter in all_sent())


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_beat_on_redis_that_stood_still_calls_for_everything_and_it_arrives_once(
    home: Path, redis_url: str, sink: Sink, cases: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log, before = home / "worker.log", told(cases)
    left_behind(home / "timetable", workdays_from_today(-STOOD_STILL))
    with a_worker(log), a_beat(home / "beat.log", home / "timetable"), Celery(broker=redis_url) as timetable:
        wait_for(lambda: told(cases) == brought_up_to_date(before), log)
        for _ in range(2):  # the next minutes; what beat called for first may have been the mail
            for task in ("remind", "send_mail"):
                timetable.send_task(f"workers.tasks.{task}")
        wait_for(lambda: each_arrived_once(sink), log)
        wait_for(lambda: not waiting(redis_url), log)
    assert told(cases) == brought_up_to_date(before)
    assert each_arrived_once(sink)


def left_behind(timetable: Path, last_run_on: date) -> None:
    """The timetable as a beat leaves it behind that was stopped at this hour of that day."""
    scheduler = PersistentScheduler(app, schedule_filename=str(timetable))
    for entry in scheduler.schedule.values():
        entry.last_run_at = app.now() - (today() - last_run_on)
    scheduler.close()


def waiting(redis_url: str) -> int:
    """How many calls of the timetable no worker has taken yet."""
    with redis.Redis.from_url(redis_url) as client:
        return int(client.llen("celery"))


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_the_embedded_system_catches_up_at_its_start_and_everything_arrives_once(
    home: Path, sink: Sink, cases: dict[int, int]
) -> None:
    before = told(cases)
    command = [Path(sys.executable).with_name("requestflow"), "serve", f"--port={free_port()}"]
    for log in (home / "first.log", home / "second.log"):  # the second start finds nothing left to tell
        with Server(command, log, signal.SIGTERM, lambda log=log: b"Ctrl-C" in log.read_bytes()).running():
            wait_for(lambda: told(cases) == brought_up_to_date(before), log)
            wait_for(lambda: each_arrived_once(sink), log)
    assert told(cases) == brought_up_to_date(before)
    assert each_arrived_once(sink)
