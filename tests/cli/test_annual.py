"""The commands `annual` and `indicators import`."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from requestflow import clock, settings
from requestflow.cli import main
from requestflow.paper import annual_xlsx
from requestflow.rules.forms import Form, form_of, places
from requestflow.store.session import transaction
from tests.make import a_case, an_agency, an_entry

LINES = "agency,year,line,value\n"


@pytest.fixture
def database(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "a secret key of the tests, long enough")
    settings.settings.cache_clear()
    yield empty_database_url
    settings.settings.cache_clear()


@pytest.fixture
def year(database: str) -> int:
    """The year of two cases, one of the city and one of a county below it."""
    day = clock.today() - timedelta(days=1)
    with transaction() as session:
        city = an_agency(session, "CITY")
        for agency in (city, an_agency(session, "COUNTY", parent=city)):
            a_case(session, agency, submitted_on=str(day), entry=an_entry(on=clock.today()))
    return day.year


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)])


def load(file: Path, content: str, *words: str) -> Result:
    file.write_text(content, encoding="utf-8")
    return run("indicators", "import", file, *words)


def test_a_year_is_reported_as_json_in_its_own_form(year: int) -> None:
    result = run("annual", year, "--agency", "CITY")
    assert (result.exit_code, result.stderr) == (0, "")
    said = json.loads(result.stdout)
    assert (said["agency"], said["year"], said["form"], said["scope"]) == ("CITY", year, form_of(year), "own")
    assert said["table3"]["new"]["total"] == 1


def test_options_may_come_before_the_year_and_the_tree_is_the_sum(year: int) -> None:
    result = run("annual", "--agency", "CITY", "--scope", "tree", "--form", "2014", year)
    assert json.loads(result.stdout)["lines"]["3.1"] == 2


def test_json_may_be_asked_for_as_every_command_takes_it(year: int, tmp_path: Path) -> None:
    words = ("annual", year, "--agency", "CITY")
    assert run(*words, "--json").stdout == run(*words, "--format", "json").stdout
    assert run(*words, "--json", "--out", tmp_path / "year.txt").exit_code == 0
    assert json.loads((tmp_path / "year.txt").read_text(encoding="utf-8"))["agency"] == "CITY"
    both = run(*words, "--json", "--format", "csv")
    assert (both.exit_code, both.stderr) == (2, "--json and --format csv ask for two formats: give one of them.\n")


@pytest.mark.parametrize("form", list(Form))
def test_the_workbook_has_the_figures_of_the_json(year: int, tmp_path: Path, form: Form) -> None:
    words = ("annual", year, "--agency", "CITY", "--scope", "tree", "--form", form)
    done = run(*words, "--out", tmp_path / "year.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    table = annual_xlsx.read_back((tmp_path / "year.xlsx").read_bytes(), form)
    key = "3.1" if form is Form.y2014 else "table3/new/total"
    assert list(table) == list(places(form))
    assert table[key] == 2


def test_a_csv_goes_to_standard_output_or_to_a_file(year: int, tmp_path: Path) -> None:
    shown = run("annual", year, "--agency", "CITY", "--format", "csv")
    run("annual", year, "--agency", "CITY", "--out", tmp_path / "year.csv")
    assert (tmp_path / "year.csv").read_bytes() == shown.stdout_bytes
    assert shown.stdout_bytes.startswith("\ufeff表,项目,统计指标".encode())


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("2018", "--agency", "NOWHERE"), 1, "There is no agency with the code “NOWHERE”: check the code.\n"),
        (("2018",), 2, "Missing option '--agency'.\n"),
        (
            ("2018", "--agency", "CITY", "--out", "year.docx"),
            2,
            "A name ending in “.docx” does not tell the format: give --format json, csv or xlsx.\n",
        ),
        (("2013", "--agency", "CITY"), 1, "There was no national form for 2013; name the form to count by.\n"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_one_sentence(
    year: int, words: tuple[str, ...], status: int, sentence: str
) -> None:
    result = run("annual", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", sentence)


def test_imported_indicators_stand_in_the_report(year: int, tmp_path: Path) -> None:
    done = load(tmp_path / "figures.csv", f"{LINES}CITY,2018,1.1,105464\nCITY,2018,8.4,9.52\nCITY,2018,9.1,\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "3 rows, 2 figures imported.\n", "")
    lines = json.loads(run("annual", "2018", "--agency", "CITY").stdout)["lines"]
    assert (lines["1.1"], lines["8.4"], lines["9.1"]) == (105464, 9.52, None)


def test_of_a_file_with_a_bad_row_no_figure_is_kept_and_the_row_is_named(year: int, tmp_path: Path) -> None:
    bad = f"{LINES}CITY,2018,1.1,5\n\nCITY,2018,3.1,20\n"
    done = load(tmp_path / "figures.csv", bad)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Row 4, line: “Requests received” is counted by the system and cannot be entered.",
        "Nothing was imported.",
    ]
    said = json.loads(load(tmp_path / "figures.csv", bad, "--json").stdout)
    assert (said["rows"], said["imported"], [row["row"] for row in said["refused"]]) == (2, 0, [4])
    assert json.loads(run("annual", "2018", "--agency", "CITY").stdout)["lines"]["1.1"] is None


def test_a_file_without_the_columns_is_refused_in_one_sentence(year: int, tmp_path: Path) -> None:
    done = load(tmp_path / "figures.csv", "机关,年\n")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("The first row must be agency,year,line,value")
