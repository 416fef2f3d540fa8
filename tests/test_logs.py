"""A log tells what happened and where, in one form, and nothing that anybody typed."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from requestflow import logs
from requestflow.rules.roles import Role
from requestflow.store.session import transaction
from tests.make import an_agency, an_officer


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log of this process comes to, as JSON."""
    root, to = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logs.set_up(as_json=True, level="info", to=to)
    for name in ("requestflow", "celery.app.trace"):
        logging.getLogger(name).disabled = False  # import-linter, in the house tests, switches every logger off
    yield to
    root.handlers[:], root.level = before


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_says_when_what_and_where(written: io.StringIO) -> None:
    with logs.about(request_id="7" * 32):
        logs.logger("requestflow").info("reminders raised", count=3)
    [line] = lines(written)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "reminders raised",
        "count": 3,
        "level": "info",
        "logger": "requestflow",
        "request_id": "7" * 32,
    }


def test_a_line_of_a_library_has_the_same_form(written: io.StringIO) -> None:
    with logs.about(request_id="7" * 32):
        logging.getLogger("requestflow").warning("no answer after %d seconds", 5)
    [line] = lines(written)
    assert (line["event"], line["request_id"]) == ("no answer after 5 seconds", "7" * 32)


def test_for_somebody_at_a_terminal_a_line_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    root, to = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logs.set_up(as_json=False, level="info", to=to)
    try:
        logs.logger("requestflow").info("reminders raised", count=3)
    finally:
        root.handlers[:], root.level = before
    assert to.getvalue().endswith(" [info] reminders raised [requestflow] count=3\n")


NAME, ADDRESS = "李秀英", "li@example.org"


def test_an_exception_is_told_by_kind_and_place_and_not_by_what_it_quotes(written: io.StringIO) -> None:
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise KeyError(ADDRESS) from error
    except KeyError:
        logging.getLogger("requestflow").exception("fault")
    [line] = lines(written)
    told = line["exception"]
    assert isinstance(told, list)
    assert [each for each in told if ":" not in each] == ["ValueError", "KeyError"]
    assert f"{Path(__file__)}:" in told[0]
    assert "in test_an_exception_is_told" in told[0]
    assert NAME not in written.getvalue()
    assert ADDRESS not in written.getvalue()


def test_what_speaks_of_the_program_alone_is_told(written: io.StringIO) -> None:
    for wrong in (lambda: len(3), lambda: Path("/nowhere/li@example.org").read_text(encoding="ascii")):  # type: ignore[arg-type]
        try:
            wrong()
        except (TypeError, OSError):
            logging.getLogger("requestflow").exception("fault")
    assert [line["exception"][-1] for line in lines(written)] == [  # type: ignore[index]
        "TypeError object of type 'int' has no len()",
        "FileNotFoundError No such file or directory",
    ]


def test_a_row_that_the_database_refuses_is_not_quoted(written: io.StringIO, empty_database_url: str) -> None:
    with transaction() as session:
        an_officer(session, an_agency(session), Role.clerk, login="zhang.san", name="张三")
    try:
        with transaction() as session:
            session.connection().exec_driver_sql("INSERT INTO person SELECT * FROM person")
    except IntegrityError:
        logging.getLogger("requestflow").exception("fault")
    [line] = lines(written)
    assert line["exception"][-1].split()[0] in ("IntegrityError", "UniqueViolation")  # type: ignore[index]
    assert "zhang" not in written.getvalue()
    assert "张三" not in written.getvalue()


def test_a_task_that_failed_is_named_without_the_words_of_its_error(written: io.StringIO) -> None:
    about = {
        "name": "workers.tasks.remind",
        "id": "7",
        "description": "raised unexpected",
        "traceback": "li@example.org",
    }
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] %(description)s: %(exc)s", {**about, "exc": "ValueError('li@example.org')"}
    )
    [line] = lines(written)
    assert line["event"] == "Task workers.tasks.remind[7] raised unexpected: ValueError"
    assert "example" not in written.getvalue()
