"""The life of a case: its states, and the one table of the steps between them.

The buttons of a page, the check before a step and the diagram in the docs all come from `STEPS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requestflow.rules.roles import Role
from requestflow.rules.words import Word


class State(Word):
    """Where a case stands."""

    received = "received", "待确认", "Received, not yet confirmed"
    registered = "registered", "已登记", "Registered"
    open = "open", "办理中", "Being worked on"
    waiting_correction = "waiting_correction", "待补正", "Waiting for a correction"
    waiting_third_party = "waiting_third_party", "征求第三方意见", "Waiting for a third party"
    waiting_agency = "waiting_agency", "征求其他机关意见", "Waiting for another agency"
    waiting_fee = "waiting_fee", "待缴费", "Waiting for the fee"
    decided = "decided", "已作出答复，待送达", "Decided, not yet sent"
    sent = "sent", "已送达", "Sent"
    closed = "closed", "已办结归档", "Closed"


class Action(Word):
    """What a person does to a case. The order is the natural order of the steps of one day.

    What the applicant does comes before what is done while the case is worked on, and that before what makes it wait
    for the applicant.
    """

    arrive = "arrive", "收到待确认", "Arrived, to be confirmed"
    register = "register", "登记", "Register"
    confirm = "confirm", "与申请人确认", "Confirm with the applicant"
    assign = "assign", "分派", "Assign"
    transfer = "transfer", "转办", "Transfer"
    correct = "correct", "收到补正", "Correction received"
    pay_fee = "pay_fee", "登记缴费", "Record the payment"
    consult_third_party = "consult_third_party", "征求第三方意见", "Ask a third party"
    consult_agency = "consult_agency", "征求其他机关意见", "Ask another agency"
    record_receipt = "record_receipt", "登记征求意见书送达", "Record that it was received"
    record_opinion = "record_opinion", "登记反馈意见", "Record the opinion"
    ask_extension = "ask_extension", "报请延期", "Ask the head for an extension"
    refuse_extension = "refuse_extension", "不同意延期", "Refuse the extension"
    consent_extension = "consent_extension", "同意延期", "Consent to the extension"
    extend = "extend", "延期告知", "Tell the applicant of the extension"
    ask_correction = "ask_correction", "告知补正", "Ask for a correction"
    notice_fee = "notice_fee", "收费通知", "Send a fee notice"
    decide = "decide", "作出答复", "Decide"
    send = "send", "送达", "Send"
    withdraw = "withdraw", "申请人撤回", "Withdraw"
    lapse = "lapse", "视为放弃", "Lapse"
    close = "close", "结案归档", "Close the file"
    file_review = "file_review", "登记行政复议", "Review filed"
    close_review = "close_review", "登记复议结果", "Review concluded"
    file_suit = "file_suit", "登记行政诉讼", "Suit filed"
    close_suit = "close_suit", "登记诉讼结果", "Suit concluded"
    file_complaint = "file_complaint", "登记举报投诉", "Complaint filed"
    close_complaint = "close_complaint", "登记投诉处理结果", "Complaint concluded"
    set_regime = "set_regime", "确定适用的条例版本", "Settle which text of the Regulation applies"
    recalendar = "recalendar", "节假日安排更新，期限重新计算", "Term reckoned anew after a notice of days off"
    amend = "amend", "更正登记", "Amend the registration"
    strike = "strike", "撤销误录", "Strike out a mistake"
    note = "note", "备注", "Note"


ASKING = (State.waiting_third_party, State.waiting_agency)
WORKING = (State.registered, State.open, *ASKING)
WAITING = (State.waiting_correction, *ASKING, State.waiting_fee)
OPEN = (State.received, *WORKING, State.waiting_correction, State.waiting_fee, State.decided)
ANSWERED = (State.sent, State.closed)

REMEDIES = (
    Action.file_review,
    Action.close_review,
    Action.file_suit,
    Action.close_suit,
    Action.file_complaint,
    Action.close_complaint,
)


def _steps() -> dict[tuple[State | None, Action], State]:
    steps: dict[tuple[State | None, Action], State] = {
        (None, Action.arrive): State.received,
        (None, Action.register): State.registered,
        (State.received, Action.confirm): State.registered,
        (State.waiting_correction, Action.correct): State.open,
        (State.waiting_fee, Action.pay_fee): State.open,
        (State.waiting_correction, Action.lapse): State.closed,
        (State.waiting_fee, Action.lapse): State.closed,
        (State.decided, Action.send): State.sent,
        (State.sent, Action.close): State.closed,
    }
    for state in WORKING:
        steps[state, Action.ask_correction] = State.waiting_correction
        steps[state, Action.consult_third_party] = State.waiting_third_party
        steps[state, Action.consult_agency] = State.waiting_agency
        steps[state, Action.notice_fee] = State.waiting_fee
        steps[state, Action.decide] = State.decided
        steps[state, Action.lapse] = State.closed  # an old register may not say what was asked for, and when
        steps[state, Action.extend] = state
        steps[state, Action.ask_extension] = state
        steps[state, Action.refuse_extension] = state
        steps[state, Action.consent_extension] = state
    for state in ASKING:
        steps[state, Action.record_receipt] = state
        steps[state, Action.record_opinion] = State.open  # the fold keeps it waiting while another is being asked
    for state in OPEN:
        steps[state, Action.withdraw] = State.closed
        steps[state, Action.transfer] = state
        steps[state, Action.assign] = State.open if state is State.registered else state
    for state in State:
        steps[state, Action.note] = state
        steps[state, Action.amend] = state
        steps[state, Action.strike] = state
        steps[state, Action.recalendar] = state  # paper of an earlier day may yet be typed and close the case before it
        if state is not State.received:
            steps[state, Action.set_regime] = state
            steps.update({(state, action): state for action in REMEDIES})
    # An opinion may come in while the applicant is awaited, and even after the answer.
    for state in (State.waiting_correction, State.waiting_fee, State.decided, *ANSWERED):
        steps[state, Action.record_receipt] = state
        steps[state, Action.record_opinion] = state
    return steps


STEPS: Mapping[tuple[State | None, Action], State] = _steps()

_OFFICE = frozenset({Role.clerk, Role.handler, Role.head, Role.admin})
_OF_THE_HEAD = (Action.refuse_extension, Action.consent_extension)
TAKERS: Mapping[Action, frozenset[Role]] = {
    action: frozenset({Role.head}) if action in _OF_THE_HEAD else _OFFICE for action in Action
}


@dataclass(frozen=True, slots=True)
class Move:
    """One step of one case: what was done, on which legal day, and the facts that came with it.

    `facts` holds plain JSON values (days as ISO text); `seq` tells apart equal steps of one day.
    """

    action: Action
    happened_on: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0

    def day(self, fact: str) -> date | None:
        """The fact as a legal day, None if it was not given."""
        said = self.facts.get(fact)
        return date.fromisoformat(said) if said else None
