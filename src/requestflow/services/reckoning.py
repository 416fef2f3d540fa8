"""Reckoning cases anew when the calendar that they count by changes: foretold first, then done.

Both walk the same way, so that what was foretold is what happens: the events of each case are folded under the calendar
to come, and compared with what its row says now.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, update
from sqlmodel import Session, col, or_, select

from requestflow.rules.lifecycle import OPEN, Action, State
from requestflow.rules.roles import Hand
from requestflow.rules.standing import replay
from requestflow.rules.workdays import Calendar, DayOff, calendar_for
from requestflow.services import _step, counts
from requestflow.services.entry import Entry
from requestflow.store import bulk
from requestflow.store.models import Agency, Case, Event
from requestflow.store.queries.histories import histories

_OF_AN_EVENT = ("case_id", "seq", "action", "happened_on", "recorded_at", "person_id", "hand", "facts")


class Moved(NamedTuple):
    """A case, with its agency's code, whose due date moves; it is None while the clock stands still."""

    agency: str
    agency_id: int
    case_id: int
    number: str
    state: State
    handler_id: int | None
    before: date | None
    after: date | None

    @property
    def is_open(self) -> bool:
        """Whether the case still waits for its answer."""
        return self.state in OPEN


class Calendars:
    """The calendar of each agency under the `loaded` days; `regions` are those that agencies are about to get."""

    def __init__(self, session: Session, loaded: tuple[DayOff, ...], regions: Mapping[int, str] | None = None) -> None:
        found = session.exec(select(Agency.id, Agency.code, Agency.region))
        agencies = {agency_id: (code, region) for agency_id, code, region in found}
        self.codes = {agency_id: code for agency_id, (code, _) in agencies.items()}
        places = {agency_id: region for agency_id, (_, region) in agencies.items()} | dict(regions or {})
        by_region = {region: calendar_for(region, loaded) for region in set(places.values())}
        self._of = {agency_id: by_region[region] for agency_id, region in places.items()}

    def __getitem__(self, agency_id: int) -> Calendar:
        return self._of[agency_id]


class _Turn(NamedTuple):
    """A case whose row says something else than its events do under the calendar to come: what `columns` say."""

    moved: Moved
    columns: dict[str, Any]
    version: int
    events: int


def touched(since: date, agency_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """The cases whose term or closing reaches the day; and all open ones. Of one agency, or of all."""
    may_move = or_(col(Case.next_on).is_not(None), col(Case.due_on) >= since, col(Case.closed_on) >= since)
    return (may_move,) if agency_id is None else (may_move, col(Case.agency_id) == agency_id)


def foretell(session: Session, calendars: Calendars, *where: ColumnElement[bool]) -> list[Moved]:
    """The cases among those whose due date would move; nothing is written."""
    moves = (turn.moved for turn in _turns(session, calendars, where))
    return [move for move in moves if move.before != move.after]


def reckon(
    session: Session, calendars: Calendars, *where: ColumnElement[bool], because: str, entry: Entry
) -> list[Moved]:
    """Brings the rows of those cases to what they are under the calendars, and returns those whose due date moved.

    A moved due date is kept as an event with the old and the new one, and `because`. This step is open in every state
    and asks for nothing, so it is written for all of them at once: Conflict if one of them is moved on meanwhile.
    """
    turns = list(_turns(session, calendars, where))
    if not turns:
        return []
    moved = [turn for turn in turns if turn.moved.before != turn.moved.after]
    session.flush()
    _project(session, turns)
    if moved:
        bulk.insert(session, Event, _OF_AN_EVENT, [_event(turn, because, entry) for turn in moved])
    session.expire_all()
    counts.rewind(session, 0)  # how timely a closed case was may have changed without a step of its own
    return [turn.moved for turn in moved]


def _project(session: Session, turns: Sequence[_Turn]) -> None:
    table: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel sets it on every table model
    as_read = table.c.id == bindparam("read_id"), table.c.version == bindparam("read_version")
    rows = [
        {**turn.columns, "version": turn.version + 1, "read_id": turn.moved.case_id, "read_version": turn.version}
        for turn in turns
    ]
    if session.connection().execute(update(table).where(*as_read), rows).rowcount != len(rows):
        raise _step.Conflict


def _event(turn: _Turn, because: str, entry: Entry) -> dict[str, Any]:
    days = {"due_before": turn.moved.before, "due_after": turn.moved.after}
    facts = {name: str(day) for name, day in days.items() if day} | ({"source": because} if because else {})
    return {
        "case_id": turn.moved.case_id,
        "seq": turn.events + 1,
        "action": Action.recalendar,
        "happened_on": entry.today,
        "recorded_at": entry.now,
        "person_id": None,
        "hand": Hand.timer,
        "facts": facts,
    }


def _turns(session: Session, calendars: Calendars, where: tuple[ColumnElement[bool], ...]) -> Iterator[_Turn]:
    for history in histories(session, *where):
        case = history.case
        computed = _step.projected(replay(history.moves), calendars[case["agency_id"]])
        if any(case[name] != value for name, value in computed.items()):
            yield _Turn(_moved(case, calendars, computed), computed, case["version"], len(history.moves))


def _moved(case: RowMapping, calendars: Calendars, computed: Mapping[str, Any]) -> Moved:
    said = {name: case[name] for name in ("agency_id", "number", "state", "handler_id")}
    code = calendars.codes[case["agency_id"]]
    return Moved(code, case_id=case["id"], before=case["due_on"], after=computed["due_on"], **said)
