"""How many cases fell into the months of an agency: counted from the cases, as kept, and where events touched them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    delete,
    extract,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy import union_all as all_of
from sqlmodel import Session, col

from requestflow.rules.lifecycle import Action
from requestflow.rules.months import Months, following, month_of
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.words import Word
from requestflow.store import bulk
from requestflow.store.models import Case, Event, MonthCount


class Facet(Word):
    """In what respect cases are counted: the first two in the month of receipt, the others in that of closing."""

    channel = "channel", "收到方式", "How it came in"
    topic = "topic", "信息类别", "Topic"
    category = "category", "办理结果", "Outcome"
    timeliness = "timeliness", "办理时限", "In time"


_CATEGORIES = {code: outcome.category.value for code, outcome in OUTCOMES.items()}
_COLUMNS: Mapping[Facet, tuple[Any, Any]] = {
    Facet.channel: (Case.received_on, Case.channel),
    Facet.topic: (Case.received_on, Case.topic),
    Facet.category: (Case.closed_on, case(_CATEGORIES, value=col(Case.outcome))),
    Facet.timeliness: (Case.closed_on, Case.timeliness),
}
_KEPT = tuple(MonthCount.model_fields)


class Count(NamedTuple):
    """So many cases of an agency that fell into a month (its first day) and are alike in one respect."""

    agency_id: int
    month: date
    facet: str
    value: str
    cases: int


def from_cases(session: Session, agency_id: int | None = None, months: Months | None = None) -> list[Count]:
    """What the cases say, of one agency or of all, in some months or ever; a case never confirmed is not counted."""
    parts = (_count(facet, agency_id, months) for facet in Facet)
    return [
        Count(agency, date(year, month, 1), facet, value, cases)
        for agency, year, month, facet, value, cases in session.execute(all_of(*parts))
    ]


def _count(facet: Facet, agency_id: int | None, months: Months | None) -> Select[*tuple[Any, ...]]:
    day, what = _COLUMNS[facet]
    alike = [col(Case.agency_id), _part("year", day), _part("month", day)]
    value = type_coerce(what, String)  # the stored word, so that no row is turned into a member of an enumeration
    terms: list[ColumnElement[bool]] = [col(Case.received_on).is_not(None), col(day).is_not(None)]
    if agency_id is not None:
        terms.append(col(Case.agency_id) == agency_id)
    if months:
        terms += [day >= months.first, day < months.end]
    return (
        select(*alike, literal(facet.value), value.label("value"), func.count()).where(*terms).group_by(*alike, "value")
    )


def _part(name: str, day: Any) -> ColumnElement[int]:
    return cast(extract(name, day), Integer)


def as_kept(session: Session, agency_id: int) -> list[Count]:
    """What is kept of an agency."""
    found = select(*(getattr(MonthCount, name) for name in _KEPT)).where(col(MonthCount.agency_id) == agency_id)
    return [Count(*row) for row in session.execute(found)]


def replace(
    session: Session, counts: Sequence[Count], agency_id: int | None = None, months: Months | None = None
) -> None:
    """Keeps these counts in place of all that were kept of the agency (or of all) in the months (or ever)."""
    terms = []
    if agency_id is not None:
        terms.append(col(MonthCount.agency_id) == agency_id)
    if months:
        terms.append(col(MonthCount.month).between(*months))
    session.execute(delete(MonthCount).where(*terms))
    bulk.insert(session, MonthCount, _KEPT, (count._asdict() for count in counts))


def touched(session: Session, mark: int) -> Mapping[int, set[date]]:
    """The months of each agency into which a case with an event after the `mark` falls or ever fell.

    Every day on which a case counts, or counted before a step was struck out, is the day of one of its events or the
    day to which one amended its receipt; every agency that had it registered it, was handed it, or has it now.
    """
    anew = select(col(Event.case_id)).where(col(Event.id) > mark)
    facts = col(Event.facts)
    asked = (
        select(
            *(col(column) for column in (Case.id, Case.registered_by_id, Case.agency_id)),
            *(col(column) for column in (Event.action, Event.happened_on)),
            *(facts[name].as_string() for name in ("to", "counted_on")),
        )
        .join(Event, col(Event.case_id) == Case.id)
        .where(col(Case.id).in_(anew))
    )
    agencies: defaultdict[int, set[int]] = defaultdict(set)
    months: defaultdict[int, set[date]] = defaultdict(set)
    for case_id, registered_by_id, agency_id, action, happened_on, to, counted_on in session.execute(asked):
        agencies[case_id] |= {registered_by_id, agency_id}
        if action is Action.transfer:
            agencies[case_id].add(int(to))
        months[case_id].add(month_of(happened_on))
        if counted_on:
            months[case_id].add(month_of(date.fromisoformat(counted_on)))
    found: defaultdict[int, set[date]] = defaultdict(set)
    for case_id, theirs in agencies.items():
        for agency_id in theirs:
            found[agency_id] |= months[case_id]
    return found


def runs(months: Iterable[date]) -> list[Months]:
    """The months as runs in which one follows the other, so that each is counted with one look at the index."""
    found: list[Months] = []
    for month in sorted(months):
        if found and following(found[-1].last) == month:
            found[-1] = Months(found[-1].first, month)
        else:
            found.append(Months(month, month))
    return found
