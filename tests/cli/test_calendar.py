"""The command `calendar import` loads a notice, says which cases it moved, and loads nothing of a bad file."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result
from sqlmodel import col, select

from requestflow import clock, settings
from requestflow.cli import main
from requestflow.paper import sheets
from requestflow.rules.workdays import national
from requestflow.store.models import CalendarDay, Case
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_entry

HEADER = "day,worked,name,region\n"
PLAIN_NOTICE = f"{HEADER}2027-01-04,0,元旦,\n2027-01-09,1,元旦,\n"


class Scene(NamedTuple):
    """A case received today, the day it is due, the working day after that, and a notice that takes the first away."""

    number: str
    due_on: str
    next_day: str
    notice: str


@pytest.fixture
def database(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "a secret key of the tests, long enough")
    settings.settings.cache_clear()
    yield empty_database_url
    settings.settings.cache_clear()


@pytest.fixture
def scene(database: str) -> Scene:
    today = clock.today()
    with transaction() as session:
        case = a_case(session, an_agency(session, "WZ"), entry=an_entry(on=today), submitted_on=today)
    assert case.due_on is not None
    notice = f"{HEADER}{case.due_on},0,临时放假,\n"
    return Scene(case.number, str(case.due_on), str(national().add(case.due_on, 1)), notice)


def load(file: Path, content: str | bytes, *words: str) -> Result:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(main, ["calendar", "import", str(file), *words])


def stored() -> tuple[list[str], list[Any]]:
    with reading() as session:
        days = [str(day.day) for day in session.exec(select(CalendarDay).order_by(col(CalendarDay.day)))]
        return days, [str(case.due_on) for case in session.exec(select(Case))]


def test_a_notice_is_loaded_and_the_moved_cases_are_named(scene: Scene, tmp_path: Path) -> None:
    result = load(tmp_path / "notice.csv", scene.notice, "--source", "通知")
    assert (result.exit_code, result.stderr) == (0, "")
    moved = f"  WZ {scene.number}: {scene.due_on} → {scene.next_day}\n"
    assert result.stdout == f"1 day loaded, 1 due date moved.\n{moved}"
    assert stored() == ([scene.due_on], [scene.next_day])


def test_the_json_has_rows_refusals_and_moves(scene: Scene, tmp_path: Path) -> None:
    result = load(tmp_path / "notice.csv", b"\xef\xbb\xbf" + scene.notice.encode(), "--json")
    assert json.loads(result.stdout) == {
        "rows": 1,
        "imported": 1,
        "refused": [],
        "moved": [{"agency": "WZ", "number": scene.number, "from": scene.due_on, "to": scene.next_day}],
    }


def test_a_dry_run_says_the_same_and_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    result = load(tmp_path / "notice.csv", scene.notice, "--dry-run")
    assert result.exit_code == 0
    moved = f"  WZ {scene.number}: {scene.due_on} → {scene.next_day}\n"
    assert result.stdout == f"1 day would be loaded, 1 due date would be moved.\n{moved}"
    assert stored() == ([], [scene.due_on])


def test_of_a_file_with_a_bad_row_nothing_is_loaded(scene: Scene, tmp_path: Path) -> None:
    bad = scene.notice + "2027-13-01,0,元旦,\n"
    result = load(tmp_path / "notice.csv", bad)
    assert result.exit_code == 1
    assert result.stderr == "Row 3, day: “2027-13-01” is not a day such as 2027-02-05.\nNothing was loaded.\n"
    assert stored() == ([], [scene.due_on])
    refused = json.loads(load(tmp_path / "notice.csv", bad, "--json").stdout)
    assert (refused["rows"], refused["imported"]) == (2, 0)
    assert refused["refused"] == [
        {"row": 3, "column": "day", "reason": "“2027-13-01” is not a day such as 2027-02-05."}
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("日,期\n", "The file lacks the columns day, worked, name: its first row must be day,worked,name,region."),
        (b"\x81", "“notice.csv” is not a text that can be read: save it as “CSV UTF-8”."),
    ],
    ids=["without its columns", "in no encoding"],
)
def test_a_file_that_is_no_notice_is_refused_in_one_sentence(
    database: str, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    result = load(tmp_path / "notice.csv", content)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


def test_a_database_that_is_not_there_is_said_in_one_sentence(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/at.all")
    settings.settings.cache_clear()
    result = load(tmp_path / "notice.csv", PLAIN_NOTICE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "was it migrated?" in result.stderr


def test_a_notice_comes_in_the_encoding_of_an_office_or_as_a_workbook(scene: Scene, tmp_path: Path) -> None:
    assert load(tmp_path / "notice.csv", scene.notice.encode("gb18030"), "--dry-run").exit_code == 0
    sheets.write(tmp_path / "notice.xlsx", ["日期", "上班", "名称"], [[date.fromisoformat(scene.due_on), "否", "放假"]])
    result = CliRunner().invoke(main, ["calendar", "import", str(tmp_path / "notice.xlsx")])
    assert result.stdout.startswith("1 day loaded, 1 due date moved.\n")
    assert stored() == ([scene.due_on], [scene.next_day])


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_a_file_that_cannot_be_read_is_a_sentence(database: str, tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(main, ["calendar", "import", str(tmp_path / name)])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert str(tmp_path.name) in result.stderr
