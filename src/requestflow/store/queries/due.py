"""Which cases a notice has to be raised for; read through the indexes on open cases, never all."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import Session, col

from requestflow.rules.lifecycle import Action, State
from requestflow.rules.notices import Notice
from requestflow.rules.regimes import Regime
from requestflow.rules.reminders import REPLIES, Window
from requestflow.store.columns import seen_on_the_way
from requestflow.store.models import Agency, Case, Event, Remedy, Reminder


class Due(NamedTuple):
    """A case that a notice applies to, and the day that the notice is about."""

    case_id: int
    on: date
    number: str
    agency_id: int
    handler_id: int | None
    state: State
    extension_consented_on: date | None = None


def regions(session: Session) -> Sequence[str]:
    """The regions that agencies lie in; each may have days off of its own."""
    return session.execute(select(col(Agency.region)).distinct().order_by(col(Agency.region))).scalars().all()


def not_yet_reminded(session: Session, window: Window) -> list[Due]:
    """The cases in a window without a reminder that says it already, by case."""
    return sorted({Due(*row) for row in session.execute(asked(window))})


def asked(window: Window) -> Select[Any]:
    """The statement that finds them."""
    day: Any = col(Remedy.filed_on if window.by == "filed_on" else getattr(Case, window.by))
    said = select(col(Reminder.id)).where(
        col(Reminder.case_id) == Case.id, col(Reminder.due_on) == day, col(Reminder.stage).in_(window.instead)
    )
    columns = (getattr(Case, name) for name in Due._fields[2:])
    found = select(col(Case.id), day, *columns).where(day.between(window.first, window.last), ~_looked_up(said))
    return found.where(*_more(window))


def _more(window: Window) -> Iterable[SQLCoreOperations[bool]]:
    """What a notice asks beside its day."""
    if window.notice in REPLIES:
        yield col(Remedy.case_id) == Case.id
        yield col(Remedy.kind) == REPLIES[window.notice]
        yield col(Remedy.result).is_(None)
        return
    yield col(Case.next_on).is_not(None)
    if window.by == "waiting_until":  # which is then what is due next, and so stands in an index behind the state
        yield col(Case.state).in_(window.states)
        yield col(Case.next_on).between(window.first, window.last)
    if window.notice is Notice.provisional:
        yield col(Case.is_provisional)
    if window.notice is Notice.correction_notice:
        yield seen_on_the_way(col(Case.state)).in_(window.states)
        yield col(Case.regime) == Regime.y2019
        yield ~_asked_to_correct()


def _asked_to_correct() -> ColumnElement[bool]:
    """Whether a correction was asked for, which can be done once only (2019 Art. 30); not where that was a mistake."""
    notice, strike = aliased(Event), aliased(Event)
    struck = select(col(strike.id)).where(
        col(strike.case_id) == notice.case_id,
        col(strike.action) == Action.strike,
        col(strike.facts)["seq"].as_integer() == notice.seq,
    )
    is_notice = col(notice.case_id) == Case.id, col(notice.action) == Action.ask_correction
    return _looked_up(select(col(notice.id)).where(*is_notice, ~struck.exists()))


def _looked_up(sought: Select[Any]) -> ColumnElement[bool]:
    """Whether there is such a row, asked for each case through an index.

    The offset keeps PostgreSQL from reading every reminder ever raised, or every event, to join them all at once.
    """
    return sought.offset(0).exists()
