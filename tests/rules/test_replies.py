"""By when an office replies to a review or a suit, by the law of the day it was filed."""

from datetime import date

import pytest

from requestflow.rules.remedies import RemedyKind
from requestflow.rules.replies import reply, reply_by
from requestflow.rules.workdays import national


@pytest.mark.parametrize(
    ("kind", "filed_on", "days", "summary_days"),
    [
        (RemedyKind.review, date(2008, 5, 1), 10, 0),
        (RemedyKind.review, date(2023, 12, 31), 10, 0),
        (RemedyKind.review, date(2024, 1, 1), 10, 5),
        (RemedyKind.suit, date(2015, 4, 30), 10, 0),
        (RemedyKind.suit, date(2015, 5, 1), 15, 0),
    ],
)
def test_the_term_is_that_of_the_law_of_the_day(kind: RemedyKind, filed_on: date, days: int, summary_days: int) -> None:
    term = reply(kind, filed_on)
    assert (term.days, term.summary_days) == (days, summary_days)
    assert term.article


def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert reply_by(RemedyKind.review, date(2026, 3, 2), national()) == date(2026, 3, 12)
    assert reply_by(RemedyKind.review, date(2026, 9, 22), national()) == date(2026, 10, 8)  # 2 October is a holiday
    assert reply_by(RemedyKind.suit, date(2026, 3, 6), national()) == date(2026, 3, 23)  # 21 March is a Saturday


def test_a_complaint_has_no_term() -> None:
    with pytest.raises(ValueError, match="empty"):
        reply(RemedyKind.complaint, date(2026, 3, 2))
