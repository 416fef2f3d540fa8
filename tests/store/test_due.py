"""What a notice has to be raised for is found through an index that leads to it, and not by reading the open cases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable
from sqlmodel import Session

from requestflow.rules.lifecycle import State
from requestflow.rules.notices import Notice
from requestflow.rules.reminders import Window, windows
from requestflow.rules.workdays import national
from requestflow.store.models import Case, Remedy, Reminder
from requestflow.store.queries import due
from tests.make import an_agency

TODAY = date(2026, 3, 18)
WINDOWS = {window.notice: window for window in windows(TODAY, national())}
CASES = 3000
FIRST = 1_000_000  # far from the cases of other tests
STATES = (State.received, State.registered, State.waiting_third_party, State.waiting_correction, State.waiting_fee)

# By notice: the index, and the column whose days it is entered by.
WAYS = {
    **dict.fromkeys(
        (Notice.due_in_5, Notice.due_in_3, Notice.due_in_1, Notice.overdue), ("ix_case_open_due_on", "due_on")
    ),
    **dict.fromkeys(
        (Notice.unconfirmed, Notice.correction_unanswered, Notice.third_party_silent, Notice.fee_unpaid),
        ("ix_case_open_state", "next_on"),
    ),
    Notice.correction_notice: ("ix_case_open_received_on", "received_on"),
    Notice.provisional: ("ix_case_provisional", "due_on"),
    **dict.fromkeys(
        (Notice.review_reply, Notice.review_late, Notice.suit_reply, Notice.suit_late),
        ("ix_remedy_pending", "filed_on"),
    ),
}


class Explained(Executable, ClauseElement):
    """The plan of a statement instead of its rows."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explained)
def _explained(asked: Explained, compiler: Any, **how: Any) -> str:
    words = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(asked.statement, **how)}"


def plan(session: Session, window: Window) -> str:
    return "\n".join(str(row[-1]) for row in session.execute(Explained(due.asked(window))))


def a_full_desk(session: Session) -> None:
    """Thousands of open cases of which few are due, the remedies of half of them, and what was told of them before."""
    agencies = [an_agency(session).id for _ in range(10)]
    rows = [_case(agencies[nth * 7 % 10], nth) for nth in range(CASES)]
    session.execute(insert(Case), rows)
    session.execute(insert(Remedy), [_remedy(nth, kind) for nth in range(0, CASES, 2) for kind in ("review", "suit")])
    told = {"stage": "overdue", "raised_on": TODAY}
    session.execute(insert(Reminder), [{"case_id": row["id"], "due_on": row["next_on"], **told} for row in rows])
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))


def _case(agency_id: int, nth: int) -> dict[str, Any]:
    state = STATES[nth % 100] if nth % 100 < len(STATES) else State.open
    day = TODAY + timedelta(nth % 90 - 2)
    waits = state in (State.received, State.waiting_third_party, State.waiting_correction, State.waiting_fee)
    return {
        "id": FIRST + nth,
        "agency_id": agency_id,
        "registered_by_id": agency_id,
        "number": str(nth),
        "version": 1,
        "channel": "fax",
        "entered_at": datetime(2026, 1, 1, tzinfo=UTC),
        "applicant_kind": "natural_person",
        "applicant_name": "李秀英",
        "description": "滨河路东段房屋征收补偿方案" * 40,
        "regime": "2019",
        "state": state,
        "received_on": None if state is State.received else TODAY - timedelta(nth % 200),
        "due_on": None if waits else day,
        "waiting_until": day if waits else None,
        "next_on": day,
        "is_provisional": nth % 50 == 0,
    }


def _remedy(nth: int, kind: str) -> dict[str, Any]:
    is_pending = nth % 200 == 0
    ended = {"result": None if is_pending else "upheld", "closed_on": None if is_pending else TODAY}
    route = "direct" if kind == "suit" else None
    filed_on = TODAY - timedelta(nth % 300)
    return {"case_id": FIRST + nth, "kind": kind, "nth": 1, "route": route, "filed_on": filed_on, **ended}


def test_every_notice_of_a_case_has_its_way() -> None:
    assert set(WAYS) == set(WINDOWS)


def test_every_notice_is_found_by_its_day_in_an_index_of_the_open_cases_or_the_pending_remedies(
    session: Session,
) -> None:
    a_full_desk(session)
    for notice, (index, column) in WAYS.items():
        told = plan(session, WINDOWS[notice])
        first = next(line for line in told.splitlines() if "case" in line.casefold() or "remedy" in line)
        assert index in told, f"{notice}:\n{told}"
        assert "SCAN case" not in told, f"{notice}:\n{told}"
        assert 'Seq Scan on "case"' not in told, f"{notice}:\n{told}"
        if session.get_bind().dialect.name == "sqlite":
            assert f"{column}>? AND {column}<?" in first, f"{notice}:\n{told}"
        else:
            assert f"({column} >= " in told, f"{notice}:\n{told}"
            assert f"({column} <= " in told, f"{notice}:\n{told}"


@pytest.mark.parametrize("notice", [Notice.overdue, Notice.correction_notice])
def test_what_was_said_already_is_looked_up_for_each_case_and_never_read_as_a_whole(
    session: Session, notice: Notice
) -> None:
    a_full_desk(session)
    told = plan(session, WINDOWS[notice])
    if session.get_bind().dialect.name == "sqlite":
        assert "SEARCH reminder USING COVERING INDEX" in told
        assert "(case_id=? AND stage=? AND due_on=?)" in told
    else:
        assert "uq_reminder_case_id" in told
        assert "Seq Scan on reminder" not in told
        assert "Hash" not in told
