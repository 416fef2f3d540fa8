"""How far away the term of an open case is: overdue, today, within so many working days, or standing still."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from requestflow.rules.words import Word
from requestflow.rules.workdays import Calendar

_A_DAY = timedelta(days=1)


class Horizon(Word):
    """Where the due day of an open case lies; every open case has exactly one."""

    overdue = "overdue", "已逾期", "Overdue"
    today = "today", "今日到期", "Due today"
    in_3 = "in_3", "3个工作日以内", "In 1 to 3 working days"
    in_5 = "in_5", "4至5个工作日", "In 4 to 5 working days"
    in_10 = "in_10", "6至10个工作日", "In 6 to 10 working days"
    in_20 = "in_20", "11至20个工作日", "In 11 to 20 working days"
    later = "later", "20个工作日以后", "In more than 20 working days"
    still = "still", "期限暂停计算", "Clock standing still"
    unconfirmed = "unconfirmed", "待确认", "To confirm"


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


_REACH = {Horizon.in_3: 3, Horizon.in_5: 5, Horizon.in_10: 10, Horizon.in_20: 20}


def spans(today: date, calendar: Calendar) -> Mapping[Horizon, Span]:
    """The days of each horizon that has days, without gap or overlap."""
    found = {Horizon.overdue: Span(date.min, today - _A_DAY), Horizon.today: Span(today, today)}
    before = today
    for horizon, workdays in _REACH.items():
        last = calendar.add(today, workdays)
        found[horizon] = Span(before + _A_DAY, last)
        before = last
    return {**found, Horizon.later: Span(before + _A_DAY, date.max)}
