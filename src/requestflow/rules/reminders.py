"""When a case is brought to mind, by the working days that are left: which days of which cases a notice applies to."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from requestflow.rules.lifecycle import STEPS, Action, State
from requestflow.rules.notices import Notice
from requestflow.rules.regimes import Regime, term
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.replies import reply_by
from requestflow.rules.workdays import Calendar


class Window(NamedTuple):
    """The days in which a notice applies to the cases whose day `by` lies in [first, last].

    `states` are those in which it does, all if empty. `instead` are the notices, itself among them, after which it says
    nothing new about the same day.
    """

    notice: Notice
    by: Literal["due_on", "waiting_until", "received_on", "filed_on"]
    first: date
    last: date
    states: tuple[State, ...] = ()
    instead: tuple[Notice, ...] = ()


REPLIES = {
    Notice.review_reply: RemedyKind.review,
    Notice.review_late: RemedyKind.review,
    Notice.suit_reply: RemedyKind.suit,
    Notice.suit_late: RemedyKind.suit,
}
"""The notices of a reply that is owed, and to what."""

_UNANSWERED = {
    Notice.correction_unanswered: (State.waiting_correction,),
    Notice.third_party_silent: (State.waiting_third_party, State.waiting_agency),
    Notice.fee_unpaid: (State.waiting_fee,),
}
_TO_CORRECT = term("correction_notice", Regime.y2019).workdays
_MAY_CORRECT = tuple(state for state in State if (state, Action.ask_correction) in STEPS)
_TERM = (Notice.due_in_5, Notice.due_in_3, Notice.due_in_1, Notice.overdue)
_REACHES = {Notice.due_in_5: 5, Notice.due_in_3: 3, Notice.due_in_1: 1}
_CORRECTION_REACHES = 2
_REPLY_REACHES = 3
_A_DAY = timedelta(days=1)
_LONGEST_TERM = 60  # days; no term looked back over here is longer, holidays included


def windows(today: date, calendar: Calendar) -> Iterator[Window]:
    """What applies on `today`, in working days of the calendar.

    A run that comes late so finds what is true now, and not what would have been said on each day that was missed.
    """
    yield from _answers(today, calendar)
    yield from _waits(today)
    yield _correction(today, calendar)
    yield Window(Notice.provisional, "due_on", today, date.max, instead=(Notice.provisional,))
    for soon, late in ((Notice.review_reply, Notice.review_late), (Notice.suit_reply, Notice.suit_late)):
        yield from _replies(soon, late, today, calendar)


def _answers(today: date, calendar: Calendar) -> Iterator[Window]:
    """The term of the answer: every due date falls into one of these at most."""
    yield Window(Notice.overdue, "due_on", date.min, today - _A_DAY, instead=_TERM[-1:])
    first = today
    for notice in (Notice.due_in_1, Notice.due_in_3, Notice.due_in_5):
        beyond = calendar.add(today, _REACHES[notice] + 1)
        yield Window(notice, "due_on", first, beyond - _A_DAY, instead=_TERM[_TERM.index(notice) :])
        first = beyond


def _waits(today: date) -> Iterator[Window]:
    """Where others have let their day pass. Confirming is for the office to do, so its day itself is an alarm."""
    late = Notice.unconfirmed
    yield Window(late, "waiting_until", date.min, today, (State.received,), (late,))
    for notice, states in _UNANSWERED.items():
        yield Window(notice, "waiting_until", date.min, today - _A_DAY, states, (notice,))


def _correction(today: date, calendar: Calendar) -> Window:
    """The requests received so long ago that a correction can be asked for on two working days more, or fewer."""
    first, last = _begun(today, _CORRECTION_REACHES, calendar, lambda day: calendar.add(day, _TO_CORRECT))
    notice = Notice.correction_notice
    return Window(notice, "received_on", first, last, _MAY_CORRECT, (notice,))


def _replies(soon: Notice, late: Notice, today: date, calendar: Calendar) -> Iterator[Window]:
    """The reviews or suits filed so long ago that the reply is due within three working days, and those before."""
    kind = REPLIES[soon]
    first, last = _begun(today, _REPLY_REACHES, calendar, lambda day: reply_by(kind, day, calendar))
    yield Window(soon, "filed_on", first, last, instead=(soon, late))
    yield Window(late, "filed_on", date.min, first - _A_DAY, instead=(late,))


def _begun(today: date, reach: int, calendar: Calendar, ends_on: Callable[[date], date]) -> tuple[date, date]:
    """The first and the last day from which a term ends today or up to `reach` working days later."""
    beyond = calendar.add(today, reach + 1)
    days = [today - nth * _A_DAY for nth in range(_LONGEST_TERM)]
    begun = [day for day in days if today <= ends_on(day) < beyond]
    return begun[-1], begun[0]


def ends_on(notice: Notice, day: date, calendar: Calendar) -> date:
    """The day that a notice about `day` (the `by` of its window) asks something by."""
    if notice is Notice.correction_notice:
        return calendar.add(day, _TO_CORRECT)
    return reply_by(REPLIES[notice], day, calendar) if notice in REPLIES else day
