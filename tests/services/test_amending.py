"""What was typed wrongly at registration is amended: both readings stay on record, and the clock follows."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from requestflow.rules.deadlines import Timeliness
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.regimes import Regime
from requestflow.services import _step, amending, casework, intake, mistakes, upkeep
from requestflow.store.models import Case
from tests.make import a_case, an_agency, an_entry

ENTRY = an_entry()


def amend(session: Session, case: Case, **changed: Any) -> None:
    """Amends the case as its form would: all as it stands, but for what is changed."""
    stands = {name: getattr(case, name) for name in (*amending.REGISTERED, "tracking_number")}
    amending.amend(session, case, amending.Amendment(**{**stands, "reason": "收件章日期看错", **changed}), ENTRY)
    assert list(upkeep.recheck(session)) == [], "the row says what its events say"


def test_a_name_typed_wrongly_is_put_right_and_both_readings_stay_on_record(session: Session) -> None:
    case = a_case(session, applicant_name="李秀瑛", phone="1")
    amend(session, case, applicant_name="李秀英", phone="", reason="")
    assert (case.applicant_name, case.phone, case.due_on) == ("李秀英", "", date(2026, 3, 30))
    told = _step.moves_of(session, case)[-1]
    assert (told.action, told.happened_on) == (Action.amend, ENTRY.today)
    assert told.facts["before"] == {"applicant_name": "李秀瑛", "phone": "1"}
    assert told.facts["after"] == {"applicant_name": "李秀英", "phone": ""}


def test_an_amended_day_of_receipt_moves_the_due_date(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")
    amend(session, case, submitted_on=date(2026, 3, 5))
    assert (case.received_on, case.submitted_on, case.due_on) == (date(2026, 3, 5),) * 2 + (date(2026, 4, 2),)
    amend(session, case, submitted_on=date(2026, 3, 2))
    assert (case.received_on, case.due_on) == (date(2026, 3, 2), date(2026, 3, 30))


def test_a_day_that_crosses_the_revision_brings_the_other_regulation(session: Session) -> None:
    case = a_case(session, submitted_on="2019-05-15")
    amend(session, case, submitted_on=date(2019, 5, 14))
    assert case.regime is Regime.y2007


def test_the_timeliness_of_an_answered_case_follows(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")
    casework.decide(session, case, casework.Decision(on="2026-03-31", outcome="O02"), ENTRY)
    casework.send(session, case, casework.Sending(on="2026-03-31", delivery="post", tracking_number="EMS1"), ENTRY)
    assert case.timeliness is Timeliness.overdue
    amend(session, case, submitted_on=date(2026, 3, 4), tracking_number="EMS2")
    assert (case.timeliness, case.tracking_number, case.state) == (Timeliness.on_time, "EMS2", State.sent)


def test_the_number_of_the_mail_is_not_asked_for_before_the_answer_is_sent(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="nothing to amend"):
        amend(session, case, tracking_number="EMS2")


def test_a_letter_taken_for_a_fax_counts_from_the_day_it_was_signed_for(session: Session) -> None:
    case = a_case(session, channel="fax", submitted_on="2026-03-02")
    assert case.state is State.received
    amend(session, case, channel="mail", mail_kind="signed", signed_on=date(2026, 3, 3))
    assert (case.state, case.received_on, case.mail_kind) == (State.registered, date(2026, 3, 3), "signed")


def test_a_request_handed_in_that_was_a_fax_waits_for_its_confirmation_again(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")
    amend(session, case, channel="fax")
    assert (case.state, case.received_on, case.due_on) == (State.received, None, None)
    intake.confirm(session, case, date(2026, 3, 4), ENTRY)
    assert (case.state, case.received_on, case.confirmed_on) == (State.registered, date(2026, 3, 4), date(2026, 3, 4))
    amend(session, case, confirmed_on=date(2026, 3, 5))
    assert (case.received_on, case.confirmed_on) == (date(2026, 3, 5), date(2026, 3, 5))


def test_the_day_of_a_confirmation_is_amended_and_its_step_can_still_be_struck_out(session: Session) -> None:
    case = a_case(session, channel="web", submitted_on="2026-03-02")
    intake.confirm(session, case, date(2026, 3, 3), ENTRY)
    amend(session, case, confirmed_on=date(2026, 3, 4))
    assert (case.received_on, case.confirmed_on, case.state) == (date(2026, 3, 4), date(2026, 3, 4), State.registered)
    mistakes.strike(session, case, mistakes.Struck(on=ENTRY.today, seq=2, reason="尚未联系上申请人"), ENTRY)
    assert (case.state, case.received_on, case.confirmed_on) == (State.received, None, None)
    assert list(upkeep.recheck(session)) == []


def test_a_confirmation_is_recorded_as_a_step_and_not_slipped_in(session: Session) -> None:
    case = a_case(session, channel="web")
    with pytest.raises(RuleBroken, match="Record the day of confirmation") as refused:
        amend(session, case, confirmed_on=date(2026, 3, 4))
    assert refused.value.field == "confirmed_on"


def test_what_turns_the_clock_needs_a_written_reason(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="say why") as refused:
        amend(session, case, submitted_on=date(2026, 3, 5), reason="")
    assert refused.value.field == "reason"


def test_a_request_cannot_have_come_in_after_it_was_answered(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), ENTRY)
    casework.send(session, case, casework.Sending(on="2026-03-20", delivery="post"), ENTRY)
    with pytest.raises(RuleBroken, match=r"a step already taken would not hold.*had not been received"):
        amend(session, case, submitted_on=date(2026, 3, 23))


def test_an_extension_that_by_the_amended_day_came_too_late_stands_in_the_way(session: Session) -> None:
    case = a_case(session, an_agency(session), submitted_on="2026-03-02")
    casework.ask_extension(session, case, casework.Extension(on="2026-03-30", workdays=10), ENTRY)
    with pytest.raises(RuleBroken, match="The term ended on 25 March 2026"):
        amend(session, case, submitted_on=date(2026, 2, 26))
    assert case.received_on == date(2026, 3, 2)


def test_a_day_in_the_future_is_none(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="in the future") as refused:
        amend(session, case, submitted_on=date(2026, 11, 25))
    assert refused.value.field == "submitted_on"


def test_nothing_amended_is_no_amendment(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="nothing to amend"):
        amend(session, case)
    assert len(_step.moves_of(session, case)) == 1


def test_a_second_amendment_may_move_the_arrival_behind_the_first(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")
    amending.amend(
        session,
        case,
        amending.Amendment(**{name: getattr(case, name) for name in amending.REGISTERED} | {"topic": "征地"}),
        an_entry(on="2026-03-03"),
    )
    amend(session, case, submitted_on=date(2026, 3, 9))
    assert case.received_on == date(2026, 3, 9)
