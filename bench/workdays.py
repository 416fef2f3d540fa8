"""Adding and counting working days beside numpy.busday_offset, chinesecalendar and holidays, in one run.

Run: .venv/bin/python bench/workdays.py
Every library is asked the same questions and must give the same answers. The figures are microseconds a question, the
best of several rounds, and how many times as long as ours the other takes. A whole case is reckoned by our own law with
the other library's calendar, so most of that time is the law and its explanation, which are the same for all.
"""

from collections.abc import Callable
from datetime import date, timedelta
from timeit import repeat
from typing import Protocol

import chinese_calendar
import holidays
import numpy as np

from requestflow.rules.deadlines import reckon
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import Regime
from requestflow.rules.workdays import Calendar, national

FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
TERM = 20
STARTS = [FIRST + timedelta(days=nth) for nth in range(0, (LAST - FIRST).days - 150, 37)]
GOAL = 10


class Other(Protocol):
    """Whatever adds and counts working days."""

    def add(self, day: date, n: int, /) -> date:
        """The n-th working day after `day`."""

    def count(self, after: date, upto: date, /) -> int:
        """The working days in (after, upto]."""


class ByChinesecalendar:
    """chinesecalendar answers one day at a time."""

    def add(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        day = start
        while n:
            day += timedelta(days=1)
            n -= chinese_calendar.is_workday(day)
        return day

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]."""
        return len(chinese_calendar.get_workdays(after + timedelta(days=1), upto)) if upto > after else 0


class ByHolidays:
    """The package holidays knows the notices too, and walks from day to day."""

    def __init__(self) -> None:
        self.days = holidays.country_holidays("CN", years=range(FIRST.year, LAST.year + 2))

    def add(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        return self.days.get_nth_working_day(start, n)

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]."""
        return self.days.get_working_days_count(after + timedelta(days=1), upto) if upto > after else 0


class ByNumpy:
    """numpy is told the days off and the make-up days: a week of seven working days, every day off a holiday."""

    def __init__(self) -> None:
        every = [FIRST + timedelta(days=nth) for nth in range((LAST - FIRST).days + 400)]
        self.days = np.busdaycalendar("1111111", [day for day in every if not national().is_workday(day)])

    def add(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        return np.busday_offset(start, n, roll="backward", busdaycal=self.days).item()

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]."""
        if upto <= after:
            return 0
        return int(np.busday_count(np.datetime64(after) + 1, np.datetime64(upto) + 1, busdaycal=self.days))


class AsCalendar(Calendar):
    """Our calendar with adding and counting done by another library, to reckon whole cases with it."""

    def __init__(self, other: Other) -> None:
        super().__init__()
        self.other = other

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`."""
        return self.other.add(day, n)

    def count(self, after: date, upto: date) -> int:
        """The working days in (after, upto]."""
        return self.other.count(after, upto)


def a_case(start: date) -> list[Move]:
    """A case with a third party asked and an extension."""
    asked, answered = start + timedelta(days=7), start + timedelta(days=21)
    fact = {"consultation": 1, "party": ""}
    return [
        Move(Action.register, start),
        Move(Action.consult_third_party, asked, fact),
        Move(Action.record_receipt, asked + timedelta(days=2), fact),
        Move(Action.record_opinion, answered, fact),
        Move(Action.extend, answered + timedelta(days=3), {"workdays": TERM}),
    ]


def measured(ask: Callable[[], object], questions: int, rounds: int) -> float:
    """Microseconds a question: the best of five runs."""
    return min(repeat(ask, number=rounds, repeat=5)) / rounds / questions * 1e6


def compare(what: str, ours: Callable[[], list[object]], others: dict[str, Callable[[], list[object]]]) -> None:
    """Prints one line a library: microseconds a question, and how many times as long as ours."""
    answers = ours()
    mine = measured(ours, len(answers), 100)
    print(f"{what}, {len(answers)} questions\n  {'RequestFlow':24}{mine:10.3f} µs")
    for name, ask in others.items():
        if ask() != answers:
            raise SystemExit(f"{name} gives other answers than RequestFlow: the comparison would not be fair.")
        theirs = measured(ask, len(answers), 1)
        print(f"  {name:24}{theirs:10.3f} µs{theirs / mine:10.1f} times as long, goal {GOAL}")


def main() -> None:
    """Compares adding, counting and the reckoning of whole cases."""
    calendar = national()
    others: dict[str, Other] = {
        "numpy": ByNumpy(),
        "holidays": ByHolidays(),
        "chinesecalendar": ByChinesecalendar(),
    }
    spans = [(start, calendar.add(start, TERM)) for start in STARTS]
    cases = [a_case(start) for start in STARTS]

    def adds(by: Other) -> Callable[[], list[object]]:
        return lambda: [by.add(start, TERM) for start in STARTS]

    def counts(by: Other) -> Callable[[], list[object]]:
        return lambda: [by.count(*span) for span in spans]

    def reckons(by: Calendar) -> Callable[[], list[object]]:
        return lambda: [reckon(moves, Regime.y2019, by).due_on for moves in cases]

    compare(f"the {TERM}th working day after a day", adds(calendar), {name: adds(by) for name, by in others.items()})
    compare("the working days between two days", counts(calendar), {name: counts(by) for name, by in others.items()})
    compare(
        "the due date of a case with a third party asked and an extension, every step explained",
        reckons(calendar),
        {f"with {name}": reckons(AsCalendar(by)) for name, by in others.items()},
    )
    built = min(repeat(lambda: Calendar("宁夏"), number=1, repeat=10)) * 1e3
    print(f"building a calendar of 96 years: {built:.1f} ms")


if __name__ == "__main__":
    main()
