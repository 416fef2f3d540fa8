"""Adding and counting working days beside numpy.busday_offset, chinesecalendar and holidays, in one run.

Run: .venv/bin/python bench/workdays.py
Every library is given the same days off, asks the same questions, and must give the same answers. The figures are
microseconds a question, best of several rounds; the ratio is how many times longer the other one takes. Goal: 10.
"""

from collections.abc import Callable
from datetime import date, timedelta
from timeit import repeat

import chinese_calendar
import holidays
import numpy as np

from requestflow.rules.workdays import Calendar, national

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
TERM = 20
STARTS = [FIRST + timedelta(days=nth) for nth in range(0, (LAST - FIRST).days - 60, 37)]
GOAL = 10


def add_by_chinesecalendar(start: date, n: int) -> date:
    """The n-th working day after `start`: chinesecalendar answers one day at a time."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day


def count_by_chinesecalendar(after: date, upto: date) -> int:
    """The working days in (after, upto], by the list that chinesecalendar makes."""
    return len(chinese_calendar.get_workdays(after + timedelta(days=1), upto))


class ByNumpy:
    """numpy, told the days off and the make-up days: a week of seven working days with every day off as a holiday."""

    def __init__(self, calendar: Calendar) -> None:
        every = [FIRST + timedelta(days=nth) for nth in range((LAST - FIRST).days + 400)]
        self.calendar = np.busdaycalendar("1111111", [day for day in every if not calendar.is_workday(day)])

    def add(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        return np.busday_offset(start, n, roll="backward", busdaycal=self.calendar).item()

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]."""
        days = np.datetime64(after) + 1, np.datetime64(upto) + 1
        return int(np.busday_count(*days, busdaycal=self.calendar))


def measured(ask: Callable[[], object], questions: int, rounds: int) -> float:
    """Microseconds a question: the best of five runs."""
    return min(repeat(ask, number=rounds, repeat=5)) / rounds / questions * 1e6


def compare(what: str, ours: Callable[[], list[object]], others: dict[str, Callable[[], list[object]]]) -> bool:
    """Prints one line a library and says whether all of them take at least GOAL times as long as ours."""
    answers = ours()
    mine = measured(ours, len(answers), 200)
    print(f"{what}, {len(answers)} questions\n  {'RequestFlow':24}{mine:10.3f} µs")
    is_met = True
    for name, ask in others.items():
        if ask() != answers:
            raise SystemExit(f"{name} gives other answers than RequestFlow: the comparison would not be fair.")
        theirs = measured(ask, len(answers), 1)
        is_met &= theirs / mine >= GOAL
        print(f"  {name:24}{theirs:10.3f} µs{theirs / mine:10.0f} times as long")
    return is_met


def main() -> None:
    """Compares both questions and says whether the goal is met."""
    calendar, by_numpy = national(), ByNumpy(national())
    by_holidays = holidays.country_holidays("CN", years=range(FIRST.year, LAST.year + 2))
    ends = [calendar.add(start, TERM) for start in STARTS]
    adds = compare(
        f"the {TERM}th working day after a day",
        lambda: [calendar.add(start, TERM) for start in STARTS],
        {
            "numpy.busday_offset": lambda: [by_numpy.add(start, TERM) for start in STARTS],
            "holidays": lambda: [by_holidays.get_nth_working_day(start, TERM) for start in STARTS],
            "chinesecalendar": lambda: [add_by_chinesecalendar(start, TERM) for start in STARTS],
        },
    )
    counts = compare(
        "the working days between two days",
        lambda: [calendar.count(start, end) for start, end in zip(STARTS, ends, strict=True)],
        {
            "numpy.busday_count": lambda: [by_numpy.count(*days) for days in zip(STARTS, ends, strict=True)],
            "holidays": lambda: [
                by_holidays.get_working_days_count(after + timedelta(days=1), upto)
                for after, upto in zip(STARTS, ends, strict=True)
            ],
            "chinesecalendar": lambda: [count_by_chinesecalendar(*days) for days in zip(STARTS, ends, strict=True)],
        },
    )
    built = min(repeat(lambda: Calendar("宁夏"), number=1, repeat=10)) * 1e3
    print(f"building a calendar of 96 years: {built:.1f} ms")
    print(f"goal of {GOAL} times: {'met' if adds and counts else 'missed'}")


if __name__ == "__main__":
    main()
