"""Kill -9, twenty times in the middle of two hundred reminders: all are sent, and only what was in flight twice."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from celery import Celery
from sqlmodel import col, func, select

from requestflow.rules.roles import Role
from requestflow.services import mail
from requestflow.settings import settings
from requestflow.store.models import Case, Mail, Reminder
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_officer
from tests.servers.celery import a_worker, kill_all, kill_child
from tests.servers.processes import free_port, wait_for
from tests.servers.smtp import Sink

REMINDERS = 200
KILLS = 20
BETWEEN = 5  # letters at least, before the next kill
LONG_AGO = "2018-03-05"  # overdue on whatever day this runs
Process = subprocess.Popen[bytes]
Life = Callable[[], AbstractContextManager[Process]]
"""A process that begins to send what waits, killed at the end of the block if it still lives."""


@pytest.fixture(autouse=True)
def _overdue(home: Path) -> None:
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head)
        for _ in range(REMINDERS):
            a_case(session, agency, submitted_on=LONG_AGO)


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_worker_on_redis_killed_twenty_times_sends_every_reminder_and_repeats_only_what_was_in_flight(
    home: Path, redis_url: str, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log = home / "log"
    with Celery(broker=redis_url) as timetable:

        @contextmanager
        def life() -> Iterator[Process]:
            with a_worker(log) as worker:
                for task in ("remind", "send_mail"):  # as the timetable does
                    timetable.send_task(f"workers.tasks.{task}")
                yield worker

        # by turns the child that sends, which its parent replaces, and the parent with it
        killed_again_and_again(life, [kill_child, kill_all], sink, log)


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_the_embedded_system_killed_twenty_times_sends_every_reminder_and_repeats_only_what_was_in_flight(
    home: Path, sink: Sink
) -> None:
    log = home / "log"

    @contextmanager
    def life() -> Iterator[Process]:
        command = [Path(sys.executable).with_name("requestflow"), "serve", f"--port={free_port()}"]
        with log.open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            yield process
        finally:
            kill_all(process)

    killed_again_and_again(life, [kill_all], sink, log)


def killed_again_and_again(life: Life, kills: list[Callable[[Process], None]], sink: Sink, log: Path) -> None:
    """Each kill strikes while a letter was taken of which its sender does not know yet; the last life may finish."""
    in_flight = []
    sink.pause = 0.01  # seconds a letter, so that few go out between two looks
    for _ in range(KILLS // len(kills)):
        with life() as process:
            for kill in kills:
                in_flight.append(one_in_flight(sink, log))
                kill(process)
                sink.open.set()
    assert unsent() > 0
    with life():
        wait_for(lambda: unsent() == 0, log)
    with reading() as session:
        letters = session.exec(select(Mail)).all()  # besides the reminders, those that the season brings
        assert sorted(session.exec(select(Reminder.case_id))) == sorted(session.exec(select(Case.id)))
    assert sum(letter.case_id is not None for letter in letters) == REMINDERS
    assert set(sink.ids) == {mail.message_id(letter, settings().mail_from) for letter in letters}
    assert Counter(sink.ids) == Counter([*set(sink.ids), *in_flight])
    assert len({bytes(letter) for letter in sink.letters}) == len(letters)


def one_in_flight(sink: Sink, log: Path) -> str:
    """Some letters later, one that was taken while its sender is kept waiting for the word; its Message-ID."""
    goal = len(sink.letters) + BETWEEN
    wait_for(lambda: len(sink.letters) >= goal, log)
    sink.open.clear()
    before = len(sink.letters)
    wait_for(lambda: len(sink.letters) > before, log)
    return sink.ids[-1]


def unsent() -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(Mail).where(col(Mail.sent_at).is_(None))).one()
