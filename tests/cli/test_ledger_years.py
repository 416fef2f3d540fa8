"""Ten years of a whole tree come in as one ledger, and its yearly tables equal a count made straight over the rows."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from requestflow.cli import main
from requestflow.rules import tables
from requestflow.store.session import transaction
from tests import ledgers
from tests.make import an_agency

KINDS = ("natural_person", "business", "research", "public_interest", "legal_service", "other_organisation")
ROWS = 15_000
OUTCOMES = {row["code"]: row for row in tables.rows("outcomes")}
Figures = Counter[tuple[str, str]]


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> list[dict[str, str]]:
    """The rows of the imported ledger, read again from its file."""
    with transaction() as session:
        city = an_agency(session, "CITY")
        an_agency(session, "COUNTY", parent=city)
        an_agency(session, "ELSEWHERE")
    agencies = ("CITY", "COUNTY", "CITY；COUNTY", "ELSEWHERE")
    file = ledgers.write(tmp_path / "ten-years.csv", ledgers.a_ledger(ROWS, agencies=agencies, seed=2026))
    assert said("ledger", "import", file) == {"rows": ROWS, "imported": ROWS, "refused": []}
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def said(*words: object) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*map(str, words), *([] if words[0] == "annual" else ["--json"])])
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def received_in(row: Mapping[str, str]) -> int:
    if row["channel"] == "face_to_face" or (row["channel"] == "web" and row["submitted_on"] < "2019-05-15"):
        return int(row["submitted_on"][:4])
    return int(row["signed_on" if row["mail_kind"] == "signed" else "confirmed_on"][:4])


def closed_in(row: Mapping[str, str]) -> int:
    day = row["decided_on"] if row["outcome"] in ("O41", "O42", "O43") else row["sent_on"]
    return int(day[:4] or 9999)


def table3(rows: Iterable[Mapping[str, str]], year: int, form: str) -> Figures:
    """Form 2019 or 2021, table 3: each figure by row and column."""
    found: Figures = Counter()
    for row in rows:
        received, closed = received_in(row), closed_in(row)
        counts = {
            "new": received == year,
            "carried_in": received < year <= closed,
            "handled_total": closed == year,
            "carried_out": received <= year < closed,
        }
        if closed == year:
            counts[OUTCOMES[row["outcome"]][f"row_{form}"]] = True
        for name, is_counted in counts.items():
            for column in (row["applicant_kind"], "total"):
                found[name, column] += is_counted
    return found


def table4(rows: Iterable[Mapping[str, str]], year: int) -> Figures:
    """Reviews and suits: a result in the year it came, pending in the year of filing."""
    found: Figures = Counter()
    for row in rows:
        suits = {"direct": "suit_direct", "after_review": "suit_after_review"}
        for kind, block in (("review", "review"), ("suit", suits.get(row["suit_route"], ""))):
            filed, result, closed = (row[f"{kind}_{name}"] for name in ("filed_on", "result", "closed_on"))
            if closed[:4] == str(year):
                found[block, result] += 1
                found[block, "total"] += 1
            elif filed[:4] == str(year):
                found[block, "pending"] += 1
                found[block, "total"] += 1
    return found


def test_ten_years_come_in_and_every_table_equals_an_independent_count(ledger: list[dict[str, str]]) -> None:
    the_tables_of_2019_and_2021_equal_an_independent_count(ledger)
    an_agency_counts_what_it_has_now_and_the_form_of_2014_counts_channels(ledger)
    assert said("recheck") == {"differences": [], "fixed": False}


def the_tables_of_2019_and_2021_equal_an_independent_count(ledger: list[dict[str, str]]) -> None:
    own = [row for row in ledger if row["agency"] != "ELSEWHERE"]
    for year in range(2019, 2026):
        form = "2019" if year < 2021 else "2021"
        report = said("annual", year, "--agency", "CITY", "--scope", "tree")
        assert report["form"] == form
        expected = table3(own, year, form)
        assert sum(expected[row, "total"] for row in ("new", "handled_total")) > 1000
        found = {(row, column): figure for row, cells in report["table3"].items() for column, figure in cells.items()}
        assert {key: figure for key, figure in found.items() if figure} == dict(+expected)
        assert set(found) >= {(row, kind) for row in report["table3"] for kind in (*KINDS, "total")}
        disputes = {(block, column): n for block, cells in report["table4"].items() for column, n in cells.items()}
        assert {key: figure for key, figure in disputes.items() if figure} == dict(+table4(own, year))


def an_agency_counts_what_it_has_now_and_the_form_of_2014_counts_channels(ledger: list[dict[str, str]]) -> None:
    county = [row for row in ledger if row["agency"].endswith("COUNTY")]
    lines = said("annual", 2018, "--agency", "COUNTY", "--scope", "own", "--form", "2014")["lines"]
    channels = Counter(row["channel"] for row in county if received_in(row) == 2018)
    assert [lines[f"3.1.{nth}"] for nth in (1, 2, 3, 4)] == [
        channels[name] for name in ("face_to_face", "fax", "web", "mail")
    ]
    answered = Counter(OUTCOMES[row["outcome"]]["line_2014"] for row in county if closed_in(row) == 2018)
    for line in ("3.3.1", "3.3.2", "3.3.3", "3.3.4.1", "3.3.4.5", "3.3.5", "3.3.6", "3.3.7", "3.3.8"):
        assert lines[line] == answered[line], line
