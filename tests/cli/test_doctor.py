"""The doctor looks at everything, changes nothing, and says of each trouble what it is and what to do."""

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session, col, select

from requestflow.cli import main
from requestflow.cli.doctor import office
from requestflow.cli.doctor.finding import Level
from requestflow.clock import now, today
from requestflow.rules.roles import Role
from requestflow.rules.workdays import DayOff
from requestflow.services import calendars, mail, runs
from requestflow.services.mail import Letter
from requestflow.settings import settings
from requestflow.store import migrations
from requestflow.store.alone import alone_on
from requestflow.store.models import Mail, Run
from requestflow.store.session import transaction
from tests.make import an_agency, an_officer
from tests.servers.databases import opened
from tests.servers.processes import free_port
from tests.servers.smtp import mail_server
from workers.app import TIMETABLE

on_sqlite = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)  # the database does not matter


def examined(*words: str) -> Result:
    settings.cache_clear()
    return CliRunner().invoke(main, [*words, "doctor"])


def findings() -> dict[str, dict[str, Any]]:
    """What the doctor found, by what was looked at; each finding that is not fine says what to do."""
    settings.cache_clear()
    said = CliRunner().invoke(main, ["doctor", "--json"])
    told = json.loads(said.stdout)
    assert said.exit_code == bool(told["mend"])
    for each in told["findings"]:
        assert bool(each["do"]) == (each["level"] != "fine"), each
    return {each["check"]: each for each in told["findings"]}


