"""When a case is brought to mind: before its term ends, once it has, and while it is unconfirmed (2019 Art. 31, 33)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from requestflow.rules.lifecycle import OPEN, State
from requestflow.rules.words import Word
from requestflow.rules.workdays import Calendar


class Stage(Word):
    """What a reminder is about; those of one due date stand in the order in which time passes them."""

    due_in_5 = "due_in_5", "5个工作日内到期", "Due in 5 working days"
    due_in_3 = "due_in_3", "3个工作日内到期", "Due in 3 working days"
    due_in_1 = "due_in_1", "1个工作日内到期", "Due in 1 working day"
    overdue = "overdue", "已逾期", "Overdue"
    unconfirmed = "unconfirmed", "尚未与申请人确认", "Not yet confirmed with the applicant"


class Window(NamedTuple):
    """The days in which a stage applies to cases in `states` whose day `by` lies in [first, last].

    `instead` are the stages, itself among them, after which it says nothing new about the same day.
    """

    stage: Stage
    states: tuple[State, ...]
    by: Literal["due_on", "waiting_until"]
    first: date
    last: date
    instead: tuple[Stage, ...]


ALARMS = frozenset({Stage.overdue, Stage.unconfirmed})  # the head is told too
_CONFIRMED = tuple(state for state in OPEN if state is not State.received)
_TERM = (Stage.due_in_5, Stage.due_in_3, Stage.due_in_1, Stage.overdue)
_REACHES = {Stage.due_in_5: 5, Stage.due_in_3: 3, Stage.due_in_1: 1}
_A_DAY = timedelta(days=1)


def windows(today: date, calendar: Calendar) -> Iterator[Window]:
    """What applies on `today`, in working days of the calendar: every case falls into one window at most.

    A run that comes late so finds the nearest stage that is true now, and not those that were missed before it. The
    request that should have been confirmed by a day is an alarm on that day: the law wants it the day it arrives.
    """
    yield Window(Stage.overdue, _CONFIRMED, "due_on", date.min, today - _A_DAY, _TERM[-1:])
    first = today
    for stage in (Stage.due_in_1, Stage.due_in_3, Stage.due_in_5):
        beyond = calendar.add(today, _REACHES[stage] + 1)
        yield Window(stage, _CONFIRMED, "due_on", first, beyond - _A_DAY, _TERM[_TERM.index(stage) :])
        first = beyond
    yield Window(Stage.unconfirmed, (State.received,), "waiting_until", date.min, today, (Stage.unconfirmed,))
