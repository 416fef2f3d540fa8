"""A real worker on a real Redis, killed in the middle of sending: nothing is lost, one mail at most is repeated."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from sqlmodel import select

from requestflow.clock import now
from requestflow.rules.roles import Role
from requestflow.services import mail
from requestflow.store.models import Mail, Reminder
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_officer
from tests.servers.smtp import Sink, mail_server

CASES = 12
PATIENCE = 30

on_postgresql = pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)  # as in production
on_sqlite = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)  # the database does not matter


@pytest.fixture
def sink() -> Iterator[Sink]:
    with mail_server() as sink:
        yield sink


@contextmanager
def celery(log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Celery with its children; whatever still lives at the end is killed."""
    with log.open("wb") as output:
        command = [sys.executable, "-m", "celery", "--app=workers.app", *words]
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            kill_all(process)


@contextmanager
def a_worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process with one child that does the work."""
    with celery(log, "worker", "--concurrency=1", "--loglevel=INFO") as worker:
        wait_for(lambda: b" ready." in log.read_bytes(), log)
        yield worker


def kill_all(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_child(worker: subprocess.Popen[bytes]) -> None:
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text(encoding="ascii")
    for child in children.split():
        os.kill(int(child), signal.SIGKILL)


def wait_for(is_so: Callable[[], bool], log: Path) -> None:
    latest = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < latest, log.read_text(encoding="utf-8", errors="replace")
        time.sleep(0.02)


def one_in_flight(sink: Sink, at_least: int, log: Path) -> str:
    """Waits until a letter was taken whose sender does not know it yet; its Message-ID."""
    wait_for(lambda: len(sink.letters) >= at_least, log)
    sink.open.clear()
    before = len(sink.letters)
    wait_for(lambda: len(sink.letters) > before, log)
    return sink.ids[-1]


def sent() -> int:
    with reading() as session:
        return sum(row.sent_at is not None for row in session.exec(select(Mail)))


@on_postgresql
def test_a_worker_killed_while_sending_loses_nothing_and_repeats_only_what_was_in_flight(
    home: Path, redis_url: str, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head)
        cases = [a_case(session, agency, submitted_on="2018-03-05").id for _ in range(CASES)]
    with Celery(broker=redis_url) as timetable:
        with a_worker(home / "first.log") as worker:
            for _ in range(3):
                timetable.send_task("workers.tasks.remind")
            timetable.send_task("workers.tasks.send_mail")
            repeated = [one_in_flight(sink, 3, home / "first.log")]
            kill_child(worker)  # its parent puts the task back, and a new child goes on with the rest
            sink.open.set()
            repeated.append(one_in_flight(sink, 6, home / "first.log"))
            kill_all(worker)
            sink.open.set()
        assert sent() < CASES
        with transaction() as session:
            mail.release(session, now())  # as five minutes do
        with a_worker(home / "second.log"):
            timetable.send_task("workers.tasks.remind")
            timetable.send_task("workers.tasks.send_mail")
            wait_for(lambda: sent() == CASES, home / "second.log")
    with reading() as session:
        assert sorted(row.case_id for row in session.exec(select(Reminder))) == sorted(cases)
    assert Counter(sink.ids) == Counter([*set(sink.ids), *repeated])
    assert len(set(sink.ids)) == CASES


@on_sqlite
def test_beat_writes_its_timetable_down_and_ends_on_a_signal(
    home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log = home / "log"
    with celery(log, "beat", "--loglevel=debug", "--pidfile=", f"--schedule={home / 'timetable'}") as beat:
        # not before it is written down: a signal in the middle of that is celery's to lose
        wait_for(lambda: "Current schedule" in log.read_text(encoding="utf-8", errors="replace"), log)
        assert any(home.glob("timetable*"))
        beat.terminate()
        assert beat.wait(10) == 0, log.read_text(encoding="utf-8", errors="replace")


@on_sqlite
def test_a_worker_whose_settings_are_refused_says_so_in_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "short")
    command = [sys.executable, "-m", "celery", "--app=workers.app", "worker"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("REQUESTFLOW_SECRET_KEY must hold at least 32 random characters")
    assert "Traceback" not in ended.stderr
