"""The clock of a case: worked cases that must come out exactly, and what must hold of every case."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules.deadlines import Timeliness, days_left, is_overdue, reckon, timeliness
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import Regime
from requestflow.rules.standing import replay
from requestflow.rules.workdays import national
from tests.moves import a_move as move

CALENDAR = national()
RECEIVED = move("register", "2026-03-02")


def due(*moves: Move, regime: Regime = Regime.y2019) -> date | None:
    return reckon(moves, regime, CALENDAR).due_on


def consultation(
    sent: str,
    received: str | None,
    answered: str | None,
    *,
    nth: int = 1,
    action: str = "consult_third_party",
    **facts: bool,
) -> list[Move]:
    moves = [move(action, sent, consultation=nth, party="甲公司", **facts)]
    moves += [move("record_receipt", received, consultation=nth)] if received else []
    moves += [move("record_opinion", answered, consultation=nth)] if answered else []
    return moves


def test_the_day_of_receipt_does_not_count_and_the_twentieth_working_day_is_the_due_date() -> None:
    assert due(move("register", "2026-02-05")) == date(2026, 3, 11)


def test_the_term_of_2007_is_fifteen_working_days() -> None:
    assert due(move("register", "2018-02-07"), regime=Regime.y2007) == date(2018, 3, 5)


def test_the_term_starts_again_when_the_corrected_request_arrives() -> None:
    asked = move("ask_correction", "2026-03-05", until="2026-03-20")
    assert due(RECEIVED, asked, move("correct", "2026-03-10")) == date(2026, 4, 8)


def test_while_a_correction_is_awaited_there_is_no_due_date_but_a_day_to_wait_for() -> None:
    reckoning = reckon([RECEIVED, move("ask_correction", "2026-03-05", until="2026-03-20")], Regime.y2019, CALENDAR)
    assert (reckoning.due_on, reckoning.waiting_until) == (None, date(2026, 3, 20))


def test_a_correction_asked_for_after_the_seventh_working_day_moves_nothing() -> None:
    asked = move("ask_correction", "2026-03-12", until="2026-03-20")  # the 8th working day
    assert due(RECEIVED, asked) == due(RECEIVED)
    assert due(RECEIVED, asked, move("correct", "2026-03-18")) == due(RECEIVED)


def test_a_correction_asked_for_on_the_seventh_working_day_is_in_time() -> None:
    assert due(RECEIVED, move("ask_correction", "2026-03-11", until="2026-03-20")) is None


def test_an_extension_by_twenty_is_added_to_the_due_date() -> None:
    reckoning = reckon([RECEIVED, move("extend", "2026-03-20", workdays=20)], Regime.y2019, CALENDAR)
    assert (reckoning.first_due_on, reckoning.due_on) == (date(2026, 3, 30), date(2026, 4, 28))
    assert CALENDAR.add(date(2026, 3, 2), 40) == date(2026, 4, 28)


def test_time_spent_asking_a_third_party_is_not_counted() -> None:
    reckoning = reckon([RECEIVED, *consultation("2026-03-09", "2026-03-11", "2026-03-30")], Regime.y2019, CALENDAR)
    assert reckoning.due_on == date(2026, 4, 21)
    assert sum(day.why is not None and CALENDAR.is_workday(day.on) for day in reckoning.days()) == 15


def test_a_third_party_that_stays_silent_stops_the_clock_for_fifteen_working_days_from_receipt() -> None:
    silent = reckon([RECEIVED, *consultation("2026-03-09", "2026-03-11", None)], Regime.y2019, CALENDAR)
    assert silent.waiting_until == date(2026, 4, 1)
    assert silent.due_on == CALENDAR.add(date(2026, 4, 1), 15)


def test_an_opinion_that_comes_after_the_fifteen_working_days_gives_no_more_time() -> None:
    late = due(RECEIVED, *consultation("2026-03-09", "2026-03-11", "2026-04-10"))
    assert late == due(RECEIVED, *consultation("2026-03-09", "2026-03-11", None))


def test_until_it_is_known_that_the_third_party_got_the_letter_there_is_no_due_date() -> None:
    assert due(RECEIVED, *consultation("2026-03-09", None, None)) is None


def test_in_2007_time_spent_on_another_agency_counts_and_on_a_third_party_does_not() -> None:
    received = move("register", "2018-04-10")
    agency = consultation("2018-04-12", None, "2018-04-20", action="consult_agency")
    party = consultation("2018-04-12", None, "2018-04-20")
    assert due(received, *agency, regime=Regime.y2007) == due(received, regime=Regime.y2007)
    assert due(received, *party, regime=Regime.y2007) == CALENDAR.add(date(2018, 4, 20), 15 - 2)


def test_another_agency_has_no_term_of_its_own_but_a_co_author_has_fifteen_working_days() -> None:
    other = consultation("2026-03-09", "2026-03-11", None, action="consult_agency")
    co_author = consultation("2026-03-09", "2026-03-11", None, action="consult_agency", is_co_author=True)
    assert due(RECEIVED, *other) is None
    assert due(RECEIVED, *co_author) == CALENDAR.add(date(2026, 4, 1), 15)


def test_overlapping_consultations_are_taken_out_once() -> None:
    first = consultation("2026-03-09", "2026-03-10", "2026-03-20", nth=1)
    within = consultation("2026-03-11", "2026-03-12", "2026-03-18", nth=2)
    assert due(RECEIVED, *first, *within) == due(RECEIVED, *first)


def test_of_two_people_asked_on_one_day_the_one_who_has_not_answered_holds_the_clock() -> None:
    heard = consultation("2026-03-09", "2026-03-10", "2026-03-12", nth=1)
    unheard = consultation("2026-03-09", "2026-03-11", None, nth=2)
    assert due(RECEIVED, *heard, *unheard) == due(RECEIVED, *unheard)


def test_two_consultations_one_after_the_other_are_both_taken_out() -> None:
    first = consultation("2026-03-04", "2026-03-05", "2026-03-06", nth=1)
    second = consultation("2026-03-09", "2026-03-10", "2026-03-12", nth=2)
    assert due(RECEIVED, *first, *second) == CALENDAR.add(date(2026, 3, 2), 20 + 2 + 3)


def test_asking_somebody_once_the_term_is_used_up_gives_no_time() -> None:
    assert due(RECEIVED, *consultation("2026-03-31", "2026-04-01", "2026-04-10")) == date(2026, 3, 30)


def test_payment_starts_the_term_again() -> None:
    notice = move("notice_fee", "2026-03-19", yuan="100", received_on="2026-03-20")
    waiting = reckon([RECEIVED, notice], Regime.y2019, CALENDAR)
    assert (waiting.due_on, waiting.waiting_until) == (None, date(2026, 4, 20))
    assert due(RECEIVED, notice, move("pay_fee", "2026-04-03")) == date(2026, 5, 7)


def test_a_fee_noticed_after_the_term_had_ended_moves_nothing() -> None:
    notice = move("notice_fee", "2026-04-01", yuan="100")
    assert due(RECEIVED, notice) == date(2026, 3, 30)
    assert due(RECEIVED, notice, move("pay_fee", "2026-04-03")) == date(2026, 3, 30)


def test_a_review_that_corrects_the_answer_begins_the_duty_anew() -> None:
    answered = [move("decide", "2026-03-20"), move("send", "2026-03-20")]
    corrected = move("close_review", "2026-05-11", remedy=1, result="corrected")
    assert due(RECEIVED, *answered, corrected) == CALENDAR.add(date(2026, 5, 11), 20)


def test_the_deciding_body_may_set_the_day_of_the_new_answer() -> None:
    corrected = move("close_suit", "2026-05-11", remedy=1, result="corrected", answer_by="2026-05-26")
    assert due(RECEIVED, move("send", "2026-03-20"), corrected) == date(2026, 5, 26)


def test_a_review_won_before_any_answer_does_not_make_a_late_office_punctual() -> None:
    corrected = move("close_review", "2026-05-11", remedy=1, result="corrected", answer_by="2026-05-26")
    reckoning = reckon([RECEIVED, corrected, move("send", "2026-05-20")], Regime.y2019, CALENDAR)
    assert reckoning.due_on == date(2026, 3, 30)
    assert timeliness(date(2026, 5, 20), reckoning) is Timeliness.overdue


def test_an_extension_told_on_the_day_of_payment_lengthens_the_term_that_the_payment_began() -> None:
    moves = [
        move("extend", "2026-04-03", workdays=10),
        move("consent_extension", "2026-04-03", workdays=10),
        move("notice_fee", "2026-03-19", yuan="100"),
        move("pay_fee", "2026-04-03"),
        RECEIVED,
    ]
    assert due(*replay(moves).taken) == CALENDAR.add(date(2026, 4, 3), 30)


def test_a_correction_asked_for_on_the_day_of_payment_is_still_awaited() -> None:
    moves = [move("ask_correction", "2026-03-09"), move("notice_fee", "2026-03-05"), move("pay_fee", "2026-03-09")]
    assert due(*replay([*moves, RECEIVED]).taken) is None


def test_a_due_date_in_a_year_without_a_notice_is_provisional() -> None:
    reckoning = reckon([move("register", "2026-12-10")], Regime.y2019, CALENDAR)
    assert (reckoning.due_on, reckoning.is_provisional) == (date(2027, 1, 8), True)
    assert "暂定" in reckoning.steps[-1].what.zh


def test_every_step_of_an_explanation_has_a_day_a_sentence_in_both_languages_and_an_article() -> None:
    moves = [
        RECEIVED,
        *consultation("2026-03-09", "2026-03-11", "2026-03-30"),
        move("extend", "2026-04-10", workdays=10),
    ]
    steps = reckon(moves, Regime.y2019, CALENDAR).steps
    assert [step.on for step in steps] == sorted(step.on for step in steps)
    assert all(step.what.zh and step.what.en and step.article for step in steps)


def test_the_applicant_is_not_told_who_was_asked() -> None:
    reckoning = reckon([RECEIVED, *consultation("2026-03-09", "2026-03-11", "2026-03-30")], Regime.y2019, CALENDAR)
    assert any("甲公司" in step.what.zh for step in reckoning.steps)
    assert not any("甲公司" in step.what.zh + step.what.en for step in reckoning.steps_without_names)


def test_a_term_cannot_be_reckoned_before_the_request_is_received() -> None:
    with pytest.raises(ValueError, match="not yet received"):
        reckon([move("arrive", "2026-03-02")], Regime.y2019, CALENDAR)


@pytest.mark.parametrize(
    ("closed_on", "met"),
    [
        ("2026-03-30", Timeliness.on_time),
        ("2026-03-31", Timeliness.extended),
        ("2026-04-28", Timeliness.extended),
        ("2026-04-29", Timeliness.overdue),
    ],
)
def test_the_day_of_sending_decides_between_on_time_extended_and_overdue(closed_on: str, met: Timeliness) -> None:
    reckoning = reckon([RECEIVED, move("extend", "2026-03-20", workdays=20)], Regime.y2019, CALENDAR)
    assert timeliness(date.fromisoformat(closed_on), reckoning) is met


def test_a_case_is_overdue_the_day_after_its_due_date_and_days_left_go_below_zero() -> None:
    on = date(2026, 3, 30)
    assert not is_overdue(on, on)
    assert is_overdue(on, on + timedelta(days=1))
    assert not is_overdue(None, on)
    assert [days_left(on, on + timedelta(days=days), CALENDAR) for days in (-3, 0, 1)] == [1, 0, -1]


days_of_two_years = st.dates(date(2024, 1, 1), date(2025, 12, 31))
consultations = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10), st.integers(0, 40)), min_size=0, max_size=4)


def consulted(received: date, gaps: list[tuple[int, int, int]]) -> list[Move]:
    moves = [Move(Action.register, received)]
    for nth, (sent, got, answered) in enumerate(gaps, start=1):
        day = received + timedelta(days=sent)
        facts = {"consultation": nth, "party": f"第{nth}方"}
        moves.append(Move(Action.consult_third_party, day, facts))
        moves.append(Move(Action.record_receipt, day + timedelta(days=got), facts))
        moves.append(Move(Action.record_opinion, day + timedelta(days=got + answered), facts))
    return moves


@given(days_of_two_years, consultations)
def test_a_pause_never_shortens_a_term(received: date, gaps: list[tuple[int, int, int]]) -> None:
    with_pauses, without = due(*consulted(received, gaps)), due(Move(Action.register, received))
    assert with_pauses is not None
    assert without is not None
    assert with_pauses >= without


@given(days_of_two_years, consultations)
def test_exactly_the_days_of_the_term_are_counted_up_to_the_due_date(
    received: date, gaps: list[tuple[int, int, int]]
) -> None:
    reckoning = reckon(consulted(received, gaps), Regime.y2019, CALENDAR)
    days = list(reckoning.days())
    assert sum(day.nth is not None for day in days) == 20
    assert days[-1].on == reckoning.due_on
    assert days[-1].nth == 20


@given(days_of_two_years, consultations, st.randoms())
def test_the_order_of_typing_does_not_matter(received: date, gaps: list[tuple[int, int, int]], random: object) -> None:
    moves = consulted(received, gaps)
    shuffled = list(moves)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert due(*replay(shuffled).taken) == due(*moves)


@given(days_of_two_years, consultations)
def test_a_consultation_typed_twice_counts_once(received: date, gaps: list[tuple[int, int, int]]) -> None:
    once = consulted(received, gaps)
    again = [
        Move(move.action, move.happened_on, {**move.facts, "consultation": move.facts["consultation"] + 100})
        for move in once[1:]
    ]
    assert due(*once, *again) == due(*once)


@given(days_of_two_years, consultations)
def test_no_due_date_falls_on_a_day_off(received: date, gaps: list[tuple[int, int, int]]) -> None:
    found = due(*consulted(received, gaps))
    assert found is not None
    assert CALENDAR.is_workday(found)
