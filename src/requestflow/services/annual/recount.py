"""The cases closed in a year by timeliness, computed again from their events (C-ON-TIME)."""

from collections.abc import Iterator
from itertools import groupby

from sqlmodel import Session, col, select

from requestflow.rules.cells import By, CaseCell
from requestflow.rules.lifecycle import Move
from requestflow.rules.standing import replay
from requestflow.rules.workdays import Calendar
from requestflow.services import _step
from requestflow.store.models import Event
from requestflow.store.queries import annual as query
from requestflow.store.queries.calendars import calendar_of

_CLOSED = CaseCell(By.outcome, True)


def recount(session: Session, within: query.Within, year: int) -> dict[str, int]:
    """So many cases closed in the year by timeliness, as their events say."""
    calendars: dict[int, Calendar] = {}
    found: dict[str, int] = {}
    for agency_id, moves in _closed(session, within, year):
        calendar = calendars.get(agency_id) or calendars.setdefault(agency_id, calendar_of(session, agency_id))
        timeliness = str(_step.projected(replay(moves), calendar)["timeliness"])
        found[timeliness] = found.get(timeliness, 0) + 1
    return found


def _closed(session: Session, within: query.Within, year: int) -> Iterator[tuple[int, list[Move]]]:
    """The moves of each case closed in the year, with its agency."""
    closed = query.behind(within, year, _CLOSED).order_by(None).subquery()
    told = (
        select(closed.c.agency_id, Event)
        .join(closed, closed.c.id == Event.case_id)
        .order_by(col(Event.case_id), col(Event.seq))
        .execution_options(yield_per=1000)
    )
    for _, rows in groupby(session.exec(told), key=lambda row: row[1].case_id):
        events = list(rows)
        yield events[0][0], [event.move() for _, event in events]
