"""Taking a ledger in: every row is judged, and what the law allows is written in chunks, in one pass."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from sqlmodel import Session

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.services import counts
from requestflow.services.entry import Entry
from requestflow.services.ledger.judged import Judged, judged
from requestflow.services.ledger.numbers import Numbers
from requestflow.services.ledger.offices import Offices, Way
from requestflow.services.ledger.row import Reading, Refusal, Row
from requestflow.services.ledger.writing import Writing

CHUNK = 1000
Cells = tuple[int, Sequence[str | date]]


@dataclass(slots=True)
class Report:
    """What became of a ledger: how many rows it has, how many are cases now, which were refused and why.

    `unknown` are the titles of columns that were left out.
    """

    unknown: tuple[str, ...] = ()
    rows: int = 0
    imported: int = 0
    refused: list[Refusal] = field(default_factory=list)


class _Placed(NamedTuple):
    number: int
    cells: Sequence[str | date]
    row: Row
    way: Way


def take_in(
    session: Session,
    sheet: Sheet,
    entry: Entry,
    *,
    agency: str = "",
    dry_run: bool = False,
    keep_good: bool = False,
) -> Report:
    """Makes a case of every row of a ledger, or of none: with a refused row nothing is kept unless `keep_good`.

    `agency` is the code for rows that name none; a `dry_run` judges all rows and writes none. RuleBroken where the
    sheet as a whole cannot be read or the agency is unknown.
    """
    reading = Reading(sheet.header, frozenset({"agency"}) if agency else frozenset())
    numbers = Numbers(session)
    bench = _Bench(reading, Offices(session, agency), numbers, entry, Report(reading.unknown))
    writing = Writing(session, numbers, entry)
    report = bench.report
    before = counts.newest(session)
    savepoint = None if dry_run else session.begin_nested()
    for chunk in _chunks(sheet.rows):
        report.rows += len(chunk)
        for placed, case in bench.judge(chunk):
            writing.add(placed.row, placed.way, case)
        if savepoint and report.refused and not keep_good:
            savepoint.rollback()
            savepoint = None
        if savepoint:
            report.imported += writing.flush()
        else:
            writing.clear()
    if savepoint:
        numbers.settle()
        savepoint.commit()
        counts.rewind(session, before)
    else:
        report.imported = 0
    report.refused.sort(key=attrgetter("row"))  # a row may be refused as it is read, or later as it is judged
    return report


@dataclass(slots=True)
class _Bench:
    """Where the rows are judged, a chunk at a time."""

    reading: Reading
    offices: Offices
    numbers: Numbers
    entry: Entry
    report: Report

    def judge(self, chunk: list[Cells]) -> Iterator[tuple[_Placed, Judged]]:
        """The rows of a chunk that the law allows, with the cases that they make; the others go into the report."""
        placed = [found for number, cells in chunk if (found := self._place(number, cells))]
        self.numbers.look_up((each.way.first.id, each.row.number) for each in placed if each.row.number)
        for each in placed:
            try:
                yield each, self._case(each)
            except RuleBroken as broken:
                self._refuse(each.number, each.cells, broken)

    def _place(self, number: int, cells: Sequence[str | date]) -> _Placed | None:
        try:
            row = self.reading.row(cells)
            return _Placed(number, cells, row, self.offices.way(row.agency))
        except RuleBroken as broken:
            self._refuse(number, cells, broken)
            return None

    def _case(self, placed: _Placed) -> Judged:
        row, way = placed.row, placed.way
        if row.number:
            self.numbers.refuse_twice(way.first.id, row.number, placed.number)
        return judged(row, way.last.calendar, self.entry.today, way.handed_on)

    def _refuse(self, number: int, cells: Sequence[str | date], broken: RuleBroken) -> None:
        self.report.refused.append(Refusal(number, broken.field, broken.said, broken.article, cells))


def _chunks(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    ahead = iter(rows)
    while chunk := list(islice(ahead, CHUNK)):
        yield chunk
