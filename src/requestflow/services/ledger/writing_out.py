"""Writing cases out as the rows of a ledger, which taken in elsewhere are the same cases again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from requestflow.paper.sheet import Cell
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.standing import Filing, in_force, replay
from requestflow.rules.words import Word
from requestflow.rules.workdays import Calendar
from requestflow.services import agencies
from requestflow.services._step import projected
from requestflow.services.ledger.cells import cells_of
from requestflow.services.ledger.columns import COLUMNS, KEYS
from requestflow.services.ledger.judged import judged
from requestflow.services.ledger.row import Reading
from requestflow.store.models import Agency, Case
from requestflow.store.queries.calendars import calendar_of
from requestflow.store.queries.histories import History, histories

_WORKED_ON = {State.registered, State.open}  # who works on it has no column
_ANSWERED = {State.sent, State.closed}  # nor has the tidying of a file after its answer


@dataclass(slots=True)
class Ledger:
    """The header and rows of a ledger on their way out.

    `short` grows while `rows` are read: the agency and number of each case of which the columns cannot tell all
    (an answer decided but not sent, a second answer, another regulation than that of its day).
    """

    header: tuple[str, ...]
    rows: Iterator[Sequence[Cell]]
    short: list[str] = field(default_factory=list)


def written_out(session: Session, today: date, *, agency: str = "", year: int | None = None, titled: bool) -> Ledger:
    """The ledger of an agency (of all, if empty) and a year of arrival, with Chinese titles and terms if `titled`.

    RuleBroken for an unknown agency. The rows are read while the session is open.
    """
    where: list[ColumnElement[bool]] = []
    if agency:
        where.append(col(Case.agency_id) == agencies.found(session, agency).id)
    if year is not None:
        where.append(_arrived_in(year))
    ledger = Ledger(tuple(column.title if titled else column.key for column in COLUMNS), iter(()))
    ledger.rows = _Clerk(session, today, ledger.short, titled).rows(where)
    return ledger


def _arrived_in(year: int) -> ColumnElement[bool]:
    arrived = func.coalesce(col(Case.received_on), col(Case.submitted_on))
    return and_(arrived >= date(year, 1, 1), arrived < date(year + 1, 1, 1))


class _Clerk:
    """Writes one case after the other, and reads each row again to see whether it tells all."""

    def __init__(self, session: Session, today: date, short: list[str], titled: bool) -> None:
        self._session, self._today, self._short, self._titled = session, today, short, titled
        self._reading = Reading(KEYS)
        self._calendars: dict[int, Calendar] = {}

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        return dict(self._session.exec(select(Agency.id, Agency.code)).all())

    def rows(self, where: Iterable[ColumnElement[bool]]) -> Iterator[Sequence[Cell]]:
        """The rows of all cases that meet the conditions, in the order in which they were registered."""
        for history in histories(self._session, *where):
            standing = replay(history.moves)
            cells = cells_of(history, standing, self._codes, _stored)
            if not self._tells_all(history, cells, standing.filings):
                self._short.append(f"{self._codes[history.case['agency_id']]} {history.case['number']}")
            if self._titled:
                cells = cells_of(history, standing, self._codes, _titled)
            yield [cells.get(key) for key in KEYS]

    def _tells_all(self, history: History, cells: Mapping[str, Cell], filings: list[Filing]) -> bool:
        """Whether the row, taken in again, is a case with the same projections and remedies."""
        case = history.case
        calendar = self._calendar(case["agency_id"])
        handed_on = [dict(move.facts) for move in in_force(history.moves) if move.action is Action.transfer]
        try:
            row = self._reading.row([_read_again(cells.get(key)) for key in KEYS])
            again = judged(row, calendar, self._today, handed_on).standing
        except RuleBroken:
            return False
        differing = {name for name, value in projected(again, calendar).items() if value != case[name]} - {"handler_id"}
        if differing == {"state"} and {again.state, case["state"]} in (_WORKED_ON, _ANSWERED):
            differing = set()
        return not differing and again.filings == filings

    def _calendar(self, agency_id: int) -> Calendar:
        if agency_id not in self._calendars:
            self._calendars[agency_id] = calendar_of(self._session, agency_id)
        return self._calendars[agency_id]


def _stored(word: str) -> str:
    return str(word)


def _titled(word: str) -> str:
    return word.label.zh if isinstance(word, Word) else str(word)


def _read_again(cell: Any) -> str | date:
    return "" if cell is None else cell if isinstance(cell, str | date) else str(cell)
