"""What an office and each of its officers have on the desk, and what they closed in a month: two statements for all."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from requestflow.rules.deadlines import Timeliness
from requestflow.store.models import Agency, Case


class Open(NamedTuple):
    """The open cases of one officer (None: nobody's) in one agency: all, due from today to a day, and overdue."""

    agency_id: int
    handler_id: int | None
    open: int
    due: int
    late: int


class Closed(NamedTuple):
    """So many cases of one officer in one agency were closed with one outcome and timeliness."""

    agency_id: int
    handler_id: int | None
    outcome: str
    timeliness: Timeliness
    cases: int


def open_now(session: Session, today: date, until: date) -> list[Open]:
    """The open cases by agency and officer; `due` are those from today to `until`."""
    whose = (col(Case.agency_id), col(Case.handler_id))
    due, late = col(Case.due_on).between(today, until), col(Case.due_on) < today
    counted = select(*whose, func.count(), func.count().filter(due), func.count().filter(late))
    return [Open(*row) for row in session.execute(counted.where(col(Case.next_on).is_not(None)).group_by(*whose))]


def closed_in(session: Session, first: date, last: date) -> list[Closed]:
    """The cases closed from `first` to `last` by agency, officer, outcome and timeliness."""
    of_all = col(Case.agency_id).in_(select(col(Agency.id)))  # the index of closed cases begins with the agency
    by: tuple[Any, ...] = (Case.agency_id, Case.handler_id, Case.outcome, Case.timeliness)
    counted: Select[Any] = select(*by, func.count()).where(of_all, col(Case.closed_on).between(first, last))
    return [Closed(*row) for row in session.execute(counted.group_by(*by))]
