"""The table of steps: every state can be reached and left, and a case is the fold of its moves by day."""

from itertools import permutations

import pytest

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import ANSWERED, OPEN, STEPS, TAKERS, Action, Move, State
from requestflow.rules.remedies import RemedyKind, RemedyResult
from requestflow.rules.roles import Role
from requestflow.rules.standing import Standing, replay
from tests.moves import a_move as move


def story(*more: Move) -> list[Move]:
    return [move("register", "2026-03-02"), move("assign", "2026-03-03", handler_id=7), *more]


def answered(*more: Move) -> list[Move]:
    return story(move("decide", "2026-03-20", outcome="O02"), move("send", "2026-03-23", delivery="post"), *more)


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached: set[State | None] = {None}
    while more := {to for (state, _), to in STEPS.items() if state in reached} - reached:
        reached |= more
    assert reached == {None, *State}


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_has_a_way_to_its_end(state: State) -> None:
    reached = {state}
    while more := {to for (at, _), to in STEPS.items() if at in reached} - reached:
        reached |= more
    assert reached & set(ANSWERED)


def test_every_step_has_somebody_who_may_take_it_and_only_a_head_answers_for_an_extension() -> None:
    assert set(TAKERS) == set(Action)
    assert all(TAKERS.values())
    assert TAKERS[Action.consent_extension] == TAKERS[Action.refuse_extension] == {Role.head}
    assert not any(Role.statistics in takers for takers in TAKERS.values())


def test_a_case_is_carried_from_registration_to_its_end() -> None:
    standing = replay(answered(move("close", "2026-04-01")))
    assert standing.state is State.closed
    assert (str(standing.received_on), str(standing.closed_on)) == ("2026-03-02", "2026-03-23")
    assert standing.handler_id == 7


def test_a_step_that_the_table_does_not_have_is_refused_with_the_state_of_that_day() -> None:
    with pytest.raises(RuleBroken, match="Registered"):
        replay([move("register", "2026-03-02"), move("send", "2026-03-03")])


def test_nothing_can_happen_before_the_request_came_in() -> None:
    with pytest.raises(RuleBroken, match="had not been received"):
        replay([move("register", "2026-03-02"), move("decide", "2026-03-01")])


def test_paper_that_came_first_may_be_typed_later() -> None:
    asked = move("consult_third_party", "2026-03-05", 4, consultation=1, party="甲公司")
    heard = move("record_opinion", "2026-03-10", 5, consultation=1)
    standing = replay([*answered(), asked, heard])
    assert [taken.action for taken in standing.taken][2:4] == [Action.consult_third_party, Action.record_opinion]


def test_an_opinion_comes_in_while_the_applicant_is_awaited() -> None:
    asked = [move("consult_third_party", "2026-03-04", consultation=1), move("ask_correction", "2026-03-05")]
    heard = [move("record_receipt", "2026-03-06", consultation=1), move("record_opinion", "2026-03-09", consultation=1)]
    assert replay(story(*asked, *heard)).state is State.waiting_correction
    assert replay(story(*asked, *heard, move("correct", "2026-03-10"))).state is State.open
    assert replay(story(*asked, move("correct", "2026-03-10"))).state is State.waiting_third_party


@pytest.mark.parametrize("awaited", ["ask_correction", "notice_fee"])
def test_what_was_done_earlier_on_the_day_on_which_the_applicant_is_asked_counts(awaited: str) -> None:
    day = "2026-03-09"
    done = [
        move("consult_third_party", day, consultation=1),
        move("record_opinion", day, consultation=1),
        move("consent_extension", day, workdays=10),
        move("extend", day, workdays=10),
        move(awaited, day),
    ]
    for typed in permutations(done):
        assert replay(story(*typed)).state in (State.waiting_correction, State.waiting_fee)


@pytest.mark.parametrize(("asked", "came"), [("ask_correction", "correct"), ("notice_fee", "pay_fee")])
def test_what_is_done_on_the_day_on_which_the_applicant_answers_is_done_after_that(asked: str, came: str) -> None:
    day = "2026-03-16"
    done = [
        move(came, day),
        move("consult_third_party", day, consultation=1),
        move("record_receipt", day, consultation=1),
        move("decide", day, outcome="O02"),
    ]
    for typed in permutations(done):
        assert replay(story(move(asked, "2026-03-09"), *typed)).state is State.decided


def test_a_back_dated_step_that_would_make_a_later_one_impossible_is_refused() -> None:
    with pytest.raises(RuleBroken):
        replay([*answered(), move("withdraw", "2026-03-10")])


