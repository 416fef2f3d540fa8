"""Celery's programs on a real Redis: a killed child is replaced, and each program starts and ends as it should."""

import subprocess
import sys
from pathlib import Path

import pytest
from celery import Celery

from requestflow.clock import now
from requestflow.services import mail
from requestflow.services.mail import Letter
from requestflow.store.session import transaction
from tests.servers.celery import a_beat, a_worker, kill_child
from tests.servers.processes import wait_for
from tests.servers.smtp import mail_server

LETTERS = 5

on_postgresql = pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)  # as in production
on_sqlite = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)  # the database does not matter


@on_postgresql
def test_a_child_killed_while_sending_gives_its_task_back_and_the_next_child_goes_on(
    home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log = home / "log"
    with transaction() as session:
        letters = [Letter(f"letter:{nth}", "clerk@office.example", f"No {nth}", "Text.\n") for nth in range(LETTERS)]
        mail.write(session, letters, now())
    with mail_server() as sink, Celery(broker=redis_url) as timetable:
        monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
        with a_worker(log) as worker:
            sink.open.clear()
            timetable.send_task("workers.tasks.send_mail")
            wait_for(lambda: len(sink.letters) == 1, log)
            [in_flight] = sink.ids
            kill_child(worker)
            sink.open.set()
            wait_for(lambda: len(set(sink.ids)) == LETTERS and sink.ids.count(in_flight) == 2, log)
    assert len(sink.ids) == LETTERS + 1


@on_sqlite
def test_beat_writes_its_timetable_down_and_ends_on_a_signal(
    home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log = home / "log"
    with a_beat(log, home / "timetable", "--loglevel=debug") as beat:
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
