"""Carrying a case to its answer, by the verbs that the pages call."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlmodel import Session, select

from requestflow.rules import outcomes
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import State
from requestflow.rules.regimes import Regime
from requestflow.rules.roles import Role
from requestflow.services import _step, casework, intake
from requestflow.store.models import NO_TERM, Case, Event
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_entry, an_officer

ENTRY = an_entry()


def answer(session: Session, case: Case, outcome: str = "O02", on: str = "2026-03-20", reason: str = "") -> None:
    casework.decide(session, case, casework.Decision(on=on, outcome=outcome, reason=reason), ENTRY)
    casework.send(session, case, casework.Sending(on=on, delivery="post", tracking_number="XA1"), ENTRY)


def test_a_case_is_answered_on_the_day_it_was_sent(session: Session) -> None:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), ENTRY)
    assert (case.state, case.outcome, case.closed_on) == (State.decided, "O02", None)
    casework.send(session, case, casework.Sending(on="2026-03-31", delivery="post", tracking_number="XA1"), ENTRY)
    assert (case.state, case.closed_on, case.timeliness) == (State.sent, date(2026, 3, 31), Timeliness.overdue)
    casework.close(session, case, casework.Dated(on="2026-04-02"), ENTRY)
    assert (case.state, case.sent_on, case.tracking_number) == (State.closed, date(2026, 3, 31), "XA1")


def test_a_correction_starts_the_term_again(session: Session) -> None:
    case = a_case(session)
    notice = casework.CorrectionNotice(on="2026-03-05", until="2026-03-20", points="请写明所需文件的名称")
    casework.ask_correction(session, case, notice, ENTRY)
    assert (case.state, case.due_on, case.waiting_until) == (State.waiting_correction, None, date(2026, 3, 20))
    casework.correct(session, case, casework.Correction(on="2026-03-10", text="征收补偿方案全文"), ENTRY)
    assert (case.state, case.due_on, case.waiting_until) == (State.open, date(2026, 4, 8), None)


def test_consultations_are_numbered_and_their_time_is_taken_out(session: Session) -> None:
    case = a_case(session)
    casework.consult_third_party(session, case, casework.Consultation(on="2026-03-09", party="甲公司"), ENTRY)
    casework.consult_agency(session, case, casework.Consultation(on="2026-03-09", party="乙局"), ENTRY)
    casework.record_receipt(session, case, casework.ConsultationReceived(on="2026-03-11", consultation=1), ENTRY)
    heard = casework.OpinionReceived(on="2026-03-12", consultation=2, opinion="consents")
    casework.record_opinion(session, case, heard, ENTRY)
    assert (case.state, case.waiting_until) == (State.waiting_third_party, date(2026, 4, 1))
    heard = casework.OpinionReceived(on="2026-03-30", consultation=1, opinion="objects")
    casework.record_opinion(session, case, heard, ENTRY)
    assert (case.state, case.due_on) == (State.open, date(2026, 4, 21))


def test_a_handler_asks_a_head_consents_and_the_applicant_is_told(session: Session) -> None:
    agency = an_agency(session)
    handler, head = an_officer(session, agency), an_officer(session, agency, Role.head)
    case = a_case(session, agency)
    more = casework.Extension(on="2026-03-20", workdays=15, reason="检索量大")
    casework.ask_extension(session, case, more, an_entry(handler))
    with pytest.raises(_step.NotYours):
        casework.consent_extension(session, case, more, an_entry(handler))
    with pytest.raises(RuleBroken, match="consent"):
        casework.extend(session, case, more, an_entry(handler))
    casework.consent_extension(session, case, more, an_entry(head))
    casework.extend(session, case, more, an_entry(handler))
    assert (case.extension_workdays, case.due_on) == (15, date(2026, 4, 21))


def test_a_head_refuses_an_extension_and_the_handler_asks_again(session: Session) -> None:
    agency = an_agency(session)
    handler, head = an_officer(session, agency), an_officer(session, agency, Role.head)
    case = a_case(session, agency)
    no = casework.ExtensionRefused(on="2026-03-11", reason="材料已经齐备")
    with pytest.raises(RuleBroken, match="waits for an answer"):
        casework.refuse_extension(session, case, no, an_entry(head))
    casework.ask_extension(session, case, casework.Extension(on="2026-03-10", workdays=15), an_entry(handler))
    assert case.extension_asked_on == date(2026, 3, 10)
    with pytest.raises(_step.NotYours):
        casework.refuse_extension(session, case, no, an_entry(handler))
    casework.refuse_extension(session, case, no, an_entry(head))
    assert (case.extension_asked_on, case.extension_workdays, case.due_on) == (None, 0, date(2026, 3, 30))
    casework.ask_extension(session, case, casework.Extension(on="2026-03-11", workdays=5), an_entry(handler))
    assert case.extension_asked_on == date(2026, 3, 11)


def test_an_extension_is_asked_for_only_while_the_case_is_worked_on(session: Session) -> None:
    case = a_case(session)
    casework.ask_extension(session, case, casework.Extension(on="2026-03-10", workdays=15), ENTRY)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), ENTRY)
    assert case.extension_asked_on is None


def test_the_next_day_of_a_case_is_what_it_waits_for_then_its_term_and_none_once_answered(session: Session) -> None:
    case = a_case(session, channel="fax")
    assert case.next_on == date(2026, 3, 3), "to be confirmed by then"
    intake.confirm(session, case, date(2026, 3, 3), ENTRY)
    assert case.next_on == case.due_on == date(2026, 3, 31)
    casework.consult_agency(session, case, casework.Consultation(on="2026-03-09", party="乙局"), ENTRY)
    assert (case.due_on, case.waiting_until, case.next_on) == (None, None, NO_TERM)
    casework.consult_third_party(session, case, casework.Consultation(on="2026-03-10", party="甲公司"), ENTRY)
    casework.record_receipt(session, case, casework.ConsultationReceived(on="2026-03-11", consultation=2), ENTRY)
    assert case.next_on == case.waiting_until == date(2026, 4, 1)
    answer(session, case)
    assert case.next_on is None


@pytest.mark.parametrize(("outcome", "article"), [("O21", "第36条第4项"), ("O32", "第36条第6项"), ("O34", "第35条")])
def test_what_an_answer_rests_on_must_be_on_record(session: Session, outcome: str, article: str) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken) as refused:
        casework.decide(session, case, casework.Decision(on="2026-03-20", outcome=outcome, record=" "), ENTRY)
    assert refused.value.field == "record"
    assert refused.value.article == f"条例（2019）{article}"
    assert outcomes.outcome(outcome).must_record.zh in refused.value.said.zh
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome=outcome, record="见卷"), ENTRY)
    assert case.outcome == outcome


def test_who_is_in_charge_is_recorded_only_where_it_is_known(session: Session) -> None:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O22"), ENTRY)
    assert case.outcome == "O22"


def test_a_refused_step_leaves_the_case_as_it_was(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken), session.begin_nested():
        casework.send(session, case, casework.Sending(on="2026-03-20", delivery="post"), ENTRY)
    session.refresh(case)
    assert (case.state, case.version) == (State.registered, 1)
    assert len(session.exec(select(Event).where(Event.case_id == case.id)).all()) == 1


def test_a_day_that_has_not_come_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken, match="not come yet"):
        casework.note(session, a_case(session), casework.Dated(on="2026-11-25", note="…"), ENTRY)


def test_a_fee_is_noticed_paid_and_starts_the_term_again(session: Session) -> None:
    case = a_case(session)
    notice = casework.FeeNotice(on="2026-03-19", way="page", quantity=120, yuan="1100", received_on="2026-03-20")
    casework.notice_fee(session, case, notice, ENTRY)
    assert (case.state, case.waiting_until, str(case.fee_yuan)) == (State.waiting_fee, date(2026, 4, 20), "1100")
    casework.pay_fee(session, case, casework.Dated(on="2026-04-03"), ENTRY)
    assert (case.state, case.due_on, case.fee_paid_on) == (State.open, date(2026, 5, 7), date(2026, 4, 3))


def test_a_fee_is_that_of_the_tariff(session: Session) -> None:
    notice = casework.FeeNotice(on="2026-03-19", way="item", quantity=15, yuan="1")
    with pytest.raises(RuleBroken, match="100 yuan"):
        casework.notice_fee(session, a_case(session), notice, ENTRY)


def test_a_request_is_still_unclear_only_after_a_correction_was_asked_for(session: Session) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="ask first"):
        casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O24"), ENTRY)
    under_2007 = a_case(session, submitted_on="2018-03-05")
    casework.decide(session, under_2007, casework.Decision(on="2018-03-09", outcome="O24"), ENTRY)
    assert under_2007.outcome == "O24"


def test_a_request_not_corrected_lapses_as_abandoned_and_one_not_paid_as_unpaid(session: Session) -> None:
    uncorrected, unpaid = a_case(session), a_case(session)
    notice = casework.CorrectionNotice(on="2026-03-05", until="2026-03-20", points="…")
    casework.ask_correction(session, uncorrected, notice, ENTRY)
    casework.lapse(session, uncorrected, casework.Dated(on="2026-03-23"), ENTRY)
    fee = casework.FeeNotice(on="2026-03-19", way="item", quantity=11, yuan="100")
    casework.notice_fee(session, unpaid, fee, ENTRY)
    casework.lapse(session, unpaid, casework.Dated(on="2026-05-11"), ENTRY)
    assert [(case.state, case.outcome) for case in (uncorrected, unpaid)] == [
        (State.closed, "O41"),
        (State.closed, "O42"),
    ]


def test_a_request_from_which_nothing_is_awaited_cannot_lapse(session: Session) -> None:
    with pytest.raises(RuleBroken, match="Nothing is awaited"):
        casework.lapse(session, a_case(session), casework.Dated(on="2026-03-23"), ENTRY)


def test_an_applicant_may_withdraw_even_before_the_request_is_confirmed(session: Session) -> None:
    case = a_case(session, channel="web")
    casework.withdraw(session, case, casework.Dated(on="2026-03-03"), ENTRY)
    assert (case.state, case.outcome, case.received_on) == (State.closed, "O43", None)


def test_a_case_keeps_its_number_when_it_is_transferred_inside_the_tree(session: Session) -> None:
    above = an_agency(session)
    below = an_agency(session, parent=above)
    a_case(session, below)
    case = a_case(session, above)
    casework.transfer(session, case, casework.Transfer(on="2026-03-03", to=below.code, reason="由其负责"), ENTRY)
    assert (case.number, case.agency_id, case.registered_by_id) == ("2026-0001", below.id, above.id)


def test_a_case_does_not_leave_its_tree(session: Session) -> None:
    elsewhere = an_agency(session)
    with pytest.raises(RuleBroken, match="outside this tree"):
        casework.transfer(
            session, a_case(session), casework.Transfer(on="2026-03-03", to=elsewhere.code, reason="由其负责"), ENTRY
        )


def test_a_case_is_assigned_to_somebody_who_may_work_on_it(session: Session) -> None:
    agency = an_agency(session)
    case, handler = a_case(session, agency), an_officer(session, agency)
    counting, stranger = an_officer(session, agency, Role.statistics), an_officer(session, an_agency(session))
    casework.assign(session, case, casework.Assignment(on="2026-03-03", handler=handler.login), ENTRY)
    assert (case.state, case.handler_id) == (State.open, handler.id)
    for other in (counting, stranger):
        with pytest.raises(RuleBroken, match="cannot work on this case"):
            casework.assign(session, case, casework.Assignment(on="2026-03-04", handler=other.login), ENTRY)


def test_an_officer_of_another_agency_cannot_move_the_case(session: Session) -> None:
    stranger = an_officer(session, an_agency(session), Role.head)
    with pytest.raises(_step.NotYours):
        casework.note(session, a_case(session), casework.Dated(on="2026-03-03", note="…"), an_entry(stranger))


def test_one_case_may_be_put_under_the_other_regulation_with_a_written_reason(session: Session) -> None:
    case = a_case(session, submitted_on="2019-05-15")
    chosen = casework.ChosenRegime(on="2019-05-16", regime="2007", reason="申请于施行前寄出")
    casework.set_regime(session, case, chosen, ENTRY)
    assert (case.regime, case.due_on) == (Regime.y2007, date(2019, 6, 5))


def test_a_step_on_a_case_that_has_moved_on_since_it_was_shown_is_refused(session: Session) -> None:
    case = a_case(session)
    seen = case.version
    casework.note(session, case, casework.Dated(on="2026-03-03", note="先到"), an_entry(seen=seen))
    with pytest.raises(_step.Conflict):
        casework.note(session, case, casework.Dated(on="2026-03-03", note="后到"), an_entry(seen=seen))


def test_of_two_clerks_acting_at_once_one_gets_a_sentence_and_nothing_is_overwritten(empty_database_url: str) -> None:
    with transaction() as session:
        case_id, seen = (case := a_case(session)).id, case.version
    both = Barrier(2)

    def act(outcome: str) -> str:
        both.wait()
        try:
            with transaction() as session:
                case = session.get_one(Case, case_id)
                form = casework.Decision(on="2026-03-20", outcome=outcome)
                casework.decide(session, case, form, an_entry(seen=seen))
        except _step.Conflict as refusal:
            return refusal.said.en
        return outcome

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(act, ["O01", "O02"]))
    with reading() as session:
        kept = session.get_one(Case, case_id).outcome
        decisions = session.exec(select(Event).where(Event.case_id == case_id, Event.action == "decide")).all()
    assert len(decisions) == 1
    assert kept in said
    assert any("Somebody else" in each for each in said)


def test_steps_typed_late_and_out_of_order_come_to_the_same_case(session: Session) -> None:
    in_order, late = a_case(session), a_case(session)
    asked = casework.Consultation(on="2026-03-09", party="甲公司")
    heard = casework.OpinionReceived(on="2026-03-30", consultation=1, opinion="consents")
    casework.consult_third_party(session, in_order, asked, ENTRY)
    casework.record_opinion(session, in_order, heard, ENTRY)
    answer(session, in_order, on="2026-04-20")
    answer(session, late, on="2026-04-20")
    assert late.timeliness is Timeliness.overdue
    casework.consult_third_party(session, late, asked, ENTRY)
    casework.record_opinion(session, late, heard, ENTRY)
    assert (late.timeliness, late.due_on, late.state) == (in_order.timeliness, in_order.due_on, in_order.state)
    assert late.timeliness is Timeliness.on_time
