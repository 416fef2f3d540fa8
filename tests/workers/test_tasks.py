"""What the timetable calls does its work with a transaction of its own, and nothing twice."""

import logging
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from requestflow.clock import now, today
from requestflow.rules.roles import Role
from requestflow.services import mail, reminders
from requestflow.services.mail import Letter
from requestflow.settings import settings
from requestflow.store.models import AnnualReport, Mail, Reminder
from requestflow.store.queries import watch
from requestflow.store.session import bound, reading, transaction
from tests.make import a_case, an_agency, an_officer
from tests.servers.processes import free_port, wait_for
from tests.servers.smtp import mail_server
from workers import outbox, tasks

LONG_AGO = "2018-03-05"  # overdue on whatever day the tests run


def overdue_cases(count: int) -> None:
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head, name="王主任")
        for _ in range(count):
            a_case(session, agency, submitted_on=LONG_AGO)


def letters(count: int) -> None:
    with transaction() as session:
        to = "clerk@office.example"
        mail.write(session, [Letter(f"letter:{nth}", to, f"No {nth}", "Text.\n") for nth in range(count)], now())


def unsent() -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail).where(col(Mail.sent_at).is_(None))))


def test_what_is_due_is_raised_and_sent_once_however_often_the_tasks_run(home: Path) -> None:
    overdue_cases(3)
    for _ in range(3):
        tasks.remind()
        tasks.send_mail()
    files = sorted((home / "mail").iterdir())
    assert len(files) == 3
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert "已逾期" in message["Subject"]
    assert "https://office.example/cases/" in message.get_content()
    assert unsent() == []
    with reading() as session:
        assert {row.stage for row in session.exec(select(Reminder))} == {"overdue"}


def test_a_mail_server_that_is_away_is_tried_once_a_round_and_loses_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters(3)
    monkeypatch.setenv("REQUESTFLOW_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    settings.cache_clear()
    tasks.send_mail()
    assert sorted(row.trouble for row in unsent()) == ["", "", "unreachable"]
    with mail_server() as sink, transaction() as session:
        monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
        settings.cache_clear()
        for row in session.exec(select(Mail)):
            row.next_try_at = row.created_at  # a few minutes later
        session.commit()
        tasks.send_mail()
        assert len(set(sink.ids)) == 3
    assert unsent() == []


def test_one_thread_of_a_process_sends_at_a_time_and_keeps_no_other_from_its_work(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters(3)
    with mail_server() as sink, ThreadPoolExecutor() as threads:
        monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
        settings.cache_clear()
        sink.open.clear()
        first = threads.submit(outbox.send_waiting)
        wait_for(lambda: len(sink.letters) == 1, home / "log")
        assert outbox.send_waiting() == (0, 0)
        sink.open.set()
        assert first.result() == (3, 0)
    assert len(set(sink.ids)) == 3


def test_one_refused_mail_does_not_hold_up_the_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        mail.write(session, [Letter("first", "refused@office.example", "No 0", "Text.\n")], now())
    letters(2)
    with mail_server() as sink:
        monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
        settings.cache_clear()
        tasks.send_mail()
    assert len(sink.letters) == 2
    assert [(row.trouble, row.last_error) for row in unsent()] == [("refused", "550 no such person")]
    assert all(row.given_up_at for row in unsent())


def test_what_a_process_had_claimed_that_is_gone_is_sent_in_the_next_round(home: Path) -> None:
    letters(1)
    (home / "senders").mkdir()
    (home / "senders" / "gone").touch()  # nobody holds its lock
    for process in ("gone", "elsewhere"):
        letters(2)
        with transaction() as session:
            mail.claim(session, now(), by=process)
    tasks.send_mail()
    assert [row.claimed_by for row in unsent()] == ["elsewhere"]


def test_a_task_whose_database_is_away_tries_again_by_itself(home: Path) -> None:
    overdue_cases(1)
    engine, failures = bound(), []
    engine.dispose()

    @event.listens_for(engine, "do_connect")
    def _away(dialect: Any, *_how: object) -> None:
        if len(failures) < 3:
            failures.append("away")
            raise dialect.loaded_dbapi.OperationalError("away")

    tasks.remind.apply()
    assert len(failures) == 3
    with reading() as session:
        assert len(session.exec(select(Reminder)).all()) == 1


def test_logs_count_and_name_nobody(
    home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.log, "disabled", False)  # import-linter, in the house tests, switches every logger off
    overdue_cases(2)
    with caplog.at_level(logging.INFO):
        tasks.remind()
        tasks.send_mail()
    said = [record.getMessage() for record in caplog.records if record.name == "workers.tasks"]
    assert said == ["reminders raised: 2", "mails sent: 2"]
    assert "example" not in caplog.text


def test_a_run_that_came_to_its_end_is_remembered_with_how_much_it_did(home: Path) -> None:
    overdue_cases(2)
    began = now()
    tasks.remind()
    tasks.send_mail()
    with reading() as session:
        ended = watch.runs(session)
    assert [(run.task, run.did) for run in ended] == [("remind", 2), ("send_mail", 2)]
    assert all(began <= run.started_at <= run.ended_at <= now() for run in ended)


def test_a_run_that_breaks_off_is_not_remembered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_told: object, **_more: object) -> int:
        raise ValueError("broken")

    monkeypatch.setattr(reminders, "raise_due", broken)
    with pytest.raises(ValueError, match="broken"):
        tasks.remind()
    with reading() as session:
        assert watch.runs(session) == []


def test_each_task_of_the_timetable_does_its_work_and_says_how_much(home: Path) -> None:
    overdue_cases(1)
    for task in tasks.EVERYTHING:
        task()
    with reading() as session:
        did = {run.task: run.did for run in watch.runs(session)}
    assert set(did) == {task.name.rpartition(".")[2] for task in tasks.EVERYTHING}
    assert (did["remind"], did["write_digests"], did["draft_reports"]) == (1, 1, 1)


def test_every_agency_gets_one_draft_of_last_year_whenever_the_run_comes(home: Path) -> None:
    with transaction() as session:
        city = an_agency(session)
        an_agency(session, parent=city)
    tasks.draft_reports()
    first = drafts()
    with transaction() as session:
        late = an_agency(session)  # set up later in January
    tasks.draft_reports()
    assert {draft.year for draft in first} == {today().year - 1}
    assert sorted((draft.agency_id, draft.scope) for draft in drafts()) == sorted(
        [(city.id, "own"), (city.id, "tree"), (first[-1].agency_id, "own"), (late.id, "own")]
    )
    assert [draft.built_at for draft in drafts()[:-1]] == [draft.built_at for draft in first]


def drafts() -> list[AnnualReport]:
    with reading() as session:
        return list(session.exec(select(AnnualReport).order_by(col(AnnualReport.id))))
