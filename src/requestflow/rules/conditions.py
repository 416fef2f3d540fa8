"""What each step asks beyond its state: terms that have not ended, consents, reasons, and days in their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from requestflow.rules import fees, outcomes
from requestflow.rules.deadlines import reckon
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, Move, State
from requestflow.rules.regimes import Regime, has_term, regime_of, term
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.standing import Consultation, Standing
from requestflow.rules.words import spoken
from requestflow.rules.workdays import Calendar

WITHDRAWN = "O43"
NOT_CORRECTED = "O41"
NOT_PAID = "O42"
SILENT = "silent"
WITHOUT_ANSWER = (NOT_CORRECTED, NOT_PAID, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a condition may look at: the case before the step, the step, and the law that it falls under."""

    standing: Standing
    move: Move
    calendar: Calendar

    @property
    def regime(self) -> Regime:
        """The regulation that the case falls under."""
        return self.standing.regime or regime_of(self.move.happened_on)

    def due_on(self) -> date | None:
        """The due date as it stood before the step."""
        return reckon(self.standing.taken, self.regime, self.calendar).due_on


def check(standing: Standing, move: Move, calendar: Calendar) -> None:
    """Refuses (RuleBroken) a step whose conditions do not hold; the table of steps is asked elsewhere."""
    condition = _CONDITIONS.get(move.action)
    if condition:
        condition(Ground(standing, move, calendar))


def _ask_correction(ground: Ground) -> None:
    if ground.regime is Regime.y2007:
        raise RuleBroken(
            "适用2007年条例的申请没有补正程序：告知作出更改、补充即为答复（结果代码O24），补正后的申请另行登记。",
            "Under the Regulation of 2007 being told to change or complete the request is the answer (outcome O24); "
            "the corrected request is registered as a new one.",
            article="条例（2007）第21条第4项",
            field="correction_asked_on",
        )
    if ground.standing.asked_correction:
        raise RuleBroken(
            "补正只能告知一次，需要补正的事项应当一次性告知。",
            "A correction may be asked for once only, with all points together.",
            article="条例（2019）第30条",
            field="correction_asked_on",
        )
    until = ground.move.day("until")
    if until and until <= ground.move.happened_on:
        raise RuleBroken(
            "补正期限应当晚于补正告知日。",
            "The day by which to correct must be after the day of the notice.",
            article="条例（2019）第30条",
            field="correction_until",
        )


def _record_receipt(ground: Ground) -> None:
    asked = _consultation(ground)
    if asked.received_on:
        raise RuleBroken(
            "该征求意见书的收到日已经登记。",
            "That the consultation was received is recorded already.",
            field="consultation",
        )
    if asked.answered_on:
        raise RuleBroken(
            "征求意见书的收到日不能晚于反馈意见之日。",
            "The consultation cannot have been received after it was answered.",
            field="on",
        )


def _record_opinion(ground: Ground) -> None:
    asked = _consultation(ground)
    if asked.answered_on:
        raise RuleBroken("该意见已经登记。", "This opinion is recorded already.", field="consultation")
    if ground.move.facts.get("opinion") == SILENT:
        _refuse_impatience(ground, asked)


def _refuse_impatience(ground: Ground, asked: Consultation) -> None:
    """Art. 32, 34: who was asked has 15 working days from the day the letter arrived; before that nobody is silent."""
    has_limit = (asked.is_third_party or asked.is_co_author) and has_term("third_party_opinion", ground.regime)
    if not has_limit:
        return
    limit = term("third_party_opinion", ground.regime)
    until = ground.calendar.add(asked.received_on, limit.workdays) if asked.received_on else None
    if until is None:
        raise RuleBroken(
            f"对方自收到征求意见书之日起有{limit.workdays}个工作日：请先登记送达之日。",
            f"Those asked have {limit.workdays} working days from receipt: record first when the letter was received.",
            article=limit.article,
            field="opinion",
        )
    if ground.move.happened_on <= until:
        day = spoken(until)
        raise RuleBroken(
            f"对方在{day.zh}（含当日）前仍可反馈，期满之后方可登记为未答复。",
            f"Those asked may answer until {day.en}; only after that day are they silent.",
            article=limit.article,
            field="opinion",
        )


def _consultation(ground: Ground) -> Consultation:
    asked = ground.standing.consultation(ground.move.facts["consultation"])
    if asked is None:
        raise RuleBroken(
            "在该日之前没有发出这份征求意见书，请核对日期。",
            "No such consultation had been sent by that day: check the day.",
            field="on",
        )
    return asked


def _limit_of_extension(ground: Ground) -> None:
    limit = term("extension", ground.regime)
    if not 1 <= ground.move.facts["workdays"] <= limit.workdays:
        raise RuleBroken(
            f"延长期限应为1至{limit.workdays}个工作日。",
            f"An extension is of 1 to {limit.workdays} working days.",
            article=limit.article,
            field="extension_workdays",
        )


def _consent_extension(ground: Ground) -> None:
    _limit_of_extension(ground)
    _once(ground)
    _before_the_end(ground)


def _ask_extension(ground: Ground) -> None:
    if ground.standing.asked_extension:
        raise RuleBroken(
            "已经报请延期，请等待负责人答复。",
            "An extension was asked for already: wait for the head's answer.",
            article=term("extension", ground.regime).article,
            field="on",
        )
    _consent_extension(ground)


def _before_the_end(ground: Ground) -> None:
    due = ground.due_on()
    if due and ground.move.happened_on > due:
        day = spoken(due)
        raise RuleBroken(
            f"答复期限已于{day.zh}届满，届满之后不能再延长。",
            f"The term ended on {day.en}; it cannot be extended once it has ended.",
            article=term("extension", ground.regime).article,
            field="extended_on",
        )


