"""A due date is in one window at most on each day, by the working days left; the other terms have their own."""

from datetime import date, timedelta

import pytest

from requestflow.rules.deadlines import days_left
from requestflow.rules.lifecycle import ANSWERED, State
from requestflow.rules.notices import Notice
from requestflow.rules.reminders import Window, ends_on, windows
from requestflow.rules.workdays import calendar_for, national

A_DAY = timedelta(days=1)
IN_TERM = (Notice.due_in_1, Notice.due_in_3, Notice.due_in_5)
BY_DAYS_LEFT = dict(enumerate(notice for notice in IN_TERM for _ in range(2)))


def of(today: date, notice: Notice, region: str = "") -> Window:
    """The window of a notice today."""
    return next(window for window in windows(today, calendar_for(region)) if window.notice is notice)


def stages(today: date, due_on: date, region: str = "") -> list[Notice]:
    """What applies today to the term of an answer that is due on that day."""
    found = [window for window in windows(today, calendar_for(region)) if window.notice in (*IN_TERM, Notice.overdue)]
    return [window.notice for window in found if window.first <= due_on <= window.last]


@pytest.mark.parametrize("region", ["", "宁夏"])
@pytest.mark.parametrize("first", [date(2021, 7, 1), date(2026, 2, 1), date(2026, 9, 20)])
def test_the_stage_follows_from_the_working_days_left(first: date, region: str) -> None:
    calendar = calendar_for(region)
    for nth in range(45):
        today = first + nth * A_DAY
        for ahead in range(-10, 20):
            due_on = today + ahead * A_DAY
            left = days_left(due_on, today, calendar)
            expected = Notice.overdue if due_on < today else BY_DAYS_LEFT.get(left)
            assert stages(today, due_on, region) == ([expected] if expected else [])


def test_a_long_holiday_does_not_hide_what_ends_right_after_it() -> None:
    assert stages(date(2026, 9, 30), date(2026, 10, 8)) == [Notice.due_in_1]


def test_a_nearer_stage_stands_for_those_that_were_missed() -> None:
    instead = {window.notice: window.instead for window in windows(date(2026, 3, 25), national())}
    assert instead[Notice.due_in_5] == (Notice.due_in_5, Notice.due_in_3, Notice.due_in_1, Notice.overdue)
    assert instead[Notice.overdue] == (Notice.overdue,)


def test_nothing_is_said_of_a_case_that_is_answered_except_that_a_review_or_suit_wants_its_reply() -> None:
    for window in windows(date(2026, 3, 25), national()):
        assert not set(window.states) & set(ANSWERED), window.notice


@pytest.mark.parametrize(
    ("notice", "states"),
    [
        (Notice.unconfirmed, {State.received}),
        (Notice.correction_unanswered, {State.waiting_correction}),
        (Notice.third_party_silent, {State.waiting_third_party, State.waiting_agency}),
        (Notice.fee_unpaid, {State.waiting_fee}),
    ],
)
def test_whoever_lets_their_day_pass_is_late_the_day_after_and_the_office_on_the_day(
    notice: Notice, states: set[State]
) -> None:
    today = date(2026, 3, 25)
    window = of(today, notice)
    assert set(window.states) == states
    assert window.last == (today if notice is Notice.unconfirmed else today - A_DAY)


@pytest.mark.parametrize("first", [date(2026, 2, 1), date(2026, 9, 20)])
def test_a_correction_is_spoken_of_on_the_last_three_working_days_on_which_it_can_be_asked_for(first: date) -> None:
    calendar = national()
    for nth in range(30):
        today = first + nth * A_DAY
        window = of(today, Notice.correction_notice)
        for back in range(40):
            received_on = today - back * A_DAY
            until = calendar.add(received_on, 7)
            is_near = today <= until and days_left(until, today, calendar) <= 2
            assert (window.first <= received_on <= window.last) == is_near
            assert ends_on(Notice.correction_notice, received_on, calendar) == until


@pytest.mark.parametrize(
    ("soon", "late", "days"),
    [(Notice.review_reply, Notice.review_late, 10), (Notice.suit_reply, Notice.suit_late, 15)],
)
@pytest.mark.parametrize("first", [date(2026, 2, 1), date(2026, 9, 20)])
def test_a_reply_is_spoken_of_three_working_days_before_it_is_due_and_once_it_is_late(
    soon: Notice, late: Notice, days: int, first: date
) -> None:
    calendar = national()
    for nth in range(30):
        today = first + nth * A_DAY
        near, past = of(today, soon), of(today, late)
        for back in range(50):
            filed_on = today - back * A_DAY
            until = calendar.after_days(filed_on, days)
            is_near = today <= until and days_left(until, today, calendar) <= 3
            assert (near.first <= filed_on <= near.last) == is_near
            assert (past.first <= filed_on <= past.last) == (until < today)
            assert ends_on(late, filed_on, calendar) == until


def test_a_provisional_due_date_is_told_however_far_it_is() -> None:
    window = of(date(2026, 12, 1), Notice.provisional)
    assert window.first <= date(2026, 12, 1) < date(2027, 6, 1) <= window.last
