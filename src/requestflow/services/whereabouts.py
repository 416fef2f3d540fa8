"""Where a request stands, in one plain sentence and in the steps of its way, for whoever waits for the answer."""

from datetime import date
from enum import StrEnum

from requestflow.rules.lifecycle import ANSWERED, WORKING, State
from requestflow.rules.standing import Standing
from requestflow.rules.words import Text, figure
from requestflow.store.models import Case


class Place(StrEnum):
    """Where one plain step lies from where the case stands."""

    done = "done"
    here = "here"
    ahead = "ahead"


Steps = list[tuple[Text, Place, Text | date | None]]

_SENT, _CONFIRMED, _WORKED_ON, _ANSWERED = (
    Text("已提交", "Sent to the office"),
    Text("与您确认，正式收到", "Confirmed with you and received"),
    Text("办理", "Being worked on"),
    Text("答复送达", "Answer sent to you"),
)
_RECEIVED = Text("正式收到", "Received")
_AGAIN = Text("复议或者诉讼后重新办理", "Worked on again after a review or a court")
_ANSWERED_AGAIN = Text("新的答复送达", "New answer sent to you")
_NOTES = {
    State.received: Text("等待行政机关与您确认", "The office is about to confirm it with you"),
    State.registered: Text("已登记，即将分派承办", "Registered, about to be given to an officer"),
    State.open: Text("正在检索、审查", "The office is searching and examining"),
    State.waiting_correction: Text("等待您补正", "Waiting for your correction"),
    State.waiting_third_party: Text(
        "正在征求第三方意见，这段时间不计入期限", "Others concerned are being asked; that time is not counted"
    ),
    State.waiting_agency: Text("正在征求其他机关意见", "Another agency is being asked"),
    State.waiting_fee: Text("等待您缴费", "Waiting for your payment"),
    State.decided: Text("答复已作出，正在送达", "The answer is decided and on its way"),
}

_UNCONFIRMED = Text(
    "申请已提交，机关应当在收到申请的当天与您确认。到{until}（含当日）仍没有人联系您的，请致电机关。",
    "Your request is with the office, which has to confirm it with you on the day it arrives. If nobody has "
    "reached you by the end of {until}, call the office.",
)
_UNCONFIRMED_LATE = Text(
    "机关应当在收到申请的当天与您确认，但至今没有登记确认。请致电机关，报出受理编号。",
    "The office had to confirm your request with you on the day it arrived, and has not recorded that it did. Call the "
    "office and give the number of your request.",
)
_CORRECTION = Text(
    "机关请您补正申请，请在{until}（含当日）前回复。",
    "The office asks you to correct your request. Please reply by the end of {until}.",
)
_CORRECTION_LATE = Text(
    "机关请您补正申请，回复的期限已于{until}届满。现在仍可补正，请尽快提交。",
    "The office asked you to correct your request by the end of {until}. You still can: please do it now.",
)
_FEE = Text(
    "机关请您缴纳信息处理费{yuan}元，请在{until}（含当日）前缴纳。",
    "The office asks you to pay a fee of {yuan} yuan by the end of {until}.",
)
_FEE_LATE = Text(
    "信息处理费{yuan}元的缴纳期限已于{until}届满。如果您已经缴费，请致电机关。",
    "The fee of {yuan} yuan was to be paid by the end of {until}. If you have paid, call the office.",
)
_OVERDUE = Text(
    "答复期限已于{due}届满，机关还没有答复您。",
    "The answer was due by the end of {due}, and the office has not sent it.",
)
_UNSENT = Text(
    "答复期限已于{due}届满。答复已经作出，但还没有送出。",
    "The answer was due by the end of {due}. It is decided, but has not been sent.",
)
_STILL = Text(
    "机关正在征求意见，等待的时间不计入答复期限；收到意见后，答复期限继续计算。",
    "The office is asking others for their opinion. The wait is not counted; once the opinion is in, the time to "
    "answer runs on.",
)
_LEADS = {
    State.decided: Text("答复已经作出，正在送达", "The answer is decided and on its way"),
    State.waiting_third_party: Text(
        "机关正在征求有关方面的意见", "The office is asking others whom the information concerns"
    ),
    State.waiting_agency: Text("机关正在征求其他机关的意见", "The office is asking another agency"),
}
_WORKING = Text("机关正在办理", "The office is working on it")
_EXTENDED = Text("机关延长了答复期限，正在办理", "The office took more time, and is working on it")
_WORKING_AGAIN = Text(
    "复议或者诉讼的结果要求机关重新答复，机关正在办理",
    "A review or a court asked for a new answer, and the office is working on it",
)
_DUE = Text("答复最迟{due}（含当日）送出", "The answer is due by the end of {due}")
_DUE_PROVISIONAL = Text(
    "答复最迟{due}（含当日，暂定）送出", "The answer is due by the end of {due}, a day that is provisional"
)
_WITHDRAWN = Text(
    "您已于{day}撤回申请，机关不再办理。", "You withdrew the request on {day}. The office has stopped working on it."
)
_CLOSED = Text("申请已于{day}终止办理：{label}。", "The request was closed on {day}: {label}.")
_ANSWER_SENT = Text("机关已于{day}送出答复：{ending}。", "The office sent its answer on {day}: {ending}.")


