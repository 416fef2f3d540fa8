"""Which day is a working day (工作日), and how terms in working days, days and months are counted.

A calendar is two arrays: for every day the number of working days up to it, and the working days in order. Adding and
counting are look-ups in them. Sources: the yearly notices of the State Council (tables/workdays.csv), the statutory
holidays of years without a notice (tables/statutory.csv), the days off of a region (tables/regions.csv).
"""

from array import array
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple

from requestflow.rules.errors import RuleBroken
from requestflow.rules.tables import rows
from requestflow.rules.words import Text

FIRST = date(2004, 1, 1)
LAST = date(2099, 12, 31)

_ZERO = FIRST.toordinal()
_DAYS = tuple(map(date.fromordinal, range(_ZERO, LAST.toordinal() + 1)))
_WEEK = bytes(int((FIRST.weekday() + nth) % 7 < 5) for nth in range(7))
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
SATURDAY = Text("周末（星期六）", "weekend (Saturday)")
SUNDAY = Text("周末（星期日）", "weekend (Sunday)")


@dataclass(frozen=True, slots=True)
class DayOff:
    """One day of a notice: a day off, or (`worked`) a make-up working day; `region` is empty for the whole country."""

    day: date
    worked: bool
    name: str
    region: str = ""


class BuiltIn(NamedTuple):
    """A day that the program knows by itself, and the notice that it comes from (empty where it is a region's own)."""

    off: DayOff
    source: str


_NOVEMBER = 11  # the State Council gives notice of the coming year in October, November or December
_NOTICES = rows("workdays")
_STATUTORY = rows("statutory")
_REGIONS = rows("regions")
_ENGLISH = {row["name"]: row["name_en"] for row in (*_NOTICES, *_STATUTORY, *_REGIONS)}
_NOTICED_YEARS = frozenset(int(row["day"][:4]) for row in _NOTICES)


def _read(table: Iterable[dict[str, str]]) -> Iterator[DayOff]:
    for row in table:
        yield DayOff(date.fromisoformat(row["day"]), row.get("worked") == "1", row["name"], row.get("region", ""))


def _fixed() -> Iterator[DayOff]:
    beyond = max(int(row["day"][:4]) for row in _STATUTORY) + 1
    for year in range(beyond, LAST.year + 1):
        for (month, day), name in _FIXED.items():
            yield DayOff(date(year, month, day), False, name)


_NATIONAL = (*_fixed(), *_read(_STATUTORY), *_read(_NOTICES))
_REGIONAL = tuple(_read(_REGIONS))


def _refused(day: date) -> RuleBroken:
    if day < FIRST:
        return RuleBroken(
            *Text("工作日历自{first}起，不能推算更早的日期。", "The calendar starts on {first}.").fill(first=FIRST)
        )
    return RuleBroken(*Text("工作日历至{last}止，不能推算更晚的日期。", "The calendar ends on {last}.").fill(last=LAST))