def _refuse_extension(ground: Ground) -> None:
    if ground.standing.asked_extension is None:
        raise RuleBroken(
            "没有等待答复的延期报请，请核对日期。",
            "Nobody had asked for an extension that still waits for an answer: check the day.",
            article=term("extension", ground.regime).article,
            field="on",
        )


def _extend(ground: Ground) -> None:
    _limit_of_extension(ground)
    _once(ground)
    article = term("extension", ground.regime).article
    consented = ground.standing.consent
    if consented is None:
        raise RuleBroken(
            "延长答复期限须经政府信息公开工作机构负责人同意，请先取得负责人同意。",
            "An extension needs the consent of the head of the disclosure office first.",
            article=article,
            field="extension_approved_by",
        )
    if ground.move.facts["workdays"] > consented.facts["workdays"]:
        raise RuleBroken(
            f"负责人只同意延长{consented.facts['workdays']}个工作日。",
            f"The head consented to {consented.facts['workdays']} working days only.",
            article=article,
            field="extension_workdays",
        )
    _before_the_end(ground)


def _once(ground: Ground) -> None:
    if ground.standing.is_extended:
        raise RuleBroken(
            "答复期限只能延长一次。",
            "The term may be extended once only.",
            article=term("extension", ground.regime).article,
            field="extended_on",
        )


def _notice_fee(ground: Ground) -> None:
    if ground.regime is Regime.y2007 or ground.move.happened_on < fees.FEES_FROM:
        raise RuleBroken(
            "信息处理费自2021年1月1日起方可收取。",
            "A processing fee may be charged from 1 January 2021 only.",
            article=fees.ARTICLE,
            field="fee_noticed_on",
        )
    if Decimal(ground.move.facts["yuan"]) <= 0:
        raise RuleBroken(
            "收费金额应当大于零。", "The fee must be more than zero.", article=fees.ARTICLE, field="fee_yuan"
        )
    if ground.standing.fee:
        raise RuleBroken(
            "该申请已经发出过收费通知。",
            "A fee notice has already been sent for this request.",
            article=fees.ARTICLE,
            field="fee_noticed_on",
        )
    received = ground.move.day("received_on")
    if received and received < ground.move.happened_on:
        raise RuleBroken(
            "申请人收到收费通知之日不能早于发出之日。",
            "The fee notice cannot have been received before it was sent.",
            field="fee_received_on",
        )


def _decide(ground: Ground) -> None:
    chosen = outcomes.usable(ground.move.facts["outcome"], ground.regime, ground.move.happened_on)
    if chosen.code in WITHOUT_ANSWER:
        raise RuleBroken(
            f"“{chosen.label.zh}”不是答复：请以“视为放弃”或者“申请人撤回”办结。",
            f"“{chosen.label.en}” is not an answer: close the case as lapsed or withdrawn.",
            field="outcome",
        )
    if chosen.needs_reason and not ground.move.facts.get("reason"):
        raise RuleBroken(
            f"以“{chosen.label.zh}”答复的，必须说明理由。",
            f"An answer of “{chosen.label.en}” must give its reason.",
            article=chosen.article(ground.regime),
            field="reason",
        )
    if ground.standing.fee and (way := ground.standing.fee.facts.get("way")):
        fees.allow(fees.FeeWay(way), noticed_on=ground.standing.fee.happened_on, outcome=chosen.code)


def _lapse(ground: Ground) -> None:
    """Art. 30: not corrected in the time given; 国办函〔2020〕109号: not paid in 20 working days."""
    until = reckon(ground.standing.taken, ground.regime, ground.calendar).waiting_until
    if until and ground.move.happened_on <= until:
        day = spoken(until)
        raise RuleBroken(
            f"申请人在{day.zh}前仍可补正或者缴费，期限届满之后方可视为放弃。",
            f"The applicant has until {day.en}; only after that day may the request lapse.",
            article=fees.ARTICLE if ground.standing.state is State.waiting_fee else "条例（2019）第30条",
            field="on",
        )


def _close_remedy(kind: RemedyKind) -> Callable[[Ground], None]:
    def condition(ground: Ground) -> None:
        filed = ground.standing.filing(kind, ground.move.facts["remedy"])
        if filed is None or filed.result:
            raise RuleBroken(
                f"没有尚未审结的{kind.label.zh}，请先登记提起之日。",
                f"There is no pending {kind.label.en.lower()} to conclude: record the day it was filed first.",
                field="on",
            )
        answer_by = ground.move.day("answer_by")
        if answer_by and answer_by <= ground.move.happened_on:
            raise RuleBroken(
                "责令重新答复的期限应当晚于审结之日。",
                "The day by which to answer anew must be after the day of the result.",
                field="answer_by",
            )

    return condition


_CONDITIONS: Mapping[Action, Callable[[Ground], None]] = {
    Action.ask_correction: _ask_correction,
    Action.record_receipt: _record_receipt,
    Action.record_opinion: _record_opinion,
    Action.ask_extension: _ask_extension,
    Action.refuse_extension: _refuse_extension,
    Action.consent_extension: _consent_extension,
    Action.extend: _extend,
    Action.notice_fee: _notice_fee,
    Action.decide: _decide,
    Action.lapse: _lapse,
    Action.close_review: _close_remedy(RemedyKind.review),
    Action.close_suit: _close_remedy(RemedyKind.suit),
    Action.close_complaint: _close_remedy(RemedyKind.complaint),
}
