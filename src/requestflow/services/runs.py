"""Remembering when each task of the timetable last came to its end, for whoever watches whether it is alive."""

from datetime import datetime, timedelta

from sqlmodel import Session

from requestflow.store.inserting import insert
from requestflow.store.models import Run

STANDS_STILL = timedelta(minutes=45)
"""Without a run of any task the timetable stands still: mail is looked for every minute but those around midnight."""


def ended(session: Session, task: str, started_at: datetime, ended_at: datetime, did: int) -> None:
    """Remembers a run that came to its end and how much it did, in place of the one before."""
    told = {"started_at": started_at, "ended_at": ended_at, "did": did}
    row = insert(session, Run).values(task=task, mark=0, **told)
    session.execute(row.on_conflict_do_update(index_elements=["task"], set_=told))
