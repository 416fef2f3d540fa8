"""Runs of whole months: what an address may say of them, and how they are read aloud."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules import months
from requestflow.rules.months import Months

DAYS = st.dates(date(2008, 1, 1), date(2099, 12, 31))


@given(DAYS, DAYS)
def test_an_address_carries_any_run_of_months(one: date, other: date) -> None:
    first, last = sorted((months.month_of(one), months.month_of(other)))
    assert Months.read(str(Months(first, last))) == Months(first, last)


@pytest.mark.parametrize(
    "said",
    ["", "2026", "2026-13", "2026-00", "0000-01", "9999-12", "2026-3", "2026-03-01", "2026-05..2026-04", "..", "x"],
)
def test_what_names_no_months_is_none(said: str) -> None:
    assert Months.read(said) is None


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("2026-03", "2026年3月", "March 2026"),
        ("2025-01..2025-12", "2025年", "2025"),
        ("2025-12..2026-11", "2025年12月至2026年11月", "December 2025 to November 2026"),
    ],
)
def test_months_are_read_aloud_in_both_languages(said: str, zh: str, en: str) -> None:
    read = Months.read(said)
    assert read is not None
    assert read.label == (zh, en)


@given(DAYS)
def test_the_last_twelve_end_with_this_month_and_follow_each_other(today: date) -> None:
    twelve = list(months.last_twelve(today).each())
    assert len(twelve) == 12
    assert twelve[-1].first == months.month_of(today)
    assert all(one.end == next_one.first for one, next_one in pairwise(twelve))


def test_a_year_is_twelve_months_and_ends_on_new_year() -> None:
    year = months.year(2026)
    assert (len(list(year.each())), year.first, year.end) == (12, date(2026, 1, 1), date(2027, 1, 1))
