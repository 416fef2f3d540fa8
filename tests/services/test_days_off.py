"""A notice of days off is read from a file or as somebody types it, and what cannot be read is named."""

from datetime import date

import pytest

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.rules.workdays import DayOff
from requestflow.services import days_off
from requestflow.services.days_off import Unread


def read(*lines: str) -> tuple[list[DayOff], list[Unread]]:
    header, *rows = [tuple(line.split(",")) if line else () for line in lines or ("",)]
    return days_off.read(Sheet(header, iter(enumerate(rows, start=2)), None))


def test_what_no_database_can_keep_is_dropped_from_a_notice() -> None:
    days, unread = read("day,worked,name,region", "2027-01-04,0,元\0旦,\0")
    assert (days, unread) == ([DayOff(date(2027, 1, 4), False, "元旦")], [])


def test_a_notice_file_is_read_under_either_header_and_in_the_words_of_an_office() -> None:
    expected = [
        DayOff(date(2027, 2, 5), False, "春节"),
        DayOff(date(2027, 2, 14), True, "春节"),
        DayOff(date(2027, 4, 8), False, "三月三", "广西"),
    ]
    english = "day,worked,name,region\n2027-02-05,0,春节,\n2027/2/14,1,春节,\n2027-04-08,false,三月三,广西\n"
    chinese = "日期,上班,名称,地区\n2027年2月5日,放假,春节,\n2027年2月14日,上班,春节,\n2027-04-08,否,三月三,广西\n"
    assert read(*english.splitlines()) == (expected, [])
    assert read(*chinese.splitlines()) == (expected, [])


def test_a_make_up_day_needs_no_name_and_the_region_may_be_left_out() -> None:
    assert read("day,worked,name", "2027-02-14,1,") == ([DayOff(date(2027, 2, 14), True, "")], [])


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("2027-02-30,0,春节,", "day", "“2027-02-30” is not a day such as 2027-02-05."),
        (",0,春节,", "day", "“” is not a day such as 2027-02-05."),
        ("1999-01-01,0,元旦,", "day", "“1999-01-01” is not a day such as 2027-02-05."),
        ("2027-02-05,maybe,春节,", "worked", "“maybe” is neither 1 for a working day nor 0 for a day off."),
        ("2027-02-05,0,,", "name", "Name the holiday of this day off."),
        (f"2027-02-05,0,{'长' * 65},", "name", "It is longer than 64 characters."),
        (f"2027-02-05,0,春节,{'长' * 65}", "region", "It is longer than 64 characters."),
        ("2027-02-04,0,春节,", "day", "This day stands in the file twice."),
        ("2027-02-05", "worked", "“” is neither 1 for a working day nor 0 for a day off."),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_its_reason(row: str, column: str, reason: str) -> None:
    days, unread = read("day,worked,name,region", "2027-02-04,0,春节,", row)
    assert days == [DayOff(date(2027, 2, 4), False, "春节")]
    assert [(bad.row, bad.column, bad.reason.en) for bad in unread] == [(3, column, reason)]
    assert unread[0].reason.zh != reason


@pytest.mark.parametrize("lines", [[], ["day,name"], ["2027-02-05,0,春节,"]])
def test_a_file_without_the_right_header_is_refused(lines: list[str]) -> None:
    with pytest.raises(RuleBroken, match="its first row must be day,worked,name,region"):
        read(*lines)


@pytest.mark.parametrize(
    "line",
    [
        "2027-02-05 放假 春节 宁夏",
        "2027-02-05, off, 春节, 宁夏",
        "2027年2月5日，放假，春节，宁夏",
        "2027-02-05\t0\t春节\t宁夏",
    ],
)
def test_a_day_may_be_typed_with_blanks_commas_or_tabs(line: str) -> None:
    assert days_off.read(days_off.typed(f"\n{line}\n")) == ([DayOff(date(2027, 2, 5), False, "春节", "宁夏")], [])


def test_an_unread_line_is_told_by_its_number_among_all_lines() -> None:
    _, unread = days_off.read(days_off.typed("2027-02-05 放假 春节\n\nnonsense\n"))
    assert [(row.row, row.column) for row in unread] == [(3, "day")]


@pytest.mark.parametrize("name", ["春节", "春节, 元宵", "", "春节 假期"])
@pytest.mark.parametrize("region", ["", "宁夏"])
def test_days_written_out_are_read_in_again_as_the_same_days(name: str, region: str) -> None:
    days = [DayOff(date(2027, 2, 14), True, name, region)]
    for text in days_off.as_typed(days):
        assert days_off.read(days_off.typed(text)) == (days, [])


def test_a_notice_with_more_days_than_a_notice_has_is_refused() -> None:
    rows = ((nth, ("2027-02-05", "0", "春节")) for nth in range(days_off.MOST_DAYS + 1))
    with pytest.raises(RuleBroken, match="1000 days at most"):
        days_off.read(Sheet(("day", "worked", "name"), rows, None))
