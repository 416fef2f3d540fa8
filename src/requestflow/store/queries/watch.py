"""What a watcher asks of the database: few statements, each through an index, whatever the database holds."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from requestflow.store.models import Agency, Case, Mail, Reminder, Run


class Waiting(NamedTuple):
    """How many mails wait, since when the oldest does, and how many were given up and nobody has seen to."""

    waiting: int
    oldest: datetime | None
    given_up: int


def is_there(session: Session) -> None:
    """Returns if the database answers."""
    session.execute(text("SELECT 1"))


def last_run(session: Session) -> datetime | None:
    """When a task of the timetable last came to its end; None if none ever did."""
    return session.exec(select(func.max(Run.ended_at))).one()


def runs(session: Session) -> Sequence[Run]:
    """The last run of every task."""
    return session.exec(select(Run).order_by(Run.task)).all()


def mail(session: Session) -> Waiting:
    """What lies in the outbox."""
    is_waiting = col(Mail.sent_at).is_(None), col(Mail.given_up_at).is_(None)
    count, oldest = session.exec(select(func.count(), func.min(Mail.created_at)).where(*is_waiting)).one()
    is_given_up = col(Mail.given_up_at).is_not(None), col(Mail.set_aside_at).is_(None)
    return Waiting(count, oldest, session.exec(select(func.count()).select_from(Mail).where(*is_given_up)).one())


def sent_since(session: Session, since: datetime) -> int:
    """How many mails went out from `since` on."""
    return session.exec(select(func.count()).select_from(Mail).where(col(Mail.sent_at) >= since)).one()


def raised_on(session: Session, day: date) -> Sequence[tuple[str, int]]:
    """How many reminders were raised on a day, by what they remind of."""
    counted = select(Reminder.stage, func.count()).where(Reminder.raised_on == day)
    return session.exec(counted.group_by(Reminder.stage)).all()


def open_by_agency(session: Session) -> Sequence[tuple[str, int]]:
    """How many cases are open in each agency that has any, by its code."""
    counted = select(Case.agency_id, func.count().label("cases")).where(col(Case.next_on).is_not(None))
    return _by_code(session, counted.group_by(col(Case.agency_id)).subquery())


def overdue_by_agency(session: Session, today: date) -> Sequence[tuple[str, int]]:
    """How many open cases of each agency were due before today, by its code."""
    is_overdue = col(Case.next_on).is_not(None), col(Case.due_on) < today
    counted = select(Case.agency_id, func.count().label("cases")).where(*is_overdue)
    return _by_code(session, counted.group_by(col(Case.agency_id)).subquery())


def _by_code(session: Session, counted: Any) -> Sequence[tuple[str, int]]:
    found = select(Agency.code, counted.c.cases).join(counted, counted.c.agency_id == Agency.id)
    return session.exec(found.order_by(Agency.code)).all()
