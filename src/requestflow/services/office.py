"""What an office sees of its work at one look: what came in and went out, what is open, and who has it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

from sqlmodel import Session

from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.horizon import Horizon, spans
from requestflow.rules.months import Months
from requestflow.rules.outcomes import Category
from requestflow.rules.workdays import Calendar
from requestflow.services import counts
from requestflow.store.models import Run
from requestflow.store.queries import office
from requestflow.store.queries.agencies import Branch
from requestflow.store.queries.counted import Facet
from requestflow.store.queries.office import NO_DAY, PROVISIONAL, Due, InAll, InMonth, Load

Kind = TypeVar("Kind", bound=StrEnum)
_YEARS_AHEAD = 3  # no term reaches further


class Compared(NamedTuple):
    """One of the agencies below with all below it, or (`is_alone`) the agency at the top by itself."""

    agency: Branch
    is_alone: bool
    received: int
    closed: int
    closed_overdue: int
    open: int
    overdue: int

    @property
    def in_time(self) -> float | None:
        """The part of its closed cases that met their term; None where none was closed."""
        return 1 - self.closed_overdue / self.closed if self.closed else None


@dataclass(frozen=True, slots=True)
class Overview:
    """An office in numbers: by month and in all the `months` what was received and closed, and what is open now.

    Every member of an enumeration has its number, 0 included; topics and desks stand with the fullest first.
    `provisional` is how many of the open cases have a term that the next notice of days off may move; `counted_at` is
    when the past months were last counted, None before the first time.
    """

    months: Months
    received: Mapping[date, int]
    closed: Mapping[date, int]
    channels: Mapping[Channel, int]
    timeliness: Mapping[Timeliness, int]
    categories: Mapping[Category, int]
    topics: Sequence[tuple[str, int]]
    open: Mapping[Horizon, int]
    provisional: int
    desks: Sequence[Load]
    agencies: Sequence[Compared]
    counted_at: datetime | None

    @property
    def total(self) -> Compared:
        """All of it together."""
        return _together(self.agencies)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.total.received or self.total.closed or self.total.open)


def look(
    session: Session, top: Branch, theirs: Sequence[Branch], months: Months, today: date, calendar: Calendar
) -> Overview:
    """The overview of `theirs`: the agency at the top and those below it, or it alone; five statements and one row."""
    ids = [agency.id for agency in theirs]
    past = office.by_month(session, ids, months)
    in_all = office.in_all(session, ids, months)
    due = office.by_due_day(session, ids, spans(today, calendar), _provisional_from(today, calendar))
    run = session.get(Run, counts.TASK)
    return Overview(
        months=months,
        received=_monthly(past, Facet.channel, months),
        closed=_monthly(past, Facet.timeliness, months),
        channels=_every(Channel, ((row.value, row.cases) for row in past if row.facet == Facet.channel)),
        timeliness=_every(Timeliness, ((row.value, row.cases) for row in past if row.facet == Facet.timeliness)),
        categories=_every(Category, ((row.value, row.cases) for row in past if row.facet == Facet.category)),
        topics=_ordered((row.value, row.cases) for row in in_all if row.facet == Facet.topic),
        open=_by_horizon(due),
        provisional=sum(row.cases for row in due if row.where == PROVISIONAL),
        desks=office.workload(session, ids, today),
        agencies=_compared(top, theirs, in_all, due),
        counted_at=run.ended_at if run else None,
    )


def _provisional_from(today: date, calendar: Calendar) -> date:
    years = (date(today.year + ahead, 1, 1) for ahead in range(-_YEARS_AHEAD, _YEARS_AHEAD))
    return next((start for start in years if calendar.is_provisional(start)), date.max)


def _monthly(past: Iterable[InMonth], facet: Facet, months: Months) -> dict[date, int]:
    found = {month.first: 0 for month in months.each()}
    for row in past:
        if row.facet == facet:
            found[row.month] += row.cases
    return found


def _every(kind: type[Kind], pairs: Iterable[tuple[str, int]]) -> dict[Kind, int]:
    found = _sums(pairs)
    return {member: found[member] for member in kind}


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, cases in pairs:
        found[value] += cases
    return found


def _ordered(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _by_horizon(due: Sequence[Due]) -> dict[Horizon, int]:
    """A case that is to be confirmed has no due day either, and does not stand still."""
    found = _sums((row.where, row.cases) for row in due)
    found[Horizon.still] = found[NO_DAY] - found[Horizon.unconfirmed]
    return {horizon: found[horizon] for horizon in Horizon}


def _compared(top: Branch, theirs: Sequence[Branch], in_all: Sequence[InAll], due: Sequence[Due]) -> list[Compared]:
    """The agency at the top alone, then each right below it with all that is below that."""
    part_of = {agency.id: _part_of(agency, top) for agency in theirs}
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for agency_id, column, cases in _columns(in_all, due):
        found[part_of[agency_id]][column] += cases
    parts = (agency for agency in theirs if part_of[agency.id] == agency.id)
    return [Compared(part, part == top, *(found[part.id][column] for column in Compared._fields[2:])) for part in parts]


def _part_of(agency: Branch, top: Branch) -> int:
    """The agency right below the top that this one is or lies under; the top is a part by itself."""
    step = agency.path.removeprefix(top.path).partition(".")[0]
    return int(step) if step else top.id


def _columns(in_all: Iterable[InAll], due: Iterable[Due]) -> Iterator[tuple[int, str, int]]:
    """What is counted of an agency, by the column of the comparison that it belongs to."""
    for row in in_all:
        if row.agency_id is not None:
            yield row.agency_id, "received" if row.facet == Facet.channel else "closed", row.cases
            if row.value == Timeliness.overdue:
                yield row.agency_id, "closed_overdue", row.cases
    for each in due:
        if each.where == NO_DAY or each.where in _DATED:
            yield each.agency_id, "open", each.cases
        if each.where == Horizon.overdue:
            yield each.agency_id, "overdue", each.cases


_DATED = frozenset(Horizon) - {Horizon.still, Horizon.unconfirmed}


def _together(parts: Sequence[Compared]) -> Compared:
    numbers = (sum(column) for column in zip(*(part[2:] for part in parts), strict=True))
    return Compared(parts[0].agency, False, *numbers)