class Calendar:
    """The working days of one region from 2004 to 2099; immutable.

    A year whose notice is not known has only the statutory holidays, and its days are provisional (暂定). Every
    question about a day before 2004 or after 2099 is refused with RuleBroken.
    """

    __slots__ = ("_announced", "_days", "_names", "_rank", "loaded", "region")

    def __init__(self, region: str = "", loaded: tuple[DayOff, ...] = ()) -> None:
        self.region = region
        self.loaded = loaded
        flags = bytearray((_WEEK * (len(_DAYS) // 7 + 1))[: len(_DAYS)])
        names: dict[int, str] = {}
        national = [day for day in loaded if not day.region]
        local = [day for day in (*_REGIONAL, *loaded) if day.region and belongs(region, day.region)]
        for off in (*_NATIONAL, *national, *local):
            index = off.day.toordinal() - _ZERO
            if not 0 <= index < len(_DAYS):
                raise _refused(off.day)
            flags[index] = off.worked
            names[index] = off.name
        self._names = names
        self._rank = array("l", accumulate(flags))
        self._days = tuple(compress(_DAYS, flags))
        # A notice reaches back into the last days of December, so these do not tell that their own year has one.
        self._announced = _NOTICED_YEARS | {off.day.year for off in national if off.day.month < 12}

    def _index(self, day: date) -> int:
        index = day.toordinal() - _ZERO
        if 0 <= index < len(_DAYS):
            return index
        raise _refused(day)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day."""
        index = self._index(day)
        return self._rank[index] > (self._rank[index - 1] if index else 0)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`: the first day is not counted. n = 0 is the day itself, worked or not."""
        index = day.toordinal() - _ZERO
        if index < 0 or n < 1:
            return self._stay(day, n)
        try:
            return self._days[self._rank[index] + n - 1]
        except IndexError:
            raise _refused(LAST + timedelta(1)) from None

    def _stay(self, day: date, n: int) -> date:
        self._index(day)
        if n < 0:
            raise RuleBroken(
                f"工作日数不能为负数（{n}）。", f"A number of working days cannot be negative ({n}).", field="workdays"
            )
        return day

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]; 0 if `upto` is not after `after`."""
        first, last = after.toordinal() - _ZERO, upto.toordinal() - _ZERO
        if first < 0 or last < 0:
            raise _refused(min(after, upto))
        try:
            return self._rank[last] - self._rank[first] if last > first else 0
        except IndexError:
            raise _refused(max(after, upto)) from None

    def roll(self, day: date) -> date:
        """The first working day on or after `day` (民法典 Art. 203)."""
        return day if self.is_workday(day) else self.add(day, 1)

    def after_days(self, day: date, n: int) -> date:
        """The end of a term of n calendar days: the first day is not counted, a day off rolls on (民法典 201, 203)."""
        end = self._index(day) + n
        if not 0 <= end < len(_DAYS):
            raise _refused(FIRST - timedelta(1) if end < 0 else LAST + timedelta(1))
        return self.roll(_DAYS[end])

    def after_months(self, day: date, n: int) -> date:
        """The end of a term of n months: the same day number or the month's last day, rolled on (民法典 202, 203)."""
        months = day.year * 12 + day.month - 1 + n
        year, month = divmod(months, 12)
        if not FIRST.year <= year <= LAST.year:
            raise _refused(FIRST - timedelta(1) if year < FIRST.year else LAST + timedelta(1))
        return self.roll(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))

    def why_off(self, day: date) -> Text | None:
        """Why the day is not a working day: the holiday or the weekend; None on a working day."""
        if self.is_workday(day):
            return None
        name = self._names.get(self._index(day))
        if name:
            return Text(name, _ENGLISH.get(name, name))
        return SATURDAY if day.weekday() == 5 else SUNDAY

    def first_difference(self, other: "Calendar") -> date | None:
        """The first day that is a working day in one of the two and a day off in the other; None if there is none."""
        both = zip(_DAYS, self._rank, other._rank, strict=True)
        return next((day for day, here, there in both if here != there), None)

    def is_provisional(self, day: date) -> bool:
        """Whether the notice for the year of that day is still unknown (暂定)."""
        return day.year not in self._announced

    def missing_year(self, today: date) -> int | None:
        """The first year whose notice should be here by now and is not: this one or, from November on, the next."""
        last = today.year + (today.month >= _NOVEMBER)
        return next((year for year in range(today.year, last + 1) if self.is_provisional(date(year, 1, 1))), None)

    def with_days(self, days: Iterable[DayOff]) -> "Calendar":
        """This calendar with the days of a notice on top; a later day replaces an earlier one of the same date."""
        return calendar_for(self.region, (*self.loaded, *days))


def left_out(days: Iterable[DayOff]) -> dict[int, list[Text]]:
    """The statutory holidays that none of the days of a nation-wide notice is named after, by year.

    A notice arranges all holidays of its year (全国年节及纪念日放假办法 Art. 2), and without one of them every due date
    after it is too early. Of a year whose notice the program brings with it, nothing is missing.
    """
    said: dict[int, str] = {}
    for off in days:
        if not off.region and off.day.month < 12:
            said[off.day.year] = f"{said.get(off.day.year, '')} {off.name.casefold()}"
    found = {year: [each for each in _festivals(year) if not _is_named(each, names)] for year, names in said.items()}
    return {year: missing for year, missing in found.items() if missing}


def _festivals(year: int) -> list[Text]:
    """The statutory holidays of a year to come, each once; of two on one day the greater."""
    return list(dict.fromkeys(Text(row["name"], row["name_en"]) for row in _STATUTORY if row["day"][:4] == str(year)))


def _is_named(festival: Text, names: str) -> bool:
    return festival.zh[:2] in names or festival.en.casefold() in names  # 清明 is as good as 清明节


def belongs(region: str, wider: str) -> bool:
    """Whether a place lies in the region that a day off was given to: 宁夏吴忠 and Ningxia both lie in 宁夏."""
    place = region.strip().casefold()
    return any(place.startswith(name) for name in _known_as(wider.strip().casefold()))


def _known_as(region: str) -> set[str]:
    names = {region}
    for row in _REGIONS:
        both = {row["region"].casefold(), row["region_en"].casefold()}
        if region.startswith(tuple(both)):
            names |= both
    return names


_built = lru_cache(maxsize=64)(Calendar)


def calendar_for(region: str = "", loaded: tuple[DayOff, ...] = ()) -> Calendar:
    """The calendar of a region (empty, or one without days off of its own: the national one) with loaded notices."""
    return _built(region.strip(), loaded)


def national() -> Calendar:
    """The calendar of the whole country as built in."""
    return calendar_for()


def built_in() -> tuple[BuiltIn, ...]:
    """The days of all notices known to the program and of the regions that have days of their own, by day."""
    noticed = (BuiltIn(off, row["source"]) for off, row in zip(_read(_NOTICES), _NOTICES, strict=True))
    return tuple(sorted((*noticed, *(BuiltIn(off, "") for off in _REGIONAL)), key=lambda known: known.off.day))


def regions() -> tuple[Text, ...]:
    """The regions that the program knows days off of."""
    return tuple(dict.fromkeys(Text(row["region"], row["region_en"]) for row in _REGIONS))