def levels() -> dict[str, str]:
    return {check: each["level"] for check, each in findings().items()}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def system(home: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system whose timetable runs and in which a head can be told of everything."""
    home.mkdir()
    days = [DayOff(date(today().year + nth, 2, 5), False, "春节") for nth in (0, 1)]
    with transaction() as session:
        calendars.load(session, days, source="", today=today(), now=now())
        an_officer(session, an_agency(session, "CITY"), Role.head, login="head")
        for task, _, _ in TIMETABLE.values():
            runs.ended(session, task, now(), now(), 1)
    return home


def _set(monkeypatch: pytest.MonkeyPatch, **known: str) -> None:
    for name, value in known.items():
        monkeypatch.setenv(f"REQUESTFLOW_{name}", value)


def test_where_nothing_is_yet_the_first_thing_to_do_is_named_and_nothing_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTFLOW_DATABASE_URL", raising=False)
    said = examined()
    assert said.exit_code == 1
    assert "mend  There is no database yet.\n      → Run requestflow migrate.\n" in said.stdout
    assert said.stdout.endswith("To mend: 1. To look at: 1.\n")
    assert not home.exists()


def test_of_a_system_that_works_nothing_has_to_be_mended(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as sink:
        known = {"SMTP_URL": sink.url, "MAIL_FROM": "open@office.example", "TRUSTED_PROXIES": "1"}
        _set(monkeypatch, BASE_URL="https://open.example", **known)
        said = examined()
        assert (said.exit_code, "mend  " in said.stdout) == (0, False), said.stdout
        assert {"database", "revision", "timetable", "outbox", "people", "days off"} <= set(levels())


@on_sqlite
def test_it_speaks_chinese_on_demand(system: Path) -> None:
    said = examined("--lang", "zh")
    assert "正常  时间表上一次运行在0分钟前。" in said.stdout
    assert "须处理0项" in said.stdout


def test_settings_that_are_refused_are_the_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, PORT="eighty")
    assert findings()["settings"]["level"] == "mend"


@pytest.mark.parametrize(
    ("known", "check", "level"),
    [
        ({"BASE_URL": "https://open.example"}, "proxies", "mend"),
        ({"BASE_URL": "https://open.example", "TRUSTED_PROXIES": "1"}, "proxies", "fine"),
        ({"BASE_URL": "http://open.example"}, "address", "mend"),
        ({"BASE_URL": "https://open.example"}, "address", "fine"),
        ({"BASE_URL": "https://open.example"}, "mail settings", "mend"),
        ({"BROKER_URL": "redis://127.0.0.1:1/0"}, "address", "mend"),
        ({"BROKER_URL": "redis://127.0.0.1:1/0"}, "broker", "mend"),
        ({"BROKER_URL": "redis://127.0.0.1:1/0"}, "metrics", "look"),
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mail settings", "mend"),
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mail server", "mend"),
        ({"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "open@office.example"}, "mail settings", "fine"),
        ({"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "信息公开 <open@office.example>"}, "mail settings", "fine"),
        ({"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "信息公开"}, "mail settings", "mend"),
        ({"BROKER_URL": "redis://127.0.0.1:1/0"}, "database", "look"),
    ],
)
@on_sqlite
def test_settings_that_do_not_fit_together_are_found(
    system: Path, monkeypatch: pytest.MonkeyPatch, known: dict[str, str], check: str, level: str
) -> None:
    _set(monkeypatch, **known)
    assert findings()[check]["level"] == level


@on_sqlite
def test_pages_without_a_secret_do_not_start_outside_the_embedded_system(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTFLOW_SECRET_KEY")
    assert levels()["secret"] == "fine"
    _set(monkeypatch, BROKER_URL="redis://127.0.0.1:1/0")
    assert levels()["secret"] == "mend"


def test_a_database_that_is_away_is_told_in_its_own_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, DATABASE_URL=f"postgresql://me:open-sesame@127.0.0.1:{free_port()}/none", SECRET_KEY="t" * 40)
    said = examined()
    assert said.exit_code == 1
    assert "The database cannot be reached: " in said.stdout
    assert "refused" in said.stdout
    assert "open-sesame" not in said.stdout


@pytest.mark.parametrize(("revision", "do"), [("0001", "migrate"), ("9999", "Upgrade the program")])
def test_tables_of_another_version_are_told_with_what_to_do(
    system: Path, database: str, revision: str, do: str
) -> None:
    with opened(database) as engine, engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    found = findings()["revision"]
    assert found["level"] == "mend"
    assert revision in found["what"]
    assert do in found["do"]


def test_a_database_without_tables_is_to_be_migrated(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite")
    (tmp_path / "empty.sqlite").touch()
    assert findings()["revision"]["do"] == "Run requestflow migrate."
    migrations.upgrade(f"sqlite:///{tmp_path}/empty.sqlite")
    assert levels()["revision"] == "fine"


@on_sqlite
def test_whether_somebody_serves_the_database_is_told(system: Path, database: str) -> None:
    assert levels()["served"] == "look"
    with alone_on(database):
        assert levels()["served"] == "fine"


def test_a_timetable_that_stands_still_is_found(system: Path) -> None:
    with transaction() as session:
        for task, _, _ in TIMETABLE.values():
            before = now() - timedelta(hours=1)
            runs.ended(session, task, before, before, 1)
    found = findings()["timetable"]
    assert (found["level"], found["what"]) == ("mend", "The timetable last ran 60 min ago.")


def test_a_task_that_never_comes_to_its_end_is_named(system: Path) -> None:
    with transaction() as session:
        before = now() - timedelta(days=3)
        runs.ended(session, "remind", before, before, 1)
    found = findings()["tasks"]
    assert (found["level"], found["what"]) == ("look", "Not come to an end within a day: remind")


def test_a_task_whose_time_has_not_come_since_the_first_start_is_no_trouble_in_a_log(system: Path) -> None:
    with transaction() as session:
        session.delete(session.get_one(Run, "recount"))
    found = findings()
    assert "tasks" not in found
    assert (found["tasks to come"]["level"], found["tasks to come"]["what"]) == ("look", "Not run yet: recount")


@on_sqlite
def test_a_folder_of_counters_that_cannot_be_written_is_found(
    system: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, BROKER_URL="redis://127.0.0.1:1/0")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "to" / "be" / "made"))
    assert levels()["metrics"] == "fine"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/proc/1/metrics")
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != Path("/proc/1"))
    assert levels()["metrics"] == "mend"


def test_letters_that_wait_too_long_or_were_given_up_are_found(system: Path) -> None:
    with transaction() as session:
        letters = [Letter(f"letter:{nth}", "a@office.example", f"No {nth}", "Text.\n") for nth in range(3)]
        mail.write(session, letters, now() - timedelta(hours=2))
    with transaction() as session:
        given_up = session.exec(select(Mail).order_by(col(Mail.id))).first()
        assert given_up
        given_up.given_up_at = now()
    found = findings()
    assert (found["outbox"]["level"], found["outbox"]["what"]) == (
        "mend",
        "Letters that wait: 2, the oldest for 120 min.",
    )
    assert found["given up"]["level"] == "mend"


@on_sqlite
def test_a_mail_server_is_greeted_and_gets_no_mail(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as sink:
        _set(monkeypatch, SMTP_URL=sink.url, MAIL_FROM="open@office.example")
        assert levels()["mail server"] == "look"  # it takes mail, without encryption
    assert sink.letters == []


@on_sqlite
def test_redis_without_worker_and_beat_is_told_so(
    system: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, BROKER_URL=redis_url)
    found = levels()
    assert (found["broker"], found["workers"], found["beat"]) == ("look", "mend", "mend")  # it forgets at a restart


def test_agencies_with_nobody_to_tell_and_people_who_cannot_be_told_are_named(system: Path) -> None:
    with transaction() as session:
        an_agency(session, "ALONE")
        an_officer(session, an_agency(session, "MUTE"), Role.head, email="", login="mute.head")
    found = findings()
    assert found["nobody to tell"]["what"].endswith(": ALONE, MUTE")
    assert found["no e-mail"]["what"].endswith(": mute.head")
    assert (found["nobody to tell"]["level"], found["no e-mail"]["level"]) == ("mend", "look")


def test_a_system_in_which_nobody_can_sign_in_is_told_so(home: Path, database: str) -> None:
    assert findings()["people"]["level"] == "mend"


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 10, 31), Level.fine),
        (date(2026, 11, 1), Level.look),
        (date(2026, 12, 1), Level.mend),
        (date(2027, 1, 2), Level.mend),
    ],
)
def test_from_november_on_the_days_off_of_the_next_year_are_asked_for(
    session: Session, today: date, level: Level
) -> None:
    assert office.calendar(session, today).level is level


def test_once_the_days_off_are_loaded_they_are_asked_for_no_more(session: Session) -> None:
    days = [DayOff(date(2027, 2, 5), False, "春节")]
    calendars.load(session, days, source="", today=date(2026, 12, 1), now=now())
    assert office.calendar(session, date(2026, 12, 1)).level is Level.fine
