"""The days that a term passes over, told in stretches: which holiday, or that somebody was being asked."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from requestflow.rules.deadlines import Reckoning
from requestflow.rules.explanations import why_paused
from requestflow.rules.words import COMMA, TO, Text, spoken
from requestflow.rules.workdays import SATURDAY, SUNDAY

_WEEKEND = (SATURDAY, SUNDAY)
_DAYS = Text("共{n}天", "{n} days")


def skipped_days(reckoning: Reckoning) -> list[tuple[Text, Text]]:
    """Stretches of days that do not count, and why, without saying who was asked; plain weekends in one line."""
    calendar, weekends = reckoning.calendar, 0
    rows = []
    for days in _stretches([day.on for day in reckoning.days() if day.nth is None]):
        reasons = [calendar.why_off(day) or why_paused(()) for day in days]
        whys = [why for why in dict.fromkeys(reasons) if why not in _WEEKEND]
        if whys:
            rows.append(_told(days, whys))
        else:
            weekends += len(days)
    if weekends:
        rows.append((Text("周六、周日", "Saturdays and Sundays"), _DAYS.fill(n=weekends)))
    return rows


def _stretches(days: Iterable[date]) -> list[list[date]]:
    stretches: list[list[date]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] == timedelta(1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return stretches


def _told(days: Sequence[date], whys: Sequence[Text]) -> tuple[Text, Text]:
    why = COMMA.join(whys)
    first, last = spoken(days[0]), spoken(days[-1])
    if len(days) == 1:
        return first, why
    counted = _DAYS.fill(n=len(days))
    return TO.join((first, last)), Text(f"{why.zh}，{counted.zh}", f"{why.en}, {counted.en}")
