"""Whichever command it is: a database that is away, or not set up, is one sentence and the status 1."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from requestflow.cli import main
from requestflow.settings import settings
from requestflow.store.session import bind
from tests.servers.processes import free_port

FILES = {
    "agencies": "code,name\nA,甲\n",
    "calendar": "day,worked,name\n2027-01-04,0,元旦\n",
    "indicators": "agency,year,line,value\nA,2018,1.1,1\n",
    "ledger": "agency,channel,applicant_kind,applicant_name,description,submitted_on\nA,web,business,乙,丙,2024-3-1\n",
}
ON_TABLES = [
    *(f"{family} import {family}.csv" for family in FILES),
    *("annual 2018 --agency A", "demo", "ledger export cases.csv", "people list", "recheck", "recheck --fix"),
    "people add zhang --name 张 --role clerk --agency A --password-stdin",
]


@pytest.fixture(autouse=True)
def _office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "a secret key of the tests, long enough")
    monkeypatch.setenv("REQUESTFLOW_PORT", str(free_port()))
    for family, content in FILES.items():
        Path(f"{family}.csv").write_text(content, encoding="utf-8")


def run(words: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", url)
    settings.cache_clear()
    try:
        return CliRunner().invoke(main, words.split(), input="a long and quiet sentence\n")
    finally:
        settings.cache_clear()
        bind("sqlite://").dispose()


@pytest.mark.parametrize("words", [*ON_TABLES, "migrate", "serve"])
@pytest.mark.parametrize("where", ["a closed port", "no folder"])
def test_a_database_that_is_away_is_a_sentence(words: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("no folder").touch()
    away = {
        "a closed port": f"postgresql://nobody@127.0.0.1:{free_port()}/requestflow",
        "no folder": f"sqlite:///{Path.cwd()}/no folder/requestflow.sqlite",
    }
    result = run(words, away[where], monkeypatch)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    assert "fault of the program" not in result.stderr


@pytest.mark.parametrize("words", ON_TABLES)
def test_a_database_without_its_tables_is_a_sentence_that_names_the_cure(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(words, f"sqlite:///{Path.cwd()}/empty.sqlite", monkeypatch)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    assert result.stderr.startswith("The database refused: no such table: ")
    assert result.stderr.endswith("Is it there, and was it migrated?\n")
