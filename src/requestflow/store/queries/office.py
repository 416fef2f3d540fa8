"""What an office sees of its work: past months from the counts that are kept, open cases live from their indexes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, func, literal, null, select
from sqlalchemy import union_all as all_of
from sqlmodel import Session, col

from requestflow.rules.horizon import Horizon, Span
from requestflow.rules.lifecycle import State
from requestflow.rules.months import Months
from requestflow.store.models import Case, MonthCount, Person
from requestflow.store.one_of import one_of
from requestflow.store.queries.counted import Facet

Rows = Select[*tuple[Any, ...]]
PROVISIONAL = "provisional"
NO_DAY = "no_day"


class InMonth(NamedTuple):
    """So many cases in a month (its first day) that are alike in one respect."""

    month: date
    facet: str
    value: str
    cases: int


class InAll(NamedTuple):
    """So many cases of an agency in all of the months; of all agencies (None) where topics are counted."""

    agency_id: int | None
    facet: str
    value: str
    cases: int


class Due(NamedTuple):
    """So many open cases of an agency by where their due day lies: in a horizon, or NO_DAY; PROVISIONAL among all."""

    agency_id: int
    where: str
    cases: int


class Load(NamedTuple):
    """What somebody has on the desk; of nobody (None) what is not assigned."""

    handler_id: int | None
    name: str | None
    open: int
    overdue: int


def by_month(session: Session, agencies: Sequence[int], months: Months) -> list[InMonth]:
    """The cases of each month by channel, category and timeliness, all agencies together."""
    alike = [col(MonthCount.month), col(MonthCount.facet), col(MonthCount.value)]
    others = col(MonthCount.facet) != Facet.topic
    asked: Rows = select(*alike, _sum()).where(*_kept(agencies, months), others)
    return [InMonth(*row) for row in session.execute(asked.group_by(*alike))]


def in_all(session: Session, agencies: Sequence[int], months: Months) -> list[InAll]:
    """The cases of each agency by channel and by timeliness, and of all of them by topic; one statement."""
    facet, value = col(MonthCount.facet), col(MonthCount.value)
    alike: tuple[Any, ...] = (col(MonthCount.agency_id), facet, value)
    theirs: Rows = select(*alike, _sum()).where(
        *_kept(agencies, months), facet.in_((Facet.channel.value, Facet.timeliness.value))
    )
    topics: Rows = select(null(), facet, value, _sum()).where(*_kept(agencies, months), facet == Facet.topic)
    asked = all_of(theirs.group_by(*alike), topics.group_by(facet, value))
    return [InAll(*row) for row in session.execute(asked)]


def _sum() -> ColumnElement[int]:
    return func.sum(col(MonthCount.cases))


def _kept(agencies: Sequence[int], months: Months) -> list[ColumnElement[bool]]:
    return [one_of(MonthCount.agency_id, agencies), col(MonthCount.month).between(*months)]


def by_due_day(
    session: Session, agencies: Sequence[int], spans: Mapping[Horizon, Span], provisional_from: date
) -> list[Due]:
    """The open cases of each agency by where their due day lies; one statement.

    Those without a day are counted together, and those of them that are to be confirmed once more. No due day before
    `provisional_from` can be provisional.
    """
    asked = all_of(
        _open(agencies, _where(spans)),
        _open(agencies, literal(Horizon.unconfirmed.value), col(Case.state) == State.received),
        _open(agencies, literal(PROVISIONAL), col(Case.due_on) >= provisional_from, col(Case.is_provisional)),
    )
    return [Due(*row) for row in session.execute(asked)]


def _open(agencies: Sequence[int], where: ColumnElement[str], *terms: Any) -> Rows:
    there = where.label("there")
    asked: Rows = select(col(Case.agency_id), there, func.count()).where(*_is_open(agencies), *terms)
    return asked.group_by(col(Case.agency_id), "there")


def _where(spans: Mapping[Horizon, Span]) -> ColumnElement[str]:
    """The horizon of the due day: the first whose last day it does not pass."""
    until = [(col(Case.due_on) <= span.last, literal(horizon.value, String)) for horizon, span in spans.items()]
    return case(*until, else_=literal(NO_DAY, String))


def _is_open(agencies: Sequence[int]) -> list[ColumnElement[bool]]:
    return [col(Case.next_on).is_not(None), one_of(Case.agency_id, agencies)]


def workload(session: Session, agencies: Sequence[int], today: date) -> list[Load]:
    """What lies on each desk, the fullest first; one statement, two looks at the indexes of the open cases."""
    lying = _by_handler(agencies).subquery("lying")
    late = _by_handler(agencies, col(Case.due_on) < today).subquery("late")
    asked = (
        select(lying.c.handler_id, col(Person.name), lying.c.cases, func.coalesce(late.c.cases, 0))
        .select_from(lying)
        .outerjoin(late, lying.c.handler_id.is_not_distinct_from(late.c.handler_id))
        .outerjoin(Person, col(Person.id) == lying.c.handler_id)
        .order_by(lying.c.cases.desc(), col(Person.name))
    )
    return [Load(*row) for row in session.execute(asked)]


def _by_handler(agencies: Sequence[int], *terms: Any) -> Rows:
    asked: Rows = select(col(Case.handler_id), func.count().label("cases")).where(*_is_open(agencies), *terms)
    return asked.group_by(col(Case.handler_id))
