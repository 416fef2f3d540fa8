"""Reading a notice of days off: the rows of a file, or the lines that somebody types."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import NEWLINE, Text
from requestflow.rules.workdays import FIRST, LAST, DayOff
from requestflow.services._fields import plain, read_day

MOST_DAYS = 1000
"""So many days a notice may have; that of a year has about fifty."""
HEADINGS = {"日期": "day", "上班": "worked", "名称": "name", "地区": "region"}
COLUMNS = ("day", "worked", "name", "region")
_YES = frozenset({"1", "true", "yes", "work", "是", "上班"})
_NO = frozenset({"0", "false", "no", "off", "否", "放假", "休息"})
WORKED = Text("上班", "work")
OFF = Text("放假", "off")
_SIGNS = re.compile(r"\s*[,，;；]\s*")
_LONGEST = 64


class Unread(NamedTuple):
    """A row of a notice file that cannot be read: its number (the header is row 1), its column, and why."""

    row: int
    column: str
    reason: Text


def typed(text: str) -> Sheet:
    """Days typed by hand as a notice, one a line: day, whether it is worked, name, region, set apart by tabs or commas.

    A line without either is set apart by its blanks. Rows are numbered as the lines are.
    """
    lines = ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())
    return Sheet(COLUMNS, ((number, _cells(line)) for number, line in lines), None)


def _cells(line: str) -> tuple[str, ...]:
    if "\t" in line:
        return tuple(line.split("\t"))
    return tuple(_SIGNS.split(line.strip()) if _SIGNS.search(line) else line.split(maxsplit=len(COLUMNS) - 1))


def as_typed(days: Iterable[DayOff]) -> Text:
    """The days as somebody would type them for `typed`, in either language."""
    return NEWLINE.join(map(_as_line, days))


def _as_line(off: DayOff) -> Text:
    between = "\t" if _SIGNS.search(off.name + off.region) else ", "
    word = WORKED if off.worked else OFF
    return Text(*(between.join((str(off.day), said, off.name, off.region)).rstrip(", \t") for said in word))


def read(sheet: Sheet) -> tuple[list[DayOff], list[Unread]]:
    """The days of a notice with the columns `day,worked,name,region` (日期,上班,名称,地区), and the rows that are none.

    Refused (RuleBroken) as a whole where a column is missing, or where there are more days than a notice has.
    """
    titles = [HEADINGS.get(title.strip(), title.strip().lower()) for title in sheet.header]
    missing = [title for title in ("day", "worked", "name") if title not in titles]
    if missing:
        raise RuleBroken(
            f"文件缺少这些列：{'、'.join(missing)}。表头应为 day,worked,name,region。",
            f"The file lacks the columns {', '.join(missing)}: its first row must be day,worked,name,region.",
        )
    days: dict[tuple[date, str], DayOff] = {}
    unread: list[Unread] = []
    rows = list(islice(sheet.rows, MOST_DAYS + 1))
    if len(rows) > MOST_DAYS:
        raise RuleBroken(
            f"节假日安排最多{MOST_DAYS}天，请核对文件。",
            f"A notice has {MOST_DAYS} days at most: check the file.",
        )
    for number, cells in rows:
        row = dict.fromkeys(titles, "") | {
            title: plain(str(cell)) for title, cell in zip(titles, cells, strict=False)
        }  # a short row has empty cells at its end
        try:
            off = _day_off(row)
            if (off.day, off.region) in days:
                raise RuleBroken("同一日期重复出现。", "This day stands in the file twice.", field="day")
            days[off.day, off.region] = off
        except RuleBroken as refused:
            unread.append(Unread(number, refused.field, refused.said))
    return list(days.values()), unread


def _day_off(row: dict[str, str]) -> DayOff:
    day, worked, name, region = _day(row["day"]), _worked(row["worked"]), row["name"], row.get("region", "")
    if not name and not worked:
        raise RuleBroken("请写明放假的节日名称。", "Name the holiday of this day off.", field="name")
    for column, said in (("name", name), ("region", region)):
        if len(said) > _LONGEST:
            raise RuleBroken(f"不能超过{_LONGEST}个字。", f"It is longer than {_LONGEST} characters.", field=column)
    return DayOff(day, worked, name, region)


def _day(said: str) -> date:
    try:
        day = read_day(said)
    except PydanticCustomError:
        day = None
    if not isinstance(day, date) or not FIRST <= day <= LAST:
        raise RuleBroken(
            f"“{said}”不是日期，请写成 2027-02-05 的样式。", f"“{said}” is not a day such as 2027-02-05.", field="day"
        )
    return day


def _worked(said: str) -> bool:
    if said.lower() not in _YES | _NO:
        raise RuleBroken(
            f"“{said}”看不懂：上班写 1，放假写 0。",
            f"“{said}” is neither 1 for a working day nor 0 for a day off.",
            field="worked",
        )
    return said.lower() in _YES