def where(case: Case, standing: Standing, left: int | None, today: date) -> Text:
    """The sentence of a case not yet answered; `left` are the working days from today to its due date."""
    late = case.waiting_until is not None and case.waiting_until < today
    about = {"until": case.waiting_until, "due": case.due_on, "yuan": figure(case.fee_yuan)}
    if case.state is State.received:
        return (_UNCONFIRMED_LATE if late else _UNCONFIRMED).fill(**about)
    if case.state is State.waiting_correction:
        return (_CORRECTION_LATE if late else _CORRECTION).fill(**about)
    if case.state is State.waiting_fee:
        return (_FEE_LATE if late else _FEE).fill(**about)
    if case.due_on is None or left is None:
        return _STILL
    if left < 0:
        return (_UNSENT if case.state is State.decided else _OVERDUE).fill(**about)
    return _due(case, standing, left)


def _due(case: Case, standing: Standing, left: int) -> Text:
    lead = _LEADS.get(case.state) or _doing(case, standing)
    due = (_DUE_PROVISIONAL if case.is_provisional else _DUE).fill(due=case.due_on)
    if left == 0:
        return Text(f"{lead.zh}。{due.zh}，今天是最后一天。", f"{lead.en}. {due.en}: today is the last day.")
    days = "1 working day" if left == 1 else f"{left} working days"
    return Text(f"{lead.zh}。{due.zh}，从今天算起还有{left}个工作日。", f"{lead.en}. {due.en}, {days} from today.")


def _doing(case: Case, standing: Standing) -> Text:
    if standing.reopened:
        return _WORKING_AGAIN
    return _EXTENDED if case.extension_workdays else _WORKING


def closed(case: Case, label: Text, *, is_withdrawn: bool) -> Text:
    """The sentence of a case that ended without an answer."""
    return (_WITHDRAWN if is_withdrawn else _CLOSED).fill(day=case.closed_on, label=label)


def answered(sent_on: date, ending: Text) -> Text:
    """The sentence of a case that was answered."""
    return _ANSWER_SENT.fill(day=sent_on, ending=ending)


def steps(case: Case, standing: Standing) -> Steps:
    """The way of a request with "you are here"; one that a review reopened goes on from its first answer."""
    way: list[tuple[Text, date | None]] = [
        (_SENT, standing.taken[0].happened_on),
        (_CONFIRMED if case.confirmed_on or not case.received_on else _RECEIVED, case.received_on),
        (_WORKED_ON, None),
        (_ANSWERED, case.sent_on),
    ]
    if standing.reopened:
        sent_again = standing.sent_again.happened_on if standing.sent_again else None
        way += [(_AGAIN, standing.reopened.happened_on), (_ANSWERED_AGAIN, sent_again)]
    here = _here(case.state, len(way))
    return [_step(case, nth, here, *step) for nth, step in enumerate(way)]


def _here(state: State, steps: int) -> int:
    if state is State.received:
        return 0
    return steps - 1 if state in ANSWERED else steps - 2


def _step(case: Case, nth: int, here: int, name: Text, day: date | None) -> tuple[Text, Place, Text | date | None]:
    if nth < here:
        return name, Place.done, day
    if nth > here:
        return name, Place.ahead, None
    return name, Place.here, _NOTES.get(case.state, day)


def ended_early(case: Case, standing: Standing, label: Text) -> Steps:
    """The way of a request that was withdrawn or lapsed: what it came to, and where it ended."""
    done = [(name, Place.done, day) for name, _place, day in steps(case, standing)[:2] if day]
    return [*done, (label, Place.here, case.closed_on)]


def is_overdue(case: Case, today: date) -> bool:
    """Whether the answer is late, and not for want of something that the applicant has to do."""
    is_with_the_office = case.state in WORKING or case.state is State.decided
    return is_with_the_office and case.due_on is not None and case.due_on < today
