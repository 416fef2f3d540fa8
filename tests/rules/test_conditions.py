"""What each step asks beyond its state, and the sentence it is refused with."""

from datetime import date

import pytest

from requestflow.rules import conditions
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Move
from requestflow.rules.standing import Standing, replay
from requestflow.rules.workdays import national
from tests.moves import a_move as move

RECEIVED = move("register", "2026-03-02")
UNDER_2007 = move("register", "2018-04-10")


def fold(*moves: Move) -> Standing:
    return replay(moves, lambda standing, each: conditions.check(standing, each, national()))


def refused(*moves: Move) -> RuleBroken:
    with pytest.raises(RuleBroken) as refusal:
        fold(*moves)
    return refusal.value


def consent(on: str, workdays: int = 20) -> Move:
    return move("consent_extension", on, workdays=workdays)


def test_an_extension_needs_the_consent_of_the_head() -> None:
    refusal = refused(RECEIVED, move("extend", "2026-03-20", workdays=20))
    assert refusal.field == "extension_approved_by"
    assert "33" in refusal.article
    assert fold(RECEIVED, consent("2026-03-20"), move("extend", "2026-03-20", workdays=20)).extended


def test_an_extension_is_not_longer_than_the_head_consented_to() -> None:
    assert "10" in refused(RECEIVED, consent("2026-03-18", 10), move("extend", "2026-03-20", workdays=20)).said.en


def test_an_extension_is_refused_only_while_it_is_asked_for() -> None:
    asked, refusal = move("ask_extension", "2026-03-10", 2, workdays=10), move("refuse_extension", "2026-03-11", 3)
    assert "waits for an answer" in refused(RECEIVED, refusal).said.en
    assert fold(RECEIVED, asked, refusal).asked_extension is None
    assert refused(RECEIVED, asked, refusal, move("refuse_extension", "2026-03-12", 4)).field == "on"


def test_a_refused_extension_cannot_be_told_and_may_be_asked_for_again() -> None:
    asked, refusal = move("ask_extension", "2026-03-10", 2, workdays=20), move("refuse_extension", "2026-03-11", 3)
    tell = move("extend", "2026-03-13", 6, workdays=5)
    assert "consent" in refused(RECEIVED, asked, refusal, tell).said.en
    again = [move("ask_extension", "2026-03-12", 4, workdays=5), move("consent_extension", "2026-03-12", 5, workdays=5)]
    assert fold(RECEIVED, asked, refusal, *again, tell).extended is tell


def test_the_applicant_is_told_of_an_extension_before_the_term_ends() -> None:
    assert fold(RECEIVED, consent("2026-03-30"), move("extend", "2026-03-30", workdays=20)).extended
    refusal = refused(RECEIVED, consent("2026-03-30"), move("extend", "2026-03-31", workdays=20))
    assert "30 March 2026" in refusal.said.en
    assert "2026年3月30日" in refusal.said.zh


def test_a_term_is_extended_once() -> None:
    first = [consent("2026-03-10", 5), move("extend", "2026-03-11", workdays=5)]
    assert "once" in refused(RECEIVED, *first, consent("2026-03-20", 5)).said.en


def test_after_a_correcting_review_the_new_term_may_be_extended() -> None:
    first = [consent("2026-03-10", 5), move("extend", "2026-03-11", workdays=5)]
    answer = [move("decide", "2026-03-20", outcome="O02"), move("send", "2026-03-20")]
    review = [
        move("file_review", "2026-04-01", remedy=1),
        move("close_review", "2026-05-11", remedy=1, result="corrected"),
    ]
    again = [consent("2026-05-12", 5), move("extend", "2026-05-13", workdays=5)]
    assert fold(RECEIVED, *first, *answer, *review, *again).extended


@pytest.mark.parametrize(("received", "workdays"), [(UNDER_2007, 16), (RECEIVED, 21), (RECEIVED, 0)])
def test_an_extension_keeps_within_the_law_of_its_case(received: Move, workdays: int) -> None:
    on = date.fromordinal(received.happened_on.toordinal() + 3).isoformat()
    assert refused(received, consent(on, workdays)).field == "extension_workdays"


def test_a_correction_is_asked_for_once() -> None:
    asked = move("ask_correction", "2026-03-04", until="2026-03-10")
    again = move("ask_correction", "2026-03-09", until="2026-03-20")
    assert "30" in refused(RECEIVED, asked, move("correct", "2026-03-06"), again).article


def test_under_2007_a_request_to_correct_is_an_answer_and_no_step() -> None:
    assert "O24" in refused(UNDER_2007, move("ask_correction", "2018-04-12", until="2018-04-20")).said.en


def test_the_time_to_correct_lies_after_the_notice() -> None:
    assert refused(RECEIVED, move("ask_correction", "2026-03-04", until="2026-03-04")).field == "correction_until"


