"""Counts the cases of a year into groups for the yearly table, and finds the cases behind one of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import sqlmodel
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from requestflow.rules.annual import Entered, FeeGroup, Group, RemedyGroup, Tally
from requestflow.rules.cells import FILED, PENDING, By, CaseCell, FeeCell, RemedyCell
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.remedies import RemedyKind
from requestflow.store.models import Agency, Case, Indicator, Remedy

Rows = Select[*tuple[Any, ...]]
Within = Sequence[int] | Rows  # the ids of agencies, or what selects them


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year: from `start` up to, but not on, `end`."""

    year: int

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        """The day after the last."""
        return date(self.year + 1, 1, 1)

    @property
    def marks(self) -> list[date]:
        """The first day of each month, and the day after the last."""
        return [*(date(self.year, month, 1) for month in range(1, 13)), self.end]

    def holds(self, day: Any) -> ColumnElement[bool]:
        """That the day is one of the year's."""
        return and_(day >= self.start, day < self.end)


def own(agency: Agency) -> Within:
    """The agency alone."""
    return [agency.id]


def tree(agency: Agency) -> Within:
    """The agency and every agency below it."""
    return select(col(Agency.id)).where(
        col(Agency.path).like(_constant(f"{agency.path}%"))
    )  # a path is digits and dots


def _constant(value: Any, kind: Any = None) -> Any:
    """The value written into the statement. A statement prepared once for any year and agency is planned for none: over
    a million cases the plan for the year at hand takes half as long.
    """
    return literal(value, kind, literal_execute=True)


def tally(session: Session, within: Within, year: int) -> Tally:
    """All that was counted and entered for the agencies in the year: four statements, whatever the number of cases."""
    days = Year(year)
    return Tally(
        groups=[_group(*row) for row in session.execute(groups(within, days))],
        remedies=[RemedyGroup._make(row) for row in session.execute(_remedies(within, days))],
        fees=[FeeGroup(agency, month, Decimal(yuan)) for agency, month, yuan in session.execute(_fees(within, days))],
        entries=entries(session, within, year),
    )


def groups(within: Within, year: Year) -> Any:
    """One statement that counts every case of the year twice: by channel, and by outcome and timeliness.

    Two narrow counts, since no figure needs both: one count by all of these at once has almost as many groups as there
    are cases. The months are sums within a group for the same reason, and because the database plans a GROUP BY well
    only over plain columns.
    """
    return union_all(
        _count(within, year, By.channel, Case.received_on, Case.channel),
        _count(within, year, By.outcome, Case.closed_on, Case.outcome, Case.timeliness),
    )


def _count(within: Within, year: Year, by: By, day: Any, what: Any, timeliness: Any = None) -> Rows:
    """Agency, by, kind, value, timeliness, all cases, and how many have their day before each mark of the year."""
    alike = [col(Case.agency_id), _text(Case.applicant_kind), _text(what)]
    alike += [] if timeliness is None else [_text(timeliness)]
    columns = [
        alike[0],
        _constant(str(by), String),
        *alike[1:],
        *([_constant("", String)] if timeliness is None else []),
        func.count(),
        *(func.count().filter(col(day) < _constant(mark)) for mark in year.marks),
    ]
    return select(*columns).where(*_at_hand(within, year)).group_by(*alike)


def _group(
    agency: int, by: str, kind: str, value: str | None, timeliness: str | None, cases: int, *before: int
) -> Group:
    months = [after - earlier for earlier, after in pairwise(before)]
    return Group(agency, by, kind, value or "", timeliness or "", (cases - sum(months), *months))


def _at_hand(within: Within, year: Year) -> list[ColumnElement[bool]]:
    """That the agency had the case in the year: received before its end, and not closed before its start."""
    return [
        col(Case.agency_id).in_(within),
        col(Case.received_on) < _constant(year.end),
        or_(col(Case.closed_on).is_(None), col(Case.closed_on) >= _constant(year.start)),
    ]


def _month(day: Any) -> ColumnElement[int]:
    return cast(extract("month", day), Integer)


def _text(column: Any) -> ColumnElement[str]:
    """The stored word as text, so that no row is turned into a member of an enumeration."""
    return type_coerce(column, String)


def _ended(year: Year) -> ColumnElement[bool]:
    """That a remedy had its result by the end of the year."""
    return col(Remedy.closed_on) < year.end


def _counts_on(year: Year) -> ColumnElement[date]:
    """The day by which a remedy counts: that of its result; of filing while it is pending, and for a complaint."""
    is_complaint = col(Remedy.kind) == RemedyKind.complaint
    return case((is_complaint, Remedy.filed_on), (_ended(year), Remedy.closed_on), else_=Remedy.filed_on)


