"""A step typed in by mistake is struck out: it stays on record, and the case is what it is without it."""

from datetime import date

import pytest
from sqlmodel import Session, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, State
from requestflow.services import _step, casework, intake, mistakes, remedies, upkeep
from requestflow.store.models import Case, Event, Remedy
from tests.make import a_case, an_agency, an_entry

ENTRY = an_entry()


def strike(session: Session, case: Case, action: Action) -> None:
    seq = max(move.seq for move in _step.moves_of(session, case) if move.action is action)
    mistakes.strike(session, case, mistakes.Struck(on="2026-11-24", seq=seq, reason="录错案件"), ENTRY)


def test_an_answer_entered_on_the_wrong_case_is_struck_out_step_by_step(session: Session) -> None:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), ENTRY)
    casework.send(session, case, casework.Sending(on="2026-03-20", delivery="post"), ENTRY)
    with pytest.raises(RuleBroken, match="Later steps rest on this one"):
        strike(session, case, Action.decide)
    strike(session, case, Action.send)
    assert (case.state, case.outcome, case.closed_on) == (State.decided, "O02", None)
    strike(session, case, Action.decide)
    assert (case.state, case.outcome, case.decided_on, case.due_on) == (
        State.registered,
        None,
        None,
        date(2026, 3, 30),
    )
    assert len(session.exec(select(Event).where(Event.case_id == case.id)).all()) == 5
    assert list(upkeep.recheck(session)) == []


def test_a_wrong_outcome_is_struck_out_and_decided_anew(session: Session) -> None:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), ENTRY)
    strike(session, case, Action.decide)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O01"), ENTRY)
    assert (case.state, case.outcome) == (State.decided, "O01")


def test_a_confirmation_struck_out_leaves_the_request_unconfirmed(session: Session) -> None:
    case = a_case(session, channel="web")
    intake.confirm(session, case, date(2026, 3, 3), ENTRY)
    strike(session, case, Action.confirm)
    assert (case.state, case.received_on, case.confirmed_on, case.due_on) == (State.received, None, None, None)


def test_a_transfer_struck_out_gives_the_case_back(session: Session) -> None:
    above = an_agency(session)
    below, case = an_agency(session, parent=above), a_case(session, above)
    casework.transfer(session, case, casework.Transfer(on="2026-03-03", to=below.code, reason="由其负责"), ENTRY)
    strike(session, case, Action.transfer)
    assert case.agency_id == above.id
    assert list(upkeep.recheck(session)) == []


def test_a_review_struck_out_was_never_filed(session: Session) -> None:
    case = a_case(session)
    remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-01"), ENTRY)
    strike(session, case, Action.file_review)
    assert session.exec(select(Remedy).where(Remedy.case_id == case.id)).all() == []
    assert remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-02"), ENTRY) == 2


def test_that_a_request_came_in_and_what_was_struck_out_stay(session: Session) -> None:
    case = a_case(session)
    casework.note(session, case, casework.Dated(on="2026-03-03", note="…"), ENTRY)
    strike(session, case, Action.note)
    for action in (Action.register, Action.note, Action.strike):
        with pytest.raises(RuleBroken, match="no such step"):
            strike(session, case, action)
