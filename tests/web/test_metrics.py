"""What Prometheus reads, who may read it, and that it costs few statements and names nobody."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import col, select

from requestflow.clock import now, today
from requestflow.rules.roles import Role
from requestflow.services import mail, runs
from requestflow.services.mail import Letter
from requestflow.settings import Settings
from requestflow.store.models import Mail, Reminder
from requestflow.store.session import bind, transaction
from requestflow.web import create_app
from tests.make import a_case, an_agency, an_entry
from tests.web.conftest import Visitor, statements

TOKEN = "the-word-of-the-watcher"


def figures(visitor: Visitor) -> dict[tuple[str, ...], float]:
    """Each figure by its name and the values of its labels."""
    page = visitor.get("/metrics")
    assert page.status == 200
    return {
        (sample.name.removeprefix("requestflow_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.response.text)
        for sample in family.samples
    }


def test_answers_are_counted_by_page_and_not_by_address(visitor: Visitor) -> None:
    for _ in range(2):
        visitor.get("/signin")
    visitor.get("/cases/20260007")
    visitor.get("/no/such/page")
    found = figures(visitor)
    assert found["http_requests_total", "signin.ask", "GET", "200"] == 2
    assert found["http_requests_total", "casework.show", "GET", "302"] == 1
    assert found["http_requests_total", "nowhere", "GET", "404"] == 1
    assert found["http_request_duration_seconds_count", "signin.ask", "GET"] == 2
    assert not [name for name in found if "20260007" in "".join(name)]


def test_what_waits_was_sent_and_was_given_up_is_told(visitor: Visitor) -> None:
    with transaction() as session:
        letters = [Letter(f"letter:{nth}", "clerk@office.example", f"No {nth}", "Text.\n") for nth in range(4)]
        mail.write(session, letters, now() - timedelta(minutes=10))
    with transaction() as session:
        sent, given_up, seen_to, _ = session.exec(select(Mail).order_by(col(Mail.id)))
        sent.sent_at = given_up.given_up_at = seen_to.given_up_at = seen_to.set_aside_at = now()
    found = figures(visitor)
    assert found["mail_waiting",] == 1
    assert 600 <= found["mail_oldest_waiting_seconds",] < 660
    assert found["mail_given_up",] == 1
    assert found["mails_sent_total",] == 1
    assert found["database_up",] == 1


def test_open_and_overdue_cases_are_counted_by_agency_and_reminders_by_what_they_say(visitor: Visitor) -> None:
    with transaction() as session:
        late, well = an_agency(session, "LATE"), an_agency(session, "WELL")
        overdue = a_case(session, late, submitted_on="2018-03-05")
        a_case(session, late, submitted_on=str(today()), entry=an_entry(on=today()))
        a_case(session, well, submitted_on=str(today()), entry=an_entry(on=today()))
        for day in (today(), today() - timedelta(days=1)):
            session.add(Reminder(case_id=overdue.id, stage="overdue", due_on=day, raised_on=day))
    found = figures(visitor)
    assert found["cases_open", "LATE"] == 2
    assert found["cases_open", "WELL"] == 1
    assert found["cases_overdue", "LATE"] == 1
    assert ("cases_overdue", "WELL") not in found
    assert found["reminders_raised_total", "overdue"] == 1  # today's


def test_the_last_run_of_each_task_is_told(visitor: Visitor) -> None:
    ended_at = now()
    with transaction() as session:
        runs.ended(session, "remind", ended_at - timedelta(seconds=2), ended_at, 17)
    found = figures(visitor)
    assert found["task_last_end_timestamp_seconds", "remind"] == pytest.approx(ended_at.timestamp())
    assert found["task_last_duration_seconds", "remind"] == pytest.approx(2)
    assert found["task_last_done", "remind"] == 17


def test_one_reading_takes_a_handful_of_statements(visitor: Visitor) -> None:
    with statements() as first:
        visitor.get("/metrics")
    with statements() as second:
        visitor.get("/metrics")
    read = [len([each for each in said if each.startswith("SELECT")]) for said in (first, second)]
    assert read == [7, 6]  # the number of open cases is kept for a while


def test_nobody_is_named(sign_in: Callable[..., Visitor]) -> None:
    clerk = sign_in(Role.clerk, "LAND", login="zhang.san")
    with transaction() as session:
        case = a_case(session, applicant_name="李秀英", email="li@example.org", phone="13900000000")
        letters = [Letter("letter", "clerk@office.example", "Subject", "Text.\n")]
        mail.write(session, letters, now())
    clerk.get(f"/cases/{case.id}")
    told = clerk.get("/metrics").response.text
    for private in ("zhang.san", "李秀英", "example", "13900000000", case.number):
        assert private not in told


def test_while_the_database_is_away_that_is_told_beside_the_answers(app: Flask, visitor: Visitor) -> None:
    visitor.get("/healthz")
    bind("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    found = figures(visitor)
    assert found["database_up",] == 0
    assert found["http_requests_total", "health.alive", "GET", "200"] == 1
    assert ("mail_waiting",) not in found


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_without_a_token_only_this_machine_may_read_and_not_through_a_proxy(visitor: Visitor, header: str) -> None:
    def status(address: str, headers: dict[str, str]) -> int:
        told = visitor.client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
        return told.status_code

    assert [status(address, {}) for address in ("127.0.0.1", "::1")] == [200, 200]
    assert [status(address, {}) for address in ("10.0.0.7", "203.0.113.9", "")] == [404, 404, 404]
    assert status("127.0.0.1", {header: "127.0.0.1"}) == 404


def _with(settings: Settings) -> Callable[..., int]:
    client = create_app(settings).test_client()
    return lambda headers, address="127.0.0.1": (
        client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code
    )


def test_with_a_token_whoever_has_it_may_read_and_nobody_else(empty_database_url: str, tmp_path: Path) -> None:
    about = {"home": tmp_path, "database_url": empty_database_url, "given_secret_key": "t" * 40}
    status = _with(Settings(**about, metrics_token=TOKEN))
    assert status({"Authorization": f"Bearer {TOKEN}"}, "203.0.113.9") == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}, {"Authorization": "Bearer 词"}):
        assert status(wrong) == 404


def test_behind_a_trusted_proxy_that_says_the_caller_is_this_machine_the_caller_is_not_believed(
    empty_database_url: str, tmp_path: Path
) -> None:
    about = {"home": tmp_path, "database_url": empty_database_url, "given_secret_key": "t" * 40}
    status = _with(Settings(**about, trusted_proxies=1))
    assert status({}) == 200
    assert status({"X-Forwarded-For": "127.0.0.1"}) == 404
    assert status({"X-Forwarded-For": "127.0.0.1"}, "172.18.0.5") == 404


SEVERAL = """
import sys
from requestflow.web.metrics import Metrics
from requestflow.store.session import bind

bind(sys.argv[1])
metrics = Metrics(sys.argv[2])
metrics.hear("public.home", "GET", 200, 0.02)
print(metrics.text().decode())
"""


def test_several_processes_add_up_what_they_count(empty_database_url: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "counted")
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": folder}
    command = [sys.executable, "-c", SEVERAL, empty_database_url, folder]
    for _ in range(3):
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    counted = 'requestflow_http_requests_total{endpoint="public.home",method="GET",status="200"} 3.0'
    assert counted in told.splitlines()
    assert "requestflow_database_up 1.0" in told.splitlines()
