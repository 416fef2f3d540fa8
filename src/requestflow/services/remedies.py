"""Review, suit and complaint: filed, concluded, and, where one corrects the answer, the duty to answer begun anew."""

from sqlmodel import Session, SQLModel

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.standing import replay
from requestflow.services import _step
from requestflow.services._fields import Day, MaybeDay, Words
from requestflow.services.entry import Entry
from requestflow.store.models import Case

_FILE = {
    RemedyKind.review: Action.file_review,
    RemedyKind.suit: Action.file_suit,
    RemedyKind.complaint: Action.file_complaint,
}
_CLOSE = {
    RemedyKind.review: Action.close_review,
    RemedyKind.suit: Action.close_suit,
    RemedyKind.complaint: Action.close_complaint,
}


class Filed(SQLModel):
    """Which remedy was filed and when; a suit says whether a review came before it."""

    kind: RemedyKind
    on: Day
    route: SuitRoute = SuitRoute.direct
    note: Words = ""


class Concluded(SQLModel):
    """How the nth remedy of a kind ended. `answer_by` is the day that a correcting decision sets for the new answer."""

    kind: RemedyKind
    remedy: int
    on: Day
    result: RemedyResult = RemedyResult.other
    answer_by: MaybeDay = None
    note: Words = ""


def file(session: Session, case: Case, form: Filed, entry: Entry) -> int:
    """Records that a remedy was filed; returns which one of its kind it is on this case, from 1."""
    action = _FILE[form.kind]
    moves = _step.moves_of(session, case)
    nth = 1 + sum(move.action is action for move in moves)
    is_pending = any(filed.kind is form.kind and filed.result is None for filed in replay(moves).filings)
    if form.kind is RemedyKind.review and is_pending:
        raise RuleBroken(
            "已有尚未审结的行政复议，请先登记复议结果。",
            "A review is pending already: record its result first.",
            field="on",
        )
    route = form.route.value if form.kind is RemedyKind.suit else None
    facts = {"remedy": nth, "route": route, "note": form.note}
    _step.take(session, case, action, on=form.on, entry=entry, facts=facts)
    return nth


def conclude(session: Session, case: Case, form: Concluded, entry: Entry) -> None:
    """Records how a remedy ended; `corrected` reopens an answered case."""
    facts = {"remedy": form.remedy, "result": form.result.value, "answer_by": form.answer_by, "note": form.note}
    _step.take(session, case, _CLOSE[form.kind], on=form.on, entry=entry, facts=facts)
