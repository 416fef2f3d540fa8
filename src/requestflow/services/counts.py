"""The counts behind the dashboard, month by month: kept current from the events, and proved against the cases.

A pass reads the events since its mark and counts the months that they touch anew, from the cases. So it is harmless
when it runs twice, late, at once with another, or is killed: what it replaces, it replaces by what is true. The yearly
reports that are kept (services.annual.kept) it takes along to its new mark, and drops those that the events touch.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from requestflow.store.inserting import insert
from requestflow.store.models import Agency, Event, Run
from requestflow.store.queries import counted, kept

TASK = "count"
MANY = 10_000  # from so many new events on, counting everything is cheaper than finding what they touch
_SETTLED = timedelta(minutes=10)


class Miscount(NamedTuple):
    """A count that is not what the cases say; 0 where nothing is kept, or nothing should be."""

    agency_id: int
    month: date
    facet: str
    value: str
    kept: int
    true: int


def keep(session: Session, now: datetime) -> int:
    """Counts what the events since the last pass touch, and returns how many events it read."""
    run = _held(session) or _begun(session, now)
    settled = _settled(session, run.mark, now)  # asked first, so that what is committed meanwhile stays ahead
    events = _after(session, run.mark)
    touched = counted.touched(session, run.mark) if run.mark and events <= MANY else None
    if events:
        _count_anew(session, touched)
    kept.follow(session, run.mark, settled, touched)
    run.mark, run.did, run.ended_at = settled, events, now
    session.add(run)
    session.flush()
    return events


def counted_agencies(session: Session) -> Sequence[int]:
    """The ids of all agencies: whose cases are counted."""
    return session.exec(select(Agency.id).order_by(col(Agency.id))).all()


def recount(session: Session, agency_id: int) -> None:
    """Counts all months of an agency anew."""
    _held(session)
    counted.replace(session, counted.from_cases(session, agency_id), agency_id)


def rewind(session: Session, mark: int) -> None:
    """Has the next pass read every event after the `mark` again: what was written took longer than events settle in.

    No yearly report that was counted before stands any longer.
    """
    behind = update(Run).where(col(Run.task) == TASK, col(Run.mark) > mark)
    session.execute(behind.values(mark=mark))
    kept.changed(session)


def newest(session: Session) -> int:
    """The highest event on record; 0 where there is none."""
    return session.exec(select(func.max(col(Event.id)))).one() or 0


def miscounts(session: Session, *, fix: bool = False) -> Iterator[Miscount]:
    """Every count that is not what the cases say; with `fix`, it is put right.

    The months that the next pass counts in any case are left to it: they are late, not wrong.
    """
    run = _held(session) if fix else session.get(Run, TASK)
    if run is None or not run.mark:
        return  # nothing was counted yet
    late = counted.touched(session, run.mark)
    for agency_id in counted_agencies(session):
        found = list(_compared(session, agency_id, late.get(agency_id, set())))
        yield from found
        if found and fix:
            counted.replace(session, counted.from_cases(session, agency_id), agency_id)


def _compared(session: Session, agency_id: int, late: set[date]) -> Iterator[Miscount]:
    kept = {count[1:4]: count.cases for count in counted.as_kept(session, agency_id)}
    true = {count[1:4]: count.cases for count in counted.from_cases(session, agency_id)}
    for key in sorted(kept.keys() | true.keys()):
        if kept.get(key, 0) != true.get(key, 0) and key[0] not in late:
            yield Miscount(agency_id, *key, kept.get(key, 0), true.get(key, 0))


def _count_anew(session: Session, touched: Mapping[int, set[date]] | None) -> None:
    if touched is None:
        counted.replace(session, counted.from_cases(session))
        return
    for agency_id, months in touched.items():
        for run in counted.runs(months):
            counted.replace(session, counted.from_cases(session, agency_id, run), agency_id, run)


def _held(session: Session) -> Run | None:
    """The record of the last pass, held until the transaction ends, so that two passes come one after the other."""
    return session.exec(
        select(Run).where(Run.task == TASK).with_for_update(), execution_options={"populate_existing": True}
    ).first()


def _begun(session: Session, now: datetime) -> Run:
    """The record of the first pass; of two that begin at once, one waits here until the other is done."""
    born = insert(session, Run).values(task=TASK, started_at=now, ended_at=now, did=0, mark=0)
    session.execute(born.on_conflict_do_nothing())
    run = _held(session)
    assert run is not None  # it is this one, or that of the other
    return run


def _after(session: Session, mark: int) -> int:
    return session.exec(select(func.count()).select_from(Event).where(col(Event.id) > mark)).one()


def _settled(session: Session, mark: int, now: datetime) -> int:
    """Up to where no event can still appear: on PostgreSQL a lower id may be committed after a higher one.

    That is the last of those before which none is young; the young ones are read once more by the next pass. SQLite has
    one writer at a time, so there nothing is young.
    """
    if session.get_bind().dialect.name == "sqlite":
        return newest(session)
    ahead = select(func.max(col(Event.id))).where(col(Event.id) > mark)
    is_young = col(Event.recorded_at) > now - _SETTLED
    first = session.exec(select(func.min(col(Event.id))).where(col(Event.id) > mark, is_young)).one()
    return session.exec(ahead.where(col(Event.id) < first) if first else ahead).one() or mark
