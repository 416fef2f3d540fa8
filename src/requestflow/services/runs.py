"""When each task of the timetable last came to its end: what a watcher asks to see whether the timetable is alive."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from requestflow.store.models import Run


def ended(session: Session, task: str, started_at: datetime, ended_at: datetime, did: int) -> None:
    """Remembers a run that came to its end and how much it did, in place of the one before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    told = {"started_at": started_at, "ended_at": ended_at, "did": did}
    row = insert(Run).values(task=task, mark=0, **told)
    session.execute(row.on_conflict_do_update(index_elements=["task"], set_=told))


def last(session: Session) -> Sequence[Run]:
    """The last run of every task that ever came to its end, the longest ago first."""
    return session.exec(select(Run).order_by(col(Run.ended_at))).all()
