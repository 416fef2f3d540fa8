"""On each day a case is in one window at most, by the working days that are left."""

from datetime import date, timedelta

import pytest

from requestflow.rules.deadlines import days_left
from requestflow.rules.lifecycle import ANSWERED, OPEN, State
from requestflow.rules.reminders import Stage, windows
from requestflow.rules.workdays import calendar_for, national

A_DAY = timedelta(days=1)
WORKING = tuple(state for state in OPEN if state is not State.received)
BY_DAYS_LEFT = dict(enumerate(stage for stage in (Stage.due_in_1, Stage.due_in_3, Stage.due_in_5) for _ in range(2)))


def stages(today: date, due_on: date, region: str = "") -> list[Stage]:
    """What applies today to a case that is due on that day."""
    found = [window for window in windows(today, calendar_for(region)) if window.by == "due_on"]
    return [window.stage for window in found if window.first <= due_on <= window.last]


@pytest.mark.parametrize("region", ["", "宁夏"])
@pytest.mark.parametrize("first", [date(2021, 7, 1), date(2026, 2, 1), date(2026, 9, 20)])
def test_the_stage_follows_from_the_working_days_left(first: date, region: str) -> None:
    calendar = calendar_for(region)
    for nth in range(45):
        today = first + nth * A_DAY
        for ahead in range(-10, 20):
            due_on = today + ahead * A_DAY
            left = days_left(due_on, today, calendar)
            expected = Stage.overdue if due_on < today else BY_DAYS_LEFT.get(left)
            assert stages(today, due_on, region) == ([expected] if expected else [])


def test_a_long_holiday_does_not_hide_what_ends_right_after_it() -> None:
    assert stages(date(2026, 9, 30), date(2026, 10, 8)) == [Stage.due_in_1]


def test_a_nearer_stage_stands_for_those_that_were_missed() -> None:
    instead = {window.stage: window.instead for window in windows(date(2026, 3, 25), national())}
    assert instead[Stage.due_in_5] == (Stage.due_in_5, Stage.due_in_3, Stage.due_in_1, Stage.overdue)
    assert instead[Stage.overdue] == (Stage.overdue,)


def test_every_case_that_is_not_answered_is_watched_in_one_way() -> None:
    today = list(windows(date(2026, 3, 25), national()))
    by = {state: {window.by for window in today if state in window.states} for state in State}
    assert {state for state in State if by[state] == {"due_on"}} == set(WORKING)
    assert by[State.received] == {"waiting_until"}
    assert all(by[state] == set() for state in ANSWERED)
