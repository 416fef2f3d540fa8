"""What somebody who is about to ask may expect: by when the answer is due if the office confirms it on a day."""

from datetime import date
from typing import NamedTuple

from requestflow.rules.deadlines import Reckoning, reckon
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import regime_of, term
from requestflow.rules.workdays import Calendar


class Promise(NamedTuple):
    """The day of receipt, the term in working days and the due date, and the last day if more time is taken."""

    received_on: date
    workdays: int
    due_on: date
    latest_on: date
    reckoning: Reckoning


def promise(received_on: date, calendar: Calendar) -> Promise:
    """The dates of a request that counts as received on that day and that nothing holds up (2019 Art. 31, 33)."""
    regime = regime_of(received_on)
    reckoning = reckon([Move(Action.register, received_on)], regime, calendar)
    assert reckoning.due_on is not None  # nothing stops the clock
    workdays, extra = (term(name, regime).workdays for name in ("answer", "extension"))
    return Promise(received_on, workdays, reckoning.due_on, calendar.add(received_on, workdays + extra), reckoning)
