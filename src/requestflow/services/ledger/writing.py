"""Writing the cases of a ledger in chunks: rows, events and remedies, each kind with one statement."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from requestflow.rules.lifecycle import Move
from requestflow.rules.standing import Filing
from requestflow.services._step import projected
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase
from requestflow.services.ledger.judged import Judged
from requestflow.services.ledger.numbers import Numbers
from requestflow.services.ledger.offices import Way
from requestflow.services.ledger.row import Row
from requestflow.store import bulk
from requestflow.store.models import Case, Event, Person, Remedy

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
_ASKED = tuple(NewCase.model_fields)
_NEXT_IDS = text("SELECT nextval(pg_get_serial_sequence('\"case\"', 'id')) FROM generate_series(1, :count)")


def entered_at(entered_on: date) -> datetime:
    """Noon of the day on which a register says that a case was entered: it does not say the hour."""
    return datetime.combine(entered_on, time(12), LEGAL_ZONE)


def entered_on(instant: datetime) -> date:
    """The legal day of an instant."""
    return instant.astimezone(LEGAL_ZONE).date()


class Writing:
    """Collects the cases of a ledger and writes them; nothing is flushed through the session's own objects."""

    def __init__(self, session: Session, numbers: Numbers, entry: Entry) -> None:
        self._session, self._numbers = session, numbers
        self._is_postgresql = session.get_bind().dialect.name == "postgresql"
        self._last_id: int | None = None
        self._waiting: list[tuple[Row, Way, Judged]] = []
        by_officer = isinstance(entry.by, Person)
        self._now = entry.now
        self._typed = {
            "recorded_at": entry.now,
            "person_id": entry.by.id if isinstance(entry.by, Person) else None,
            "hand": None if by_officer else entry.by,
        }

    def add(self, row: Row, way: Way, case: Judged) -> None:
        """A case to be written with the next `flush`."""
        self._waiting.append((row, way, case))

    def flush(self) -> int:
        """Writes what was collected and returns how many cases it was."""
        cases, events, remedies = [], [], []
        for case_id, (row, way, case) in zip(self._ids(len(self._waiting)), self._waiting, strict=True):
            cases.append(self._case(case_id, row, way, case))
            events += [self._event(case_id, move) for move in case.moves]
            remedies += [self._remedy(case_id, filed) for filed in case.standing.filings]
        for model, rows in ((Case, cases), (Event, events), (Remedy, remedies)):
            if rows:
                bulk.insert(self._session, model, tuple(rows[0]), rows)
        self._waiting.clear()
        return len(cases)

    def clear(self) -> None:
        """Forgets what was collected: a row was refused, so nothing will be kept."""
        self._waiting.clear()

    def _case(self, case_id: int, row: Row, way: Way, case: Judged) -> dict[str, Any]:
        first_day = case.moves[0].happened_on
        said = row.__dict__  # model_dump would copy and check each of sixty fields again
        return {
            **{name: said[name] for name in _ASKED},
            "id": case_id,
            "number": self._numbers.written(way.first.id, row.number, first_day.year, case_id),
            "registered_by_id": way.first.id,
            "agency_id": way.last.id,
            "version": 1,
            "entered_at": entered_at(row.entered_on) if row.entered_on else self._now,
            "access_code_hash": "",
            "idempotency_key": None,
            **projected(case.standing, way.last.calendar),
        }

    def _event(self, case_id: int, move: Move) -> dict[str, Any]:
        return {
            "case_id": case_id,
            "seq": move.seq,
            "action": move.action,
            "happened_on": move.happened_on,
            "facts": move.facts,
            **self._typed,
        }

    def _remedy(self, case_id: int, filed: Filing) -> dict[str, Any]:
        return {
            "case_id": case_id,
            "kind": filed.kind,
            "nth": filed.nth,
            "route": filed.route,
            "filed_on": filed.filed_on,
            "result": filed.result,
            "closed_on": filed.closed_on,
        }

    def _ids(self, count: int) -> list[int]:
        """The next ids of cases. The writer of a SQLite file is alone, so there they follow the highest."""
        if not count:
            return []
        if self._is_postgresql:
            return sorted(self._session.execute(_NEXT_IDS, {"count": count}).scalars())
        if self._last_id is None:
            self._last_id = self._session.exec(select(func.max(col(Case.id)))).one() or 0
        first = self._last_id + 1
        self._last_id += count
        return list(range(first, first + count))