def _counts_as(year: Year) -> ColumnElement[str]:
    is_complaint = col(Remedy.kind) == RemedyKind.complaint
    return case((is_complaint, FILED), (_ended(year), _text(Remedy.result)), else_=PENDING)


def _remedies(within: Within, year: Year) -> Rows:
    day = type_coerce(_counts_on(year), Date)
    alike = {
        "agency": col(Case.agency_id),
        "remedy": _text(Remedy.kind),
        "by_route": func.coalesce(_text(Remedy.route), ""),
        "counted_as": _counts_as(year),
        "month": _month(day),
    }
    return (
        select(*(column.label(name) for name, column in alike.items()), func.count())
        .join(Case, col(Case.id) == Remedy.case_id)
        .where(col(Case.agency_id).in_(within), year.holds(day))
        .group_by(*alike)
    )


def _fees(within: Within, year: Year) -> Rows:
    return (
        select(col(Case.agency_id), _month(Case.fee_paid_on).label("month"), func.sum(Case.fee_yuan))
        .where(col(Case.agency_id).in_(within), year.holds(col(Case.fee_paid_on)))
        .group_by(col(Case.agency_id), "month")
    )


def entries(session: Session, within: Within, year: int) -> list[Entered]:
    """The figures that the agencies entered for the year."""
    columns = (Indicator.agency_id, Indicator.item, Indicator.label, Indicator.column, Indicator.value)
    found = select(*map(col, columns)).where(col(Indicator.agency_id).in_(within), col(Indicator.year) == year)
    return [Entered._make(row) for row in session.execute(found)]


def years(session: Session, within: Within) -> list[tuple[int, int]]:
    """The years with requests received or figures entered, newest first, each with how many requests."""
    received = cast(extract("year", col(Case.received_on)), Integer).label("year")
    asked = (
        select(received, func.count())
        .where(col(Case.agency_id).in_(within), col(Case.received_on).is_not(None))
        .group_by("year")
    )
    entered = select(col(Indicator.year)).where(col(Indicator.agency_id).in_(within)).distinct()
    found = {year: 0 for (year,) in session.execute(entered)}
    found.update((year, count) for year, count in session.execute(asked))
    return sorted(found.items(), reverse=True)


def behind(within: Within, year: int, cell: CaseCell | RemedyCell | FeeCell) -> SelectOfScalar[Case]:
    """The cases that make up a figure, by agency, day of receipt and number; for page after page of them.

    A figure of reviews or suits counts these; a case with two of them stands here once.
    """
    days = Year(year)
    found = sqlmodel.select(Case).where(*_conditions(within, days, cell))
    return found.order_by(col(Case.agency_id), col(Case.received_on), col(Case.number))


def _conditions(within: Within, year: Year, cell: CaseCell | RemedyCell | FeeCell) -> list[ColumnElement[bool]]:
    if isinstance(cell, CaseCell):
        return _of_cases(within, year, cell)
    if isinstance(cell, FeeCell):
        return [col(Case.agency_id).in_(within), year.holds(col(Case.fee_paid_on))]
    wanted = [
        col(Remedy.case_id) == Case.id,
        col(Remedy.kind) == cell.kind,
        _counts_as(year).in_(sorted(cell.results)),
        year.holds(_counts_on(year)),
    ]
    if cell.route:
        wanted.append(col(Remedy.route) == cell.route)
    return [col(Case.agency_id).in_(within), exists().where(*wanted)]


def _of_cases(within: Within, year: Year, cell: CaseCell) -> list[ColumnElement[bool]]:
    found = _at_hand(within, year)
    if cell.by is By.channel:
        came_in_year = col(Case.received_on) >= year.start
        found.append(came_in_year if cell.is_in_year else ~came_in_year)
    else:
        later = or_(col(Case.closed_on).is_(None), col(Case.closed_on) >= year.end)
        found.append(col(Case.closed_on) < year.end if cell.is_in_year else later)
    if cell.values is not None:
        column = Case.channel if cell.by is By.channel else Case.outcome
        found.append(_text(column).in_(sorted(cell.values)))
    if cell.timeliness is not None:
        found.append(_text(Case.timeliness) == cell.timeliness)
    if cell.kind is not None:
        found.append(_text(Case.applicant_kind) == cell.kind)
    return found


def overdue(session: Session, within: Within, year: int) -> Sequence[tuple[int, str, int]]:
    """Agency, number and id of the cases closed overdue in the year, in the order of their closing."""
    late = CaseCell(By.outcome, True, timeliness=Timeliness.overdue)
    found = (
        select(col(Case.agency_id), col(Case.number), col(Case.id))
        .where(*_of_cases(within, Year(year), late))
        .order_by(col(Case.closed_on), col(Case.agency_id), col(Case.number))
    )
    return [(agency, number, case_id) for agency, number, case_id in session.execute(found)]