def test_a_request_lapses_only_after_the_time_to_correct_it() -> None:
    asked = move("ask_correction", "2026-03-04", until="2026-03-10")
    assert "10 March" in refused(RECEIVED, asked, move("lapse", "2026-03-10", outcome="O41")).said.en
    assert fold(RECEIVED, asked, move("lapse", "2026-03-11", outcome="O41")).closed_on == date(2026, 3, 11)


def test_a_request_lapses_unpaid_only_after_twenty_working_days() -> None:
    notice = move("notice_fee", "2026-03-19", yuan="100", received_on="2026-03-20")
    assert "20 April" in refused(RECEIVED, notice, move("lapse", "2026-04-20", outcome="O42")).said.en
    assert fold(RECEIVED, notice, move("lapse", "2026-04-21", outcome="O42")).closed_on


def test_no_fee_before_2021() -> None:
    received = move("register", "2020-12-10")
    assert refused(received, move("notice_fee", "2020-12-30", yuan="100")).field == "fee_noticed_on"
    assert fold(received, move("notice_fee", "2021-01-04", yuan="100")).fee


def test_a_fee_is_more_than_nothing_and_noticed_once() -> None:
    assert refused(RECEIVED, move("notice_fee", "2026-03-19", yuan="0")).field == "fee_yuan"
    notice = move("notice_fee", "2026-03-19", yuan="100")
    again = move("notice_fee", "2026-03-27", yuan="100")
    assert refused(RECEIVED, notice, move("pay_fee", "2026-03-24"), again).field == "fee_noticed_on"


def test_a_refusal_needs_its_reason() -> None:
    refusal = refused(RECEIVED, move("decide", "2026-03-20", outcome="O11"))
    assert refusal.field == "reason"
    assert refusal.article.endswith("14条")
    assert fold(RECEIVED, move("decide", "2026-03-20", outcome="O11", reason="定为秘密级")).decided


@pytest.mark.parametrize("code", ["O41", "O42", "O43"])
def test_what_is_no_answer_cannot_be_decided(code: str) -> None:
    assert refused(RECEIVED, move("decide", "2026-03-20", outcome=code)).field == "outcome"


def test_an_outcome_must_exist() -> None:
    assert refused(RECEIVED, move("decide", "2026-03-20", outcome="O99")).field == "outcome"


def test_an_opinion_answers_a_consultation_that_was_sent_and_is_not_answered_yet() -> None:
    asked = move("consult_third_party", "2026-03-05", consultation=1)
    assert refused(RECEIVED, asked, move("record_opinion", "2026-03-10", consultation=2)).field == "on"
    heard = move("record_opinion", "2026-03-10", consultation=1)
    other = move("consult_agency", "2026-03-06", consultation=2)
    twice = move("record_opinion", "2026-03-11", consultation=1)
    assert refused(RECEIVED, asked, other, heard, twice).field == "consultation"


def test_a_review_is_concluded_once_and_only_after_it_was_filed() -> None:
    filed = move("file_review", "2026-03-05", remedy=1)
    closed = move("close_review", "2026-03-10", remedy=1, result="upheld")
    assert "pending" in refused(RECEIVED, closed).said.en
    assert (
        "pending"
        in refused(RECEIVED, filed, closed, move("close_review", "2026-03-11", remedy=1, result="other")).said.en
    )


def test_nobody_is_silent_before_their_fifteen_working_days_have_passed() -> None:
    asked = move("consult_third_party", "2026-03-05", consultation=1)
    got = move("record_receipt", "2026-03-09", consultation=1)
    silent = {"consultation": 1, "opinion": "silent"}
    assert "receipt" in refused(RECEIVED, asked, move("record_opinion", "2026-04-20", **silent)).said.en
    assert "30 March" in refused(RECEIVED, asked, got, move("record_opinion", "2026-03-30", **silent)).said.en
    assert fold(RECEIVED, asked, got, move("record_opinion", "2026-03-31", **silent)).consultations[0].answered_on


def test_an_extension_cannot_be_asked_for_twice_at_once_nor_once_the_term_has_ended() -> None:
    asked = move("ask_extension", "2026-03-18", workdays=10)
    assert "already" in refused(RECEIVED, asked, move("ask_extension", "2026-03-19", workdays=5)).said.en
    assert "ended" in refused(RECEIVED, move("ask_extension", "2026-03-31", workdays=5)).said.en
    assert "ended" in refused(RECEIVED, consent("2026-03-31", 5)).said.en


def test_the_day_by_which_to_answer_anew_comes_after_the_result() -> None:
    filed = move("file_review", "2026-03-05", remedy=1)
    closed = move("close_review", "2026-03-10", remedy=1, result="corrected", answer_by="2026-03-10")
    assert refused(RECEIVED, filed, closed).field == "answer_by"


def test_what_is_public_already_is_never_charged_by_page() -> None:
    def paid(way: str) -> list[Move]:
        return [
            move("notice_fee", "2026-03-19", yuan="100", way=way),
            move("pay_fee", "2026-03-20"),
            move("decide", "2026-03-24", outcome="O01"),
        ]

    assert "already public" in refused(RECEIVED, *paid("page")).said.en
    assert fold(RECEIVED, *paid("item")).decided
