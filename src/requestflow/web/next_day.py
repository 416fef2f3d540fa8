"""The day by which the next thing has to happen to a case: what it is, whose turn it is, and how long yet."""

from datetime import date
from typing import NamedTuple

from requestflow.rules.deadlines import days_left, is_overdue
from requestflow.rules.lifecycle import ANSWERED, WAITING, State
from requestflow.rules.words import Text
from requestflow.rules.workdays import Calendar
from requestflow.store.models import Case
from requestflow.store.queries.worklist import Row


class NextDay(NamedTuple):
    """The day, what it is called, and the working days left (negative: past; None: no day is set).

    `is_answer` says that it is the term to answer, `is_ours` that the office itself has to act by then, `is_overdue`
    that the term to answer has ended.
    """

    on: date | None
    what: Text
    left: int | None
    is_answer: bool
    is_ours: bool
    is_overdue: bool
    is_provisional: bool


_WHAT = {
    State.received: Text("确认期限", "Confirm by"),
    State.waiting_correction: Text("补正期限", "Correction due by"),
    State.waiting_third_party: Text("第三方反馈期限", "Third party to answer by"),
    State.waiting_agency: Text("其他机关反馈期限", "Other agency to answer by"),
    State.waiting_fee: Text("缴费期限", "Fee to be paid by"),
    State.decided: Text("送达期限", "Send by"),
}
_ANSWER = Text("答复期限", "Answer due by")


def next_day(case: Case | Row, today: date, calendar: Calendar) -> NextDay | None:
    """What is due next on an open case; None once it is answered or closed."""
    if case.state in ANSWERED:
        return None
    has_own_day = case.waiting_until is not None  # the confirmation of a new request, or what a waiting case waits for
    on = case.waiting_until or case.due_on
    is_answer = not has_own_day and case.state is not State.decided
    return NextDay(
        on=on,
        what=_ANSWER if is_answer else _WHAT.get(case.state, _ANSWER),
        left=days_left(on, today, calendar) if on else None,
        is_answer=is_answer,
        is_ours=case.state not in WAITING or not has_own_day,
        is_overdue=is_overdue(case.due_on, today),
        is_provisional=case.is_provisional and not has_own_day,
    )
