"""The yearly table: groups of cases that are alike become the figures of an official form.

The database counts; these functions only add up. A table maps the key of each figure (rules.forms) to a whole number,
an exact decimal, or None where nobody entered it.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar

from requestflow.rules.cells import By, CaseCell, EnteredCell, FeeCell, RemedyCell, cells, entered
from requestflow.rules.forms import COLUMNS, Form

Figure = int | Decimal | None
Table = dict[str, Figure]
Whose = TypeVar("Whose", bound=Hashable)

TEN_THOUSAND = 10_000
MONTHS = range(1, 13)


class Group(NamedTuple):
    """So many cases of one agency that are alike. Of every case that the agency had in the year there is one count by
    channel (`month` of receipt, 0: an earlier year), one by outcome and one by timeliness (`month` of closing, 0: not
    closed by 31 December; then `value` is empty). `kind` of applicant is empty where the count is by timeliness.
    """

    agency: int
    by: str
    month: int
    kind: str
    value: str
    cases: int


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
        """Cases received in the year by channel, or closed in it by outcome or timeliness."""
        found: dict[str, int] = {}
        for group in self.groups:
            if group.by == by and group.month:
                found[group.value] = found.get(group.value, 0) + group.cases
        return found


def tabulate(form: Form, tally: Tally) -> Table:
    """The form, filled in with everything in the tally: one agency's, or the sum of many."""
    return _tables(form, tally, lambda _: None).get(None) or blank(form)


def by_agency(form: Form, tally: Tally) -> dict[int, Table]:
    """The form of each agency that has anything in the tally; their `total` is `tabulate` of the same."""
    return _tables(form, tally, lambda counted: counted.agency)


def by_month(form: Form, tally: Tally) -> dict[int, Table]:
    """The form of each month, 1 to 12: what was received, closed, decided on review and paid in it.

    Carried in is what the month began with, carried out what it ended with; entered figures belong to no month.
    """
    found = _tables(form, Tally(tally.groups, tally.remedies, tally.fees), lambda counted: counted.month)
    months = {month: found.get(month) or blank(form) for month in MONTHS}
    if form is not Form.y2014:
        for column in COLUMNS:
            opening = found[0][f"table3/carried_in/{column.column}"] if 0 in found else 0
            for table in months.values():
                opening = _carry(table, column.column, opening)
    return months


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


def _tables(form: Form, tally: Tally, whose: Callable[[Any], Whose]) -> dict[Whose, Table]:
    """One table for each answer of `whose` to what was counted."""
    tables: defaultdict[Whose, Table] = defaultdict(lambda: blank(form))
    alike: defaultdict[tuple[Whose, str, bool, str, str], int] = defaultdict(int)
    for group in tally.groups:
        alike[whose(group), group.by, group.month > 0, group.kind, group.value] += group.cases
    for (who, by, is_in_year, kind, value), cases in alike.items():
        _count(tables[who], _of_cases(form, by, is_in_year, kind, value), cases)
    for remedy in tally.remedies:
        _count(tables[whose(remedy)], _of_remedies(form, remedy.kind, remedy.route, remedy.result), remedy.cases)
    for fee in tally.fees:
        _count(tables[whose(fee)], _of_fees(form), whole(fee.yuan / TEN_THOUSAND))
    keys = entered(form)
    for entry in tally.entries:
        key = keys.get(EnteredCell(entry.item, entry.label, entry.column))
        if key:
            _count(tables[whose(entry)], (key,), whole(entry.value))
    return dict(tables)


def _count(table: Table, keys: Iterable[str], figure: Figure) -> None:
    for key in keys:
        table[key] = plus(table[key], figure)


def whole(value: Decimal) -> int | Decimal:
    """The same value, as a whole number if it is one."""
    return int(value) if value == value.to_integral_value() else value.normalize()


@cache
def _of_cases(form: Form, by: str, is_in_year: bool, kind: str, value: str) -> tuple[str, ...]:
    return tuple(
        key
        for key, cell in cells(form).items()
        if isinstance(cell, CaseCell) and cell.holds(by, is_in_year, kind, value)
    )


@cache
def _of_remedies(form: Form, kind: str, route: str, result: str) -> tuple[str, ...]:
    return tuple(
        key for key, cell in cells(form).items() if isinstance(cell, RemedyCell) and cell.holds(kind, route, result)
    )


@cache
def _of_fees(form: Form) -> tuple[str, ...]:
    return tuple(key for key, cell in cells(form).items() if isinstance(cell, FeeCell))
