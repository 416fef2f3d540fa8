"""A run of whole months, by which an office looks back: one, a year, or the last twelve."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from requestflow.rules.words import TO, Text, spoken_month

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")


class Months(NamedTuple):
    """The months from `first` to `last`, each meant by its first day."""

    first: date
    last: date

    @property
    def end(self) -> date:
        """The day after the last."""
        return following(self.last)

    def each(self) -> Iterator["Months"]:
        """The months one by one."""
        month = self.first
        while month <= self.last:
            yield Months(month, month)
            month = following(month)

    def __str__(self) -> str:
        """As an address names them: 2026-03, or 2025-12..2026-11."""
        first, last = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return first if first == last else f"{first}..{last}"

    @property
    def label(self) -> Text:
        """As they are read aloud."""
        first, last = spoken_month(self.first), spoken_month(self.last)
        if self.first == self.last:
            return first
        if self == year(self.first.year):
            return Text(f"{self.first.year}年", str(self.first.year))
        return TO.join((first, last))

    @classmethod
    def read(cls, said: str) -> "Months | None":
        """The months that an address names; None if it names none."""
        first, _, last = said.partition("..")
        read = [_month(part) for part in (first, last or first)]
        match read:
            case [date() as start, date() as end] if start <= end:
                return cls(start, end)
        return None


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def year(number: int) -> Months:
    """The twelve months of a year."""
    return Months(date(number, 1, 1), date(number, 12, 1))


def last_twelve(today: date) -> Months:
    """This month and the eleven before it."""
    month = month_of(today)
    return Months(following(month.replace(year=month.year - 1)), month)


def _month(said: str) -> date | None:
    written = _WRITTEN.fullmatch(said)
    if not written:
        return None
    number, month = (int(part) for part in written.groups())
    return date(number, month, 1) if 0 < number < date.max.year and 1 <= month <= 12 else None
