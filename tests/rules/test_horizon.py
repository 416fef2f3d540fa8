"""Where due days lie: every day in exactly one horizon, counted in working days from today."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules.horizon import Horizon, spans
from requestflow.rules.workdays import national

CALENDAR = national()
DAYS = st.dates(date(2019, 5, 15), date(2026, 10, 1))


@given(DAYS)
def test_the_horizons_follow_each_other_without_gap_or_overlap(today: date) -> None:
    found = list(spans(today, CALENDAR).values())
    assert (found[0].first, found[-1].last) == (date.min, date.max)
    for span, following in pairwise(found):
        assert span.last + timedelta(days=1) == following.first


@given(DAYS, st.integers(1, 30))
def test_a_due_day_lies_where_its_working_days_say(today: date, workdays: int) -> None:
    due_on = CALENDAR.add(today, workdays)
    [horizon] = [horizon for horizon, span in spans(today, CALENDAR).items() if span.first <= due_on <= span.last]
    expected = next(
        (
            horizon
            for horizon, most in ((Horizon.in_3, 3), (Horizon.in_5, 5), (Horizon.in_10, 10), (Horizon.in_20, 20))
            if workdays <= most
        ),
        Horizon.later,
    )
    assert horizon is expected


def test_a_clock_that_stands_still_and_an_unconfirmed_request_have_no_days() -> None:
    assert set(Horizon) - set(spans(date(2026, 3, 2), CALENDAR)) == {Horizon.still, Horizon.unconfirmed}
