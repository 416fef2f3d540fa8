"""What is due next on a case: the day, whose turn it is, how long yet, and what is to be done.

A row of the queue and the page of the case ask the same functions, so that they never say two things.
"""

from datetime import date
from typing import NamedTuple

from requestflow.rules.deadlines import days_left, is_overdue
from requestflow.rules.lifecycle import ANSWERED, WAITING, Action, State
from requestflow.rules.roles import Role
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


class ToDo(NamedTuple):
    """What is to be done next on an open case, in words, and the step that does it; None: somebody else's turn.

    `is_proposed` marks a step that the other side's silence allows, which is never taken by a machine.
    """

    what: Text
    step: Action | None
    is_proposed: bool = False


_USUAL = {
    State.received: Action.confirm,
    State.registered: Action.assign,
    State.open: Action.decide,
    State.waiting_correction: Action.correct,
    State.waiting_third_party: Action.record_opinion,
    State.waiting_agency: Action.record_opinion,
    State.waiting_fee: Action.pay_fee,
    State.decided: Action.send,
    State.sent: Action.close,
}
_THEIR_TURN = {
    State.waiting_correction: Text("等待申请人补正", "Wait for the correction"),
    State.waiting_third_party: Text("等待第三方意见", "Wait for the third party"),
    State.waiting_agency: Text("等待其他机关意见", "Wait for the other agency"),
    State.waiting_fee: Text("等待申请人缴费", "Wait for the payment"),
}
_OUR_TURN = {
    Action.confirm: Text("与申请人确认", "Confirm with the applicant"),
    Action.assign: Text("分派或者开始办理", "Assign it, or begin"),
    Action.decide: Text("作出答复", "Decide the answer"),
    Action.send: Text("送达答复", "Send the answer"),
    Action.record_receipt: Text("登记征求意见书送达", "Record when the letter arrived"),
    Action.consent_extension: Text("答复延期报请", "Answer the request for more time"),
    Action.extend: Text("向申请人告知延期", "Tell the applicant of the extension"),
    None: Text("等待负责人答复延期报请", "Wait for the head on more time"),
}
_PROPOSED = {
    State.waiting_correction: ToDo(
        Text("逾期未补正：可以视为放弃", "Not corrected in time: may lapse"), Action.lapse, True
    ),
    State.waiting_third_party: ToDo(
        Text("第三方逾期未答复：登记后继续办理", "Third party silent: record it and go on"), Action.record_opinion, True
    ),
    State.waiting_agency: ToDo(
        Text("对方机关逾期未答复：登记后继续办理", "Other agency silent: record it and go on"),
        Action.record_opinion,
        True,
    ),
    State.waiting_fee: ToDo(Text("逾期未缴费：可以视为放弃", "Not paid in time: may lapse"), Action.lapse, True),
}


def main_step(case: Case | Row, role: Role, today: date) -> Action | None:
    """The step that the page of a case leads to; None where the head's answer is awaited, or nothing is left to do.

    Once the term has ended it cannot be extended any more, whoever asked or consented.
    """
    usual = _USUAL.get(case.state)
    is_in_time = not is_overdue(case.due_on, today)
    if case.extension_asked_on and is_in_time and role is Role.head:
        return Action.consent_extension
    if case.extension_consented_on and is_in_time:
        return Action.extend
    if case.extension_asked_on and is_in_time and usual is Action.decide:
        return None
    return Action.record_receipt if case.letter_sent_on else usual


def to_do(case: Case | Row, role: Role, today: date) -> ToDo | None:
    """What is to be done next by somebody of that role; None once the case is answered or closed."""
    if case.state in ANSWERED:
        return None
    if case.state in WAITING and case.waiting_until and case.waiting_until < today:
        return _PROPOSED[case.state]
    step = main_step(case, role, today)
    return ToDo(_OUR_TURN[step] if step in _OUR_TURN else _THEIR_TURN[case.state], step)
