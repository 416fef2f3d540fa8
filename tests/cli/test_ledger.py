"""`ledger import` and `ledger export` speak to people in their language and to programs in JSON."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from requestflow.cli import main
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests import ledgers
from tests.make import an_agency

HEAD = "机关代码,收到方式,申请人类型,姓名或名称,申请内容,提交日,结果代码,答复日,送达日"
GOOD = "WZ,当面,自然人,李秀英,征收补偿方案,2024-03-01,O02,2024-03-20,2024-03-21"
LATE = "WZ,当面,自然人,李秀英,=规划,2024-03-01,O02,2024-05-20,2024-05-21"
BAD = "WZ,当面,自然人,李秀英,=方案,2024-03-01,O11,2024-03-20,2024-03-21"
REASON = "An answer of “State secret” must give its reason."


@pytest.fixture(autouse=True)
def agency(database: str) -> None:
    with transaction() as session:
        an_agency(session, "WZ")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def a_file(folder: Path, *rows: str, head: str = HEAD, name: str = "register.csv") -> Path:
    file = folder / name
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def numbers() -> list[str]:
    with reading() as session:
        return sorted(session.exec(select(Case.number)))


def said(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_a_good_ledger_is_imported_and_counted(tmp_path: Path) -> None:
    result = run("ledger", "import", a_file(tmp_path, GOOD, LATE))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Rows: 2, imported: 2, refused: 0.\n", "")
    assert numbers() == ["2024-0001", "2024-0002"]


def test_a_program_reads_rows_imports_and_refusals(tmp_path: Path) -> None:
    assert said(run("ledger", "import", a_file(tmp_path, GOOD), "--json")) == {"rows": 1, "imported": 1, "refused": []}
    result = run("ledger", "import", a_file(tmp_path, GOOD, BAD), "--json")
    assert result.exit_code == 1
    refused = {"row": 3, "column": "reason", "reason": f"{REASON} (Regulation (2019) Art. 14)"}
    assert said(result) == {"rows": 2, "imported": 0, "refused": [refused]}
    assert numbers() == ["2024-0001"]


def test_a_refused_row_is_told_by_row_column_and_article(tmp_path: Path) -> None:
    result = run("ledger", "import", a_file(tmp_path, GOOD, BAD))
    assert (result.exit_code, numbers()) == (1, [])
    assert result.stdout == "Rows: 2, imported: 0, refused: 1. Nothing was imported.\n"
    assert result.stderr == f"Row 3, reason: {REASON} (Regulation (2019) Art. 14)\n"


def test_the_same_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = (
        "第3行 理由：以“国家秘密”答复的，必须说明理由。（条例（2019）第14条）\n",
        "共2行，导入0行，拒绝1行。 没有导入任何一行。\n",
    )
    file = a_file(tmp_path, GOOD, BAD)
    asked = run("--lang", "zh", "ledger", "import", file)
    assert (asked.stderr, asked.stdout) == expected
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    by_terminal = run("ledger", "import", file)
    assert (by_terminal.stderr, by_terminal.stdout) == expected


def test_the_good_rows_are_kept_and_the_others_go_into_a_file_that_can_be_mended(tmp_path: Path) -> None:
    result = run("ledger", "import", a_file(tmp_path, BAD, GOOD), "--keep-good")
    assert (result.exit_code, numbers()) == (1, ["2024-0001"])
    refused = tmp_path / "register.refused.csv"
    assert str(refused) in result.stderr
    with refused.open(encoding="utf-8-sig", newline="") as text:
        (row,) = csv.DictReader(text)
    assert (row["申请内容"], row["refused_because"]) == ("'=方案", f"{REASON} (Regulation (2019) Art. 14)")
    refused.write_text(refused.read_text(encoding="utf-8").replace("O11", "O02"), encoding="utf-8")
    mended = run("ledger", "import", refused)
    assert mended.exit_code == 0
    assert mended.stderr == "These columns are unknown and were left out: refused_because\n"
    assert numbers() == ["2024-0001", "2024-0002"]


def test_without_keeping_the_good_rows_no_file_is_written(tmp_path: Path) -> None:
    run("ledger", "import", a_file(tmp_path, BAD))
    run("ledger", "import", a_file(tmp_path, BAD), "--keep-good", "--dry-run")
    assert not (tmp_path / "register.refused.csv").exists()


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    result = run("ledger", "import", a_file(tmp_path, GOOD, BAD), "--dry-run")
    assert (result.exit_code, result.stdout) == (1, "Dry run. Rows: 2, good: 1, refused: 1.\n")
    assert said(run("ledger", "import", a_file(tmp_path, GOOD), "--dry-run", "--json"))["imported"] == 0
    assert numbers() == []


def test_the_agency_may_be_named_on_the_command_line(tmp_path: Path) -> None:
    file = a_file(tmp_path, GOOD.removeprefix("WZ,"), head=HEAD.removeprefix("机关代码,"))
    assert run("ledger", "import", file).stderr == "The header lacks required columns: agency.\n"
    assert run("ledger", "import", file, "--agency", "WZ").exit_code == 0
    assert run("ledger", "import", file, "--agency", "NO").stderr == (
        "There is no agency with the code “NO”: check the code.\n"
    )


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_exported_can_be_imported(tmp_path: Path, name: str) -> None:
    run("ledger", "import", ledgers.write(tmp_path / "a.csv", list(ledgers.a_ledger(40))))
    result = run("ledger", "export", tmp_path / name, "--agency", "WZ")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Cases written to {tmp_path / name}: 40.\n"
    again = run("ledger", "import", tmp_path / name, "--dry-run", "--json")
    assert {each["column"] for each in said(again)["refused"]} == {"number"}  # they are there already


def test_one_year_is_exported_alone(tmp_path: Path) -> None:
    run("ledger", "import", a_file(tmp_path, GOOD, GOOD.replace("2024", "2023")))
    run("ledger", "export", tmp_path / "out.csv", "--year", "2023", "--titles")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as text:
        assert [(row["受理编号"], row["收到方式"]) for row in csv.DictReader(text)] == [("2023-0001", "当面申请")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "nowhere.csv"], "nowhere.csv: No such file or directory."),
        (["import", "register.txt"], "“register.txt” is neither CSV nor XLSX: save it as one of them."),
        (["export", "nowhere/out.csv"], "nowhere/out.csv: No such file or directory."),
        (["export", "out.csv", "--agency", "NO"], "There is no agency with the code “NO”: check the code."),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("ledger", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


def test_of_many_refusals_the_first_are_shown(tmp_path: Path) -> None:
    result = run("ledger", "import", a_file(tmp_path, *[BAD] * 60))
    assert result.stderr.count("\n") == 51
    assert result.stderr.endswith("… and refused beside these: 10.\n")


def test_a_terminal_shows_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    result = run("ledger", "import", a_file(tmp_path, GOOD))
    assert (result.exit_code, result.stdout) == (0, "Rows: 1, imported: 1, refused: 0.\n")
    assert "Working" in result.stderr


def test_a_failure_to_keep_the_refused_rows_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "register.refused.csv").mkdir()
    result = run("ledger", "import", a_file(tmp_path, GOOD, BAD), "--keep-good")
    assert result.exit_code == 1
    assert "Is a directory" in result.stderr
    assert numbers() == []


def test_refused_rows_are_told_in_their_order_whenever_they_were_refused(tmp_path: Path) -> None:
    unknown = GOOD.replace("WZ", "NO")  # refused as it is read; BAD only as it is judged
    refused = said(run("ledger", "import", a_file(tmp_path, BAD, unknown, BAD), "--json"))["refused"]
    assert [each["row"] for each in refused] == [2, 3, 4]
