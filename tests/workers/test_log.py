"""The log of a worker process: JSON lines that say which task they belong to, and count without naming anybody."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis

from requestflow.rules.roles import Role
from requestflow.store.session import transaction
from tests.make import a_case, an_agency, an_officer
from tests.servers.processes import wait_for
from workers.beats import MARK

on_sqlite = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)  # the database does not matter


def started(log: Path, *words: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        command = [sys.executable, "-m", "celery", "--app=workers.app", *words]
        return subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=output, env={**os.environ, "PYTHONWARNINGS": "ignore"}
        )


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@on_sqlite
def test_a_worker_logs_what_each_task_did_and_ends_on_a_signal(
    home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head, name="王主任")
        for _ in range(2):
            a_case(session, agency, submitted_on="2018-03-05")
    log = home / "worker.log"
    worker = started(log, "worker", "--concurrency=1")
    try:
        wait_for(lambda: " ready." in log.read_text(encoding="utf-8"), log)
        call = "from workers import tasks; tasks.remind.delay()"
        subprocess.run([sys.executable, "-c", call], check=True)
        wait_for(lambda: "succeeded" in log.read_text(encoding="utf-8"), log)
        worker.terminate()
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
    [told] = [line for line in lines(log) if line["logger"] == "workers.tasks"]
    assert told["task"] == "workers.tasks.remind"
    assert told["task_id"] in log.read_text(encoding="utf-8").partition("succeeded")[0]
    assert "2" in told["event"]
    for private in ("王主任", "example.org", "李秀英"):
        assert private not in log.read_text(encoding="utf-8")


@on_sqlite
def test_a_beat_leaves_its_mark_while_it_runs(home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_url)
    log = home / "beat.log"
    beat = started(log, "beat", "--loglevel=debug", "--pidfile=", f"--schedule={home / 'timetable'}")
    try:
        with redis.Redis.from_url(redis_url) as server:
            wait_for(lambda: bool(list(server.scan_iter(f"{MARK}*"))), log)
            [mark] = server.scan_iter(f"{MARK}*")
            assert str(beat.pid).encode() == mark.rpartition(b":")[2]
            assert 0 < server.ttl(mark) <= 180
        # not before it waits for the next minute: a signal in the middle of writing the timetable is celery's to lose
        wait_for(lambda: "Waking up" in log.read_text(encoding="utf-8"), log)
    finally:
        beat.terminate()
        beat.wait()
    assert all(line["level"] in ("debug", "info", "warning") for line in lines(log))
