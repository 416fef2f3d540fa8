"""The events of a case in words: what happened, the facts that came with it, and who typed it in."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from requestflow.clock import LEGAL_ZONE
from requestflow.rules.channels import Delivery
from requestflow.rules.fees import FeeWay
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.regimes import Regime
from requestflow.rules.remedies import RemedyResult, SuitRoute
from requestflow.rules.standing import Standing
from requestflow.rules.words import Text, Word, figure, spoken
from requestflow.services.casework import Opinion
from requestflow.store.queries.cases import Told
from requestflow.web.amendment import WORDS, name_of

_Say = Callable[[Any], Text]
_ASKING = (Action.consult_third_party, Action.consult_agency)


class Line(NamedTuple):
    """One line of the timeline: its day, what was done, the facts (label, words), who typed it, and when."""

    on: date
    what: Text
    facts: list[tuple[Text, Text]]
    by: Text
    typed_at: datetime
    is_late: bool
    is_struck: bool


def timeline(story: list[Told], standing: Standing) -> list[Line]:
    """All events of a case by the day they happened; `is_late` marks those that were typed in on a later day.

    A step that was struck out as a mistake stands at the end of its day, one whose day was amended on the new day.
    """
    rank = {move.seq: nth for nth, move in enumerate(standing.taken)}
    lines = [(rank.get(told.event.seq, len(rank)), _line(told, standing)) for told in story]
    return [line for _, line in sorted(lines, key=lambda placed: (placed[1].on, placed[0]))]


def typed_last(story: list[Told], standing: Standing) -> Line:
    """The event that was typed in last, whatever its day."""
    return _line(story[-1], standing)


def _line(told: Told, standing: Standing) -> Line:
    event = told.event
    by = Text(told.by, told.by) if told.by else event.hand.label if event.hand else Text("", "")
    typed_on = event.recorded_at.astimezone(LEGAL_ZONE).date()
    facts = list(_facts(event.move(), standing))
    move = next((taken for taken in standing.taken if taken.seq == event.seq), None)
    on = move.happened_on if move and move.action is not Action.amend else event.happened_on
    if on != event.happened_on:
        facts.insert(0, (Text("更正前的日期", "Day before it was amended"), spoken(event.happened_on)))
    return Line(
        on=on,
        what=event.action.label,
        facts=facts,
        by=by,
        typed_at=event.recorded_at,
        is_late=typed_on != on,
        is_struck=move is None,
    )


def _facts(move: Move, standing: Standing) -> list[tuple[Text, Text]]:
    said = [(label, say(move.facts[key])) for key, (label, say) in FACTS.items() if key in move.facts]
    is_answer = move.action in (Action.record_receipt, Action.record_opinion)
    if is_answer and (party := _asked(move.facts["consultation"], standing)):
        said.insert(0, (FACTS["party"][0], spoken(party)))
    if move.action is Action.assign and "handler" not in move.facts:
        said.insert(0, (FACTS["handler"][0], Text("暂无（待重新分派）", "nobody for now")))
    if move.action is Action.amend:
        said = [*_amended(move.facts), *said]
    return said


def _asked(nth: int, standing: Standing) -> str:
    """Who was asked; read from the steps, as a review that corrects has the case itself forget whom it waited for."""
    sent = (move.facts for move in standing.taken if move.action in _ASKING)
    return next((facts.get("party", "") for facts in sent if facts["consultation"] == nth), "")


def _amended(facts: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """Each field that was amended, with what stood before and what stands now."""
    change = Text("“{before}”更正为“{after}”", "“{before}” became “{after}”")
    return [
        (name_of(field), change.fill(before=_read(field, facts["before"][field]), after=_read(field, after)))
        for field, after in facts["after"].items()
    ]


def _read(field: str, value: Any) -> Text:
    if value in (None, ""):
        return Text("（空）", "(empty)")
    if field in WORDS:
        return WORDS[field](value).label
    return _day(value) if field.endswith("_on") else spoken(value)


def _day(said: str) -> Text:
    return spoken(date.fromisoformat(said))


def _word(kind: type[Word]) -> _Say:
    return lambda said: kind(said).label


def _outcome(code: str) -> Text:
    return OUTCOMES[code].label


def _workdays(said: int) -> Text:
    return Text(f"{said}个工作日", f"{said} working days")


def _figure(said: str) -> Text:
    return spoken(figure(Decimal(said)))


def _yes(_said: bool) -> Text:
    return Text("是", "yes")


def _reissued(_said: str) -> Text:
    return Text("已重新发放，原查询码失效", "issued anew; the earlier one has ended")


SILENT = frozenset(
    {"seq", "consultation", "remedy", "handler_id", "to", "from"}
    | {"before", "after", "arrived_on", "counted_on", "counted_by"}
)
"""Facts that only machines read: each stands beside one that is said in words."""

FACTS: Mapping[str, tuple[Text, _Say]] = {
    "action": (Text("撤销的步骤", "Struck out"), _word(Action)),
    "outcome": (Text("结果", "Outcome"), _outcome),
    "handler": (Text("承办人", "Handler"), spoken),
    "from_name": (Text("转出机关", "From"), spoken),
    "to_name": (Text("转往机关", "To"), spoken),
    "points": (Text("需要补正的事项", "To be corrected"), spoken),
    "until": (Text("补正期限", "By"), _day),
    "party": (Text("被征求意见方", "Who was asked"), spoken),
    "is_co_author": (Text("共同制作机关", "Made the information too"), _yes),
    "question": (Text("征求意见的事项", "What was asked"), spoken),
    "opinion": (Text("意见", "Opinion"), _word(Opinion)),
    "text": (Text("内容", "Text"), spoken),
    "workdays": (Text("延长", "Extension"), _workdays),
    "approved_by": (Text("同意人", "Consented by"), spoken),
    "way": (Text("计收方式", "Charged"), _word(FeeWay)),
    "quantity": (Text("数量", "Quantity"), _figure),
    "yuan": (Text("金额（元）", "Yuan"), _figure),
    "received_on": (Text("对方收到之日", "Received on"), _day),
    "delivery": (Text("送达方式", "Sent"), _word(Delivery)),
    "tracking_number": (Text("邮件号", "Tracking number"), spoken),
    "regime": (Text("适用的条例", "Regulation"), _word(Regime)),
    "route": (Text("起诉方式", "Route"), _word(SuitRoute)),
    "result": (Text("结果", "Result"), _word(RemedyResult)),
    "answer_by": (Text("责令重新答复的期限", "New answer by"), _day),
    "reason": (Text("理由", "Reason"), spoken),
    "record": (Text("记录", "On record"), spoken),
    "code": (Text("查询码", "Access code"), _reissued),
    "note": (Text("备注", "Remark"), spoken),
    "told_on": (Text("告知之日", "Applicant told on"), _day),
    "source": (Text("依据", "Notice"), spoken),
    "due_before": (Text("原期限", "Due before"), _day),
    "due_after": (Text("新期限", "Due now"), _day),
}