def test_the_steps_of_one_day_are_taken_in_the_order_that_the_table_allows_however_they_were_typed() -> None:
    day = "2026-03-02"
    moves = [
        move("register", day),
        move("consult_third_party", day, consultation=1),
        move("record_opinion", day, consultation=1),
        move("decide", day, outcome="O02"),
        move("send", day),
    ]
    ends = {(fold.state, fold.closed_on, len(fold.waiting())) for fold in map(replay, permutations(moves))}
    assert ends == {(State.sent, moves[0].happened_on, 0)}


def test_steps_of_one_day_that_could_come_in_any_order_are_taken_as_they_were_typed() -> None:
    day = "2026-03-04"
    there_and_back = [
        move("assign", day, 3, handler_id=7),
        move("transfer", day, 4, to=2),
        move("transfer", day, 5, to=1),
        move("assign", day, 6, handler_id=8),
    ]
    assert replay(story(*there_and_back)).handler_id == 8
    asked = move("consult_third_party", day, 3, consultation=1)
    assert replay(story(asked, move("ask_correction", day, 4))).state is State.waiting_correction


def test_a_case_waits_until_the_last_of_several_consultations_is_answered() -> None:
    asked = [
        move("consult_third_party", "2026-03-05", consultation=1),
        move("consult_agency", "2026-03-06", consultation=2),
    ]
    first = move("record_opinion", "2026-03-10", consultation=1)
    second = move("record_opinion", "2026-03-12", consultation=2)
    assert replay(story(*asked)).state is State.waiting_third_party
    assert replay(story(*asked, first)).state is State.waiting_agency
    assert replay(story(*asked, first, second)).state is State.open


def test_a_case_can_be_decided_while_a_third_party_is_still_being_asked() -> None:
    asked = move("consult_third_party", "2026-03-05", consultation=1)
    assert replay(story(asked, move("decide", "2026-03-20", outcome="O02"))).state is State.decided


def test_a_review_that_corrects_the_answer_reopens_the_case_and_the_first_answer_still_counts() -> None:
    filed = move("file_review", "2026-04-01", remedy=1)
    corrected = move("close_review", "2026-05-11", remedy=1, result="corrected")
    again = [move("decide", "2026-05-20", outcome="O04", reason="区分处理"), move("send", "2026-05-20")]
    reopened = replay(answered(filed, corrected))
    assert reopened.state is State.open
    done = replay(answered(filed, corrected, *again))
    assert done.state is State.sent
    assert str(done.closed_on) == "2026-03-23"
    assert done.decided is not None
    assert done.decided.facts["outcome"] == "O02"
    assert done.decided_again is not None
    assert done.decided_again.facts["outcome"] == "O04"


def test_a_review_that_upholds_the_answer_leaves_the_case_as_it_is() -> None:
    filed = move("file_review", "2026-04-01", remedy=1)
    standing = replay(answered(filed, move("close_review", "2026-05-11", remedy=1, result="upheld")))
    assert standing.state is State.sent
    assert standing.filings[0].kind is RemedyKind.review
    assert standing.filings[0].result is RemedyResult.upheld


@pytest.mark.parametrize("answer", ["refuse_extension", "consent_extension", "extend"])
def test_an_extension_is_asked_for_until_it_is_answered(answer: str) -> None:
    asked = move("ask_extension", "2026-03-10", 3, workdays=10)
    assert replay(story(asked)).asked_extension is asked
    assert replay(story(asked, move(answer, "2026-03-10", 4, workdays=10))).asked_extension is None


def test_an_extension_asked_for_again_on_the_day_of_the_refusal_waits_for_an_answer() -> None:
    asked = move("ask_extension", "2026-03-09", 3, workdays=20)
    refused = move("refuse_extension", "2026-03-10", 4)
    again = move("ask_extension", "2026-03-10", 5, workdays=5)
    assert replay(story(asked, refused, again)).asked_extension is again


def test_a_new_duty_to_answer_begins_with_nothing_asked_for() -> None:
    asked = move("ask_extension", "2026-03-20", workdays=5)
    corrected = move("close_review", "2026-05-11", remedy=1, result="corrected")
    standing = replay(answered(asked, move("file_review", "2026-04-01", remedy=1), corrected))
    assert standing.state is State.open
    assert standing.asked_extension is None


def test_a_withdrawn_case_is_closed_on_the_day_it_was_withdrawn() -> None:
    standing = replay(story(move("withdraw", "2026-03-06", outcome="O43")))
    assert (standing.state, str(standing.closed_on)) == (State.closed, "2026-03-06")


def test_a_transferred_case_is_assigned_anew() -> None:
    assert replay(story(move("transfer", "2026-03-04", to=2))).handler_id is None


def test_a_new_case_stands_nowhere() -> None:
    assert Standing().may(Action.register)
    assert not Standing().may(Action.decide)
