"""Working days agree with the notices of the State Council, with independent calendars and with plain counting."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from requestflow.rules.errors import RuleBroken
from requestflow.rules.tables import rows
from requestflow.rules.words import Text
from requestflow.rules.workdays import (
    FIRST,
    LAST,
    Calendar,
    DayOff,
    belongs,
    built_in,
    calendar_for,
    left_out,
    national,
    regions,
)

DAYS = st.dates(FIRST, date(2060, 12, 31))
TERMS = st.integers(1, 400)
CALENDARS = st.sampled_from(
    [
        national(),
        calendar_for("宁夏"),
        national().with_days([DayOff(date(2030, 1, 5), True, "元旦"), DayOff(date(2030, 1, 9), False, "x")]),
    ]
)


def days_of(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=nth) for nth in range((date(last, 12, 31) - start).days + 1)]


def counted_by_hand(calendar: Calendar, after: date, upto: date) -> int:
    between = (after + timedelta(days=nth) for nth in range(1, (upto - after).days + 1))
    return sum(calendar.is_workday(day) for day in between)


@pytest.mark.parametrize(
    ("received_on", "workdays", "due_on"),
    [
        pytest.param("2018-02-07", 15, "2018-03-05", id="A1 Spring Festival with a worked Sunday and Saturday"),
        pytest.param("2018-12-12", 15, "2019-01-03", id="A2 a worked Saturday that next year's notice made"),
        pytest.param("2018-04-10", 15, "2018-05-02", id="A3 Labour Day"),
        pytest.param("2018-09-20", 15, "2018-10-17", id="A4 National Day with a worked Saturday and Sunday"),
        pytest.param("2019-05-14", 15, "2019-06-04", id="A5 last day of the regime of 2007"),
        pytest.param("2019-05-15", 20, "2019-06-13", id="A6 first day of the regime of 2019"),
        pytest.param("2021-09-10", 20, "2021-10-14", id="A9 National Day 2021"),
        pytest.param("2026-02-05", 20, "2026-03-11", id="A12 Spring Festival 2026"),
        pytest.param("2026-06-13", 20, "2026-07-13", id="A15 received on a Saturday"),
        pytest.param("2026-12-10", 20, "2027-01-08", id="A17 into a year without a notice"),
        pytest.param("2026-02-05", 7, "2026-02-14", id="B1 a worked Saturday is a valid last day"),
        pytest.param("2026-03-10", 20, "2026-04-08", id="B2 the day the corrected request arrives"),
        pytest.param("2019-05-20", 20, "2019-06-18", id="F1 national"),
    ],
)
def test_the_nth_working_day_after_receipt_is_the_due_date(received_on: str, workdays: int, due_on: str) -> None:
    assert national().add(date.fromisoformat(received_on), workdays) == date.fromisoformat(due_on)


@pytest.mark.parametrize("name", ["宁夏", "Ningxia", "ningxia", "宁夏回族自治区", "宁夏吴忠市", " 宁夏 "])
def test_ningxia_adds_its_own_days_off_under_every_name_it_is_known_by(name: str) -> None:
    assert calendar_for(name).add(date(2019, 5, 20), 20) == date(2019, 6, 20)
    assert calendar_for(name).why_off(date(2019, 6, 5)) == Text("开斋节", "Eid al-Fitr")


def test_ningxia_has_fourteen_days_off_more_than_the_country_and_no_other_difference() -> None:
    own = calendar_for("宁夏")
    extra = [str(day) for day in days_of(2004, 2040) if own.is_workday(day) != national().is_workday(day)]
    assert extra == [
        *("2019-06-05", "2019-06-06", "2019-08-12", "2019-08-13", "2020-05-25", "2020-05-26", "2020-07-30"),
        *("2020-07-31", "2021-05-13", "2021-05-14", "2021-07-19", "2021-07-20", "2022-07-11", "2022-07-12"),
    ]


def test_a_region_without_days_off_of_its_own_has_the_national_ones() -> None:
    assert all(calendar_for("上海").is_workday(day) == national().is_workday(day) for day in days_of(2018, 2022))


def test_every_day_from_2004_to_2026_agrees_with_chinesecalendar() -> None:
    calendar = national()
    assert [day for day in days_of(2004, 2026) if calendar.is_workday(day) != chinese_calendar.is_workday(day)] == []


def test_every_day_under_the_regulation_agrees_with_the_package_holidays() -> None:
    # From 2008-05-01; the two packages differ on one earlier day, 2005-12-31, on which no request can have come in.
    theirs = holidays.country_holidays("CN", years=range(2008, 2028))
    lawful = [day for day in days_of(2008, 2026) if day >= date(2008, 5, 1)]
    assert [day for day in lawful if national().is_workday(day) != theirs.is_working_day(day)] == []


def test_every_holiday_of_a_weekday_has_the_name_that_chinesecalendar_gives_it() -> None:
    wrong = []
    for day in days_of(2004, 2026):
        name = chinese_calendar.get_holiday_detail(day)[1]
        why = national().why_off(day)
        if name and why and day.weekday() < 5 and not why.zh.startswith(chinese_calendar.Holiday(name).chinese):
            wrong.append((day, why.zh))
    assert wrong == []


def test_statutory_holidays_of_years_without_a_notice_agree_with_the_package_holidays() -> None:
    theirs = holidays.country_holidays("CN", years=range(2027, 2041), observed=False)
    assert {date.fromisoformat(row["day"]) for row in rows("statutory")} == set(theirs)


def test_a_year_without_a_notice_has_thirteen_statutory_days_unless_two_fall_together() -> None:
    for year in range(2027, 2041):
        own = [row for row in rows("statutory") if row["day"].startswith(str(year))]
        assert len(own) == (12 if year in {2028, 2031, 2039} else 13)  # Mid-Autumn falls on 1–3 October


def test_a_saturday_made_a_working_day_is_one() -> None:
    assert national().is_workday(date(2026, 2, 14))
    assert national().why_off(date(2026, 2, 14)) is None
    assert national().add(date(2026, 2, 13), 1) == date(2026, 2, 14)


def test_a_notice_reaches_into_the_year_before() -> None:
    assert national().is_workday(date(2018, 12, 29))
    assert national().why_off(date(2018, 12, 31)) == Text("元旦", "New Year's Day")


def test_a_day_off_says_why() -> None:
    assert national().why_off(date(2026, 2, 20)) == Text("春节", "Spring Festival")
    assert national().why_off(date(2026, 3, 7)) == Text("周末（星期六）", "weekend (Saturday)")
    assert national().why_off(date(2026, 3, 8)) == Text("周末（星期日）", "weekend (Sunday)")
    assert national().why_off(date(2026, 3, 9)) is None


def test_a_year_without_a_notice_is_provisional_and_one_with_a_notice_is_not() -> None:
    assert not national().is_provisional(date(2026, 12, 31))
    assert national().is_provisional(date(2027, 1, 8))


def test_far_years_know_only_the_holidays_of_a_fixed_date() -> None:
    off = [day for day in days_of(2050, 2050) if day.weekday() < 5 and not national().is_workday(day)]
    assert off == [date(2050, 5, 2), date(2050, 10, 3)]
    assert national().is_provisional(date(2050, 5, 2))


def test_a_loaded_notice_ends_the_provisional_year_and_changes_the_due_date() -> None:
    notice = [
        DayOff(date(2027, 1, 1), False, "元旦"),
        DayOff(date(2027, 1, 4), False, "元旦"),
        DayOff(date(2027, 1, 9), True, "元旦"),
    ]
    loaded = national().with_days(notice)
    assert not loaded.is_provisional(date(2027, 1, 9))
    assert loaded.add(date(2026, 12, 10), 20) == date(2027, 1, 9)
    assert national().is_provisional(date(2027, 1, 9))
    assert national().add(date(2026, 12, 10), 20) == date(2027, 1, 8)


def test_the_december_days_of_a_notice_do_not_stand_for_the_notice_of_their_own_year() -> None:
    loaded = national().with_days([DayOff(date(2027, 12, 31), False, "元旦"), DayOff(date(2028, 1, 4), False, "元旦")])
    assert loaded.is_provisional(date(2027, 6, 1))
    assert not loaded.is_provisional(date(2028, 6, 1))


def test_a_loaded_day_replaces_the_one_that_was_built_in_and_a_later_one_the_earlier() -> None:
    once = national().with_days([DayOff(date(2026, 2, 14), False, "春节")])
    assert not once.is_workday(date(2026, 2, 14))
    assert once.with_days([DayOff(date(2026, 2, 14), True, "春节")]).is_workday(date(2026, 2, 14))


def test_a_notice_of_one_region_reaches_no_other_and_ends_no_provisional_year() -> None:
    notice = (DayOff(date(2027, 4, 8), False, "三月三", "广西"),)
    assert not calendar_for("广西南宁市", notice).is_workday(date(2027, 4, 8))
    assert calendar_for("广西南宁市", notice).why_off(date(2027, 4, 8)) == Text("三月三", "三月三")
    assert calendar_for("宁夏", notice).is_workday(date(2027, 4, 8))
    assert calendar_for("", notice).is_workday(date(2027, 4, 8))
    assert calendar_for("广西", notice).is_provisional(date(2027, 4, 8))


def test_a_notice_of_the_country_should_name_every_statutory_holiday_of_its_year() -> None:
    new_year, spring = DayOff(date(2027, 1, 1), False, "元旦"), DayOff(date(2027, 2, 8), False, "春节")
    missing = ["清明节", "劳动节", "端午节", "中秋节", "国庆节"]
    assert [each.zh for each in left_out([new_year, spring])[2027]] == missing
    assert left_out([DayOff(date(2026, 3, 2), False, "临时放假")]) == {}, "that of 2026 is known"
    assert left_out([DayOff(date(2027, 3, 2), False, "古尔邦节", "宁夏")]) == {}, "a region has days of its own"
    assert left_out([DayOff(date(2027, 12, 31), False, "元旦")]) == {}, "it belongs to the notice of the next year"


def test_a_place_lies_in_a_region_under_either_name_but_the_country_lies_in_none() -> None:
    assert belongs("Ningxia Hui Autonomous Region", "宁夏")
    assert belongs("宁夏", "Ningxia")
    assert not belongs("", "宁夏")
    assert not belongs("广西", "宁夏")


def test_the_same_calendar_is_built_once() -> None:
    assert national() is calendar_for("", ())
    assert calendar_for("宁夏") is calendar_for("宁夏")


def test_sixty_calendar_days_that_end_on_a_holiday_roll_forward_off_it() -> None:
    assert date(2026, 8, 3) + timedelta(days=60) == date(2026, 10, 2)
    assert national().after_days(date(2026, 8, 3), 60) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("day", "months", "ends_on"),
    [
        (date(2026, 1, 12), 6, date(2026, 7, 13)),  # 12 July 2026 is a Sunday
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),  # a worked Saturday, and the last day of the month
        (date(2026, 12, 3), 3, date(2027, 3, 3)),
    ],
)
def test_a_term_in_months_ends_on_the_same_day_number_or_the_last_day_of_the_month(
    day: date, months: int, ends_on: date
) -> None:
    assert national().after_months(day, months) == ends_on


def test_a_day_before_the_calendar_is_refused_in_a_sentence() -> None:
    early = date(2003, 12, 31)
    for ask in (
        lambda: national().add(early, 1),
        lambda: national().add(early, 0),
        lambda: national().count(early, date(2026, 1, 1)),
        lambda: national().is_workday(early),
        lambda: national().after_days(date(2004, 1, 1), -1),
        lambda: national().after_months(date(2004, 1, 1), -1),
        lambda: national().with_days([DayOff(early, True, "")]),
    ):
        with pytest.raises(RuleBroken, match="The calendar starts on 1 January 2004") as refused:
            ask()
        assert refused.value.said.zh == "工作日历自2004年1月1日起，不能推算更早的日期。"


def test_a_day_beyond_the_calendar_is_refused_in_a_sentence() -> None:
    for ask in (
        lambda: national().add(LAST, 1),
        lambda: national().add(date(9999, 12, 31), 1),
        lambda: national().add(FIRST, 10**9),
        lambda: national().count(FIRST, date(9999, 12, 31)),
        lambda: national().roll(date(2100, 1, 1)),
        lambda: national().after_days(FIRST, 10**9),
        lambda: national().after_months(FIRST, 10**6),
    ):
        with pytest.raises(RuleBroken, match="The calendar ends on 31 December 2099"):
            ask()


def test_a_negative_number_of_working_days_is_refused() -> None:
    with pytest.raises(RuleBroken, match="cannot be negative"):
        national().add(date(2026, 3, 2), -1)


def test_no_working_days_is_the_day_itself_even_a_day_off() -> None:
    assert national().add(date(2026, 3, 7), 0) == date(2026, 3, 7)


@given(CALENDARS, DAYS, TERMS)
def test_adding_working_days_is_the_inverse_of_counting_them(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.count(day, calendar.add(day, n)) == n


@given(CALENDARS, DAYS, TERMS)
def test_adding_never_lands_on_a_day_off(calendar: Calendar, day: date, n: int) -> None:
    due = calendar.add(day, n)
    assert calendar.is_workday(due)
    assert calendar.why_off(due) is None


@given(CALENDARS, DAYS, st.integers(0, 90))
def test_counting_agrees_with_looking_at_every_day(calendar: Calendar, after: date, length: int) -> None:
    upto = after + timedelta(days=length)
    assert calendar.count(after, upto) == counted_by_hand(calendar, after, upto)


@given(CALENDARS, st.lists(DAYS, min_size=3, max_size=3).map(sorted))
def test_counting_is_additive_over_adjacent_periods(calendar: Calendar, days: list[date]) -> None:
    first, middle, last = days
    assert calendar.count(first, last) == calendar.count(first, middle) + calendar.count(middle, last)


@given(CALENDARS, DAYS, DAYS, TERMS)
def test_a_later_start_never_ends_earlier(calendar: Calendar, one: date, other: date, n: int) -> None:
    assert calendar.add(min(one, other), n) <= calendar.add(max(one, other), n)


@given(CALENDARS, DAYS, TERMS)
def test_one_more_working_day_ends_later(calendar: Calendar, day: date, n: int) -> None:
    assert day < calendar.add(day, n) < calendar.add(day, n + 1)


@given(CALENDARS, DAYS, DAYS)
def test_nothing_is_counted_backwards(calendar: Calendar, one: date, other: date) -> None:
    assume(one != other)
    assert calendar.count(max(one, other), min(one, other)) == 0


@given(CALENDARS, DAYS)
def test_rolling_moves_only_off_a_day_off_and_to_the_next_working_day(calendar: Calendar, day: date) -> None:
    rolled = calendar.roll(day)
    assert calendar.is_workday(rolled)
    assert rolled == day if calendar.is_workday(day) else calendar.count(day, rolled) == 1


@given(CALENDARS, DAYS)
def test_every_day_is_either_worked_or_says_why_not(calendar: Calendar, day: date) -> None:
    assert calendar.is_workday(day) == (calendar.why_off(day) is None)


def test_two_regions_differ_from_the_first_day_off_that_only_one_of_them_has() -> None:
    assert calendar_for("上海").first_difference(calendar_for("宁夏吴忠")) == date(2019, 6, 5)
    assert calendar_for("上海").first_difference(calendar_for("江苏")) is None


def test_every_built_in_day_names_its_notice_or_its_region() -> None:
    known = built_in()
    assert len(known) > 500
    assert all(bool(each.source) != bool(each.off.region) for each in known)
    assert list(known) == sorted(known, key=lambda each: each.off.day)


def test_the_regions_with_days_off_of_their_own_are_known_in_both_languages() -> None:
    assert regions() == (Text("宁夏", "Ningxia"),)


@pytest.mark.parametrize(
    ("today", "missing"),
    [(date(2026, 10, 31), None), (date(2026, 11, 1), 2027), (date(2027, 1, 2), 2027), (date(2028, 12, 1), 2028)],
)
def test_the_days_off_of_a_year_are_missed_from_the_november_before_it(today: date, missing: int | None) -> None:
    assert national().missing_year(today) == missing
