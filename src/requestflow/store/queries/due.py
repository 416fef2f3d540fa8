"""Which cases a reminder has to be raised for; read through the indexes on open cases, never all."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from requestflow.rules.reminders import Window
from requestflow.store.models import Agency, Case, Reminder


class Due(NamedTuple):
    """A case that a stage applies to, and the day that the stage is about."""

    case_id: int
    number: str
    agency_id: int
    handler_id: int | None
    on: date


def regions(session: Session) -> Sequence[str]:
    """The regions that agencies lie in; each may have days off of its own."""
    return session.execute(select(col(Agency.region)).distinct().order_by(col(Agency.region))).scalars().all()


def not_yet_reminded(session: Session, window: Window, of_regions: Iterable[str] | None) -> list[Due]:
    """The cases in a window without a reminder that says it already, by day; `of_regions` None for all regions."""
    day = col(getattr(Case, window.by))
    said = select(col(Reminder.id)).where(
        col(Reminder.case_id) == Case.id, col(Reminder.due_on) == day, col(Reminder.stage).in_(window.instead)
    )
    found = select(col(Case.id), col(Case.number), col(Case.agency_id), col(Case.handler_id), day).where(
        col(Case.next_on).is_not(None),
        col(Case.state).in_(window.states),
        day.between(window.first, window.last),
        ~said.exists(),
    )
    if of_regions is not None:
        of_them = select(col(Agency.id)).where(col(Agency.region).in_(tuple(of_regions)))
        found = found.where(col(Case.agency_id).in_(of_them))
    return [Due(*row) for row in session.execute(found.order_by(day, col(Case.id)))]
