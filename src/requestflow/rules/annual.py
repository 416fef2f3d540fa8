"""The yearly table: groups of cases that are alike become the figures of an official form.

The database counts; these functions only add up. A table maps the key of each figure (rules.forms) to a whole number,
an exact decimal, or None where nobody entered it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from requestflow.rules.cells import By, CaseCell, EnteredCell, FeeCell, RemedyCell, cells, entered
from requestflow.rules.forms import COLUMNS, Form

Figure = int | Decimal | None
Table = dict[str, Figure]

TEN_THOUSAND = 10_000
MONTHS = range(1, 13)


class Group(NamedTuple):
    """Cases of one agency that are alike, month by month.

    Every case that the agency had in the year is counted once by channel, in the month of its receipt, and once by
    outcome and timeliness, in the month of its closing. `months` has thirteen counts: first those outside the year
    (received in an earlier one, or not closed by 31 December), then January to December. `value` is the channel or the
    outcome, `kind` the kind of applicant; outcome and timeliness are empty while a case is open.
    """

    agency: int
    by: str
    kind: str
    value: str
    timeliness: str
    months: tuple[int, ...]

    @property
    def in_year(self) -> int:
        """Cases in the twelve months."""
        return sum(self.months) - self.months[0]


class RemedyGroup(NamedTuple):
    """So many remedies that are alike: `result` is upheld, corrected or other (`month` in which it came), or pending or
    filed (`month` of filing); `route` is empty but for suits.
    """

    agency: int
    kind: str
    route: str
    result: str
    month: int
    cases: int


class FeeGroup(NamedTuple):
    """What was paid to one agency in one month, in yuan."""

    agency: int
    month: int
    yuan: Decimal


class Entered(NamedTuple):
    """A figure that an agency entered, under its keys."""

    agency: int
    item: str
    label: str
    column: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """All that was counted and entered for one year."""

    groups: Sequence[Group] = ()
    remedies: Sequence[RemedyGroup] = ()
    fees: Sequence[FeeGroup] = ()
    entries: Sequence[Entered] = ()

    def in_year(self, by: By) -> dict[str, int]:
        """Cases received in the year by channel, or closed in it by outcome."""
        return _summed((group.value, group.in_year) for group in self.groups if group.by == by)

    def met(self) -> dict[str, int]:
        """Cases closed in the year by timeliness."""
        return _summed((group.timeliness, group.in_year) for group in self.groups if group.by == By.outcome)


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value, cases in counts:
        if cases:
            found[value] = found.get(value, 0) + cases
    return found


def tabulate(form: Form, tally: Tally) -> Table:
    """The form, filled in with everything in the tally: one agency's, or the sum of many."""
    return total(form, by_agency(form, tally).values())


def by_agency(form: Form, tally: Tally) -> dict[int, Table]:
    """The form of each agency that has anything in the tally."""
    tables: defaultdict[int, Table] = defaultdict(lambda: blank(form))
    for agency, *alike, months in tally.groups:
        outside = months[0]
        _count(tables[agency], _of_cases(form, True, *alike), sum(months) - outside)
        if outside:
            _count(tables[agency], _of_cases(form, False, *alike), outside)
    for remedy in tally.remedies:
        _count(tables[remedy.agency], _of_remedies(form, remedy.kind, remedy.route, remedy.result), remedy.cases)
    for fee in tally.fees:
        _count(tables[fee.agency], _of_fees(form), _in_ten_thousands(fee.yuan))
    keys = entered(form)
    for entry in tally.entries:
        key = keys.get(EnteredCell(entry.item, entry.label, entry.column))
        if key:
            _count(tables[entry.agency], (key,), whole(entry.value))
    return dict(tables)


def by_month(form: Form, tally: Tally) -> dict[int, Table]:
    """The form of each month, 1 to 12, of all agencies: what was received, closed, decided on review and paid in it.

    Carried in is what the month began with, carried out what it ended with; entered figures belong to no month.
    """
    tables = {month: blank(form) for month in MONTHS}
    opening = blank(form)
    for alike, counts in _together(tally.groups).items():
        _count(opening, _of_cases(form, False, *alike), counts[0])
        for month in MONTHS:
            if counts[month]:
                _count(tables[month], _of_cases(form, True, *alike), counts[month])
    for remedy in tally.remedies:
        _count(tables[remedy.month], _of_remedies(form, remedy.kind, remedy.route, remedy.result), remedy.cases)
    for fee in tally.fees:
        _count(tables[fee.month], _of_fees(form), _in_ten_thousands(fee.yuan))
    if form is not Form.y2014:
        for column in COLUMNS:
            left = opening[f"table3/carried_in/{column.column}"]
            for table in tables.values():
                left = _carry(table, column.column, left)
    return tables


def _together(groups: Iterable[Group]) -> dict[tuple[str, ...], list[int]]:
    """The counts of all agencies, month by month, of cases that are alike in the rest."""
    together: dict[tuple[str, ...], list[int]] = {}
    for _, *same, months in groups:
        alike = tuple(same)
        known = together.get(alike)
        together[alike] = [one + more for one, more in zip(known, months, strict=True)] if known else list(months)
    return together


def _carry(table: Table, column: str, opening: Figure) -> Figure:
    """Writes what a month carries in and out; gives the latter, with which the next month opens."""
    came, went = table[f"table3/new/{column}"], table[f"table3/handled_total/{column}"]
    closing = (opening or 0) + (came or 0) - (went or 0)
    table[f"table3/carried_in/{column}"], table[f"table3/carried_out/{column}"] = opening, closing
    return closing


def blank(form: Form) -> Table:
    """The form before anything is counted: zeros, and None for what people enter."""
    return {key: None if isinstance(cell, EnteredCell) else 0 for key, cell in cells(form).items()}


def total(form: Form, tables: Iterable[Table]) -> Table:
    """The sum of the tables, figure by figure; None only where nobody entered the figure."""
    summed = blank(form)
    for table in tables:
        for key, figure in table.items():
            summed[key] = plus(summed[key], figure)
    return summed


def plus(one: Figure, other: Figure) -> Figure:
    """The sum of two figures, of which either may be missing."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _count(table: Table, keys: Iterable[str], figure: Figure) -> None:
    for key in keys:
        table[key] = plus(table[key], figure)


def _in_ten_thousands(yuan: Decimal) -> int | Decimal:
    return whole(yuan / TEN_THOUSAND)


def whole(value: Decimal) -> int | Decimal:
    """The same value, as a whole number if it is one."""
    return int(value) if value == value.to_integral_value() else value.normalize()


@cache
def _of_cases(form: Form, is_in_year: bool, by: str, kind: str, value: str, timeliness: str) -> tuple[str, ...]:
    return tuple(
        key
        for key, cell in cells(form).items()
        if isinstance(cell, CaseCell) and cell.holds(by, is_in_year, kind, value, timeliness)
    )


@cache
def _of_remedies(form: Form, kind: str, route: str, result: str) -> tuple[str, ...]:
    return tuple(
        key for key, cell in cells(form).items() if isinstance(cell, RemedyCell) and cell.holds(kind, route, result)
    )


@cache
def _of_fees(form: Form) -> tuple[str, ...]:
    return tuple(key for key, cell in cells(form).items() if isinstance(cell, FeeCell))
