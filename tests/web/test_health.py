"""What those who watch over the system are told: that it lives, whether it can work, and nothing about anybody."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from requestflow.clock import now
from requestflow.services import runs
from requestflow.services.runs import STANDS_STILL
from requestflow.settings import Settings
from requestflow.store.session import bind, bound, transaction
from requestflow.web import create_app
from tests.web.conftest import Page, Visitor, statements

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def _ran(ended_at: datetime) -> None:
    with transaction() as session:
        runs.ended(session, "send_mail", ended_at, ended_at, 3)


def _at(broker_url: str, database_url: str, home: Path) -> Visitor:
    settings = Settings(home=home, database_url=database_url, broker_url=broker_url, given_secret_key="t" * 40)
    return Visitor(create_app(settings).test_client())


def _checks(page: Page) -> dict[str, bool]:
    return {name: check["ok"] for name, check in page.response.get_json()["checks"].items()}


def test_that_the_process_lives_is_said_without_asking_anything(visitor: Visitor) -> None:
    with statements() as said:
        page = visitor.get("/healthz")
    assert (page.status, page.response.get_json(), said) == (200, {"status": "alive"}, [])


def test_a_system_whose_timetable_runs_is_ready(visitor: Visitor) -> None:
    _ran(now() - timedelta(minutes=1))
    page = visitor.get("/readyz")
    assert page.status == 200
    assert page.response.get_json()["status"] == "ready"
    assert _checks(page) == {"database": True, "broker": True, "timetable": True}
    assert 59 <= page.response.get_json()["checks"]["timetable"]["age_seconds"] <= 90


@pytest.mark.parametrize("ago", [STANDS_STILL + timedelta(minutes=1), None])
def test_a_timetable_that_stands_still_is_told_and_keeps_nobody_from_the_pages(
    visitor: Visitor, ago: timedelta | None
) -> None:
    if ago:
        _ran(now() - ago)
    page = visitor.get("/readyz")
    assert (page.status, page.response.get_json()["status"]) == (200, "degraded")
    assert _checks(page) == {"database": True, "broker": True, "timetable": False}


def test_a_broker_that_is_away_keeps_nobody_from_the_pages(empty_database_url: str, tmp_path: Path) -> None:
    visitor = _at("redis://127.0.0.1:1/0", empty_database_url, tmp_path)
    _ran(now())
    page = visitor.get("/readyz")
    assert (page.status, page.response.get_json()["status"]) == (200, "degraded")
    assert _checks(page) == {"database": True, "broker": False, "timetable": True}


def test_a_broker_that_answers_is_well(empty_database_url: str, redis_url: str, tmp_path: Path) -> None:
    visitor = _at(redis_url, empty_database_url, tmp_path)
    _ran(now())
    assert visitor.get("/readyz").response.get_json()["status"] == "ready"


def test_without_its_database_a_process_is_not_ready_but_lives(app: Flask, visitor: Visitor) -> None:
    bind(NOWHERE)
    page = visitor.get("/readyz")
    assert (page.status, page.response.get_json()["status"]) == (503, "unavailable")
    assert _checks(page) == {"database": False, "broker": True}
    assert visitor.get("/healthz").status == 200


def test_a_locked_database_file_can_still_be_read(app: Flask, visitor: Visitor) -> None:
    if bound().dialect.name == "sqlite":
        with sqlite3.connect(str(bound().url.database), isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            assert visitor.get("/readyz").status == 200
    assert visitor.get("/readyz").status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_watcher_gets_no_cookie_and_may_come_as_often_as_it_likes(visitor: Visitor, path: str) -> None:
    for _ in range(40):
        page = visitor.get(path)
        assert page.status == 200
    assert "Set-Cookie" not in page.response.headers
