"""Carrying a case from its registration to its answer: one verb for each thing that an officer or an applicant does."""

from sqlmodel import Field, Session, SQLModel, select

from requestflow.rules import outcomes
from requestflow.rules.channels import Delivery
from requestflow.rules.conditions import NOT_CORRECTED, NOT_PAID, SILENT, WITHDRAWN
from requestflow.rules.errors import RuleBroken
from requestflow.rules.fees import ARTICLE as FEE_ARTICLE
from requestflow.rules.fees import FeeWay, by_pages, item_fee
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.regimes import Regime, regime_of
from requestflow.rules.standing import in_force
from requestflow.rules.words import Word
from requestflow.services import _step, agencies, people
from requestflow.services._fields import Day, Given, GivenWords, MaybeDay, Money, Short, Whole, Words
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Person

STILL_UNCLEAR = "O24"
LAPSING = (State.waiting_correction, State.waiting_fee)


class Opinion(Word):
    """What somebody who was asked said; a third party that is silent has not consented (Art. 32)."""

    consents = "consents", "同意公开", "Consents"
    objects = "objects", "不同意公开", "Objects"
    silent = SILENT, "逾期未答复", "Did not answer in time"


class Dated(SQLModel):
    """A step that needs nothing but its day, and perhaps a remark."""

    on: Day
    note: Words = ""


class Assignment(SQLModel):
    """Who works on the case from now on; `handler` is a login name."""

    on: Day
    handler: Given


class Transfer(SQLModel):
    """To which agency of the same tree the case goes, and why; it keeps its number."""

    on: Day
    to: Given
    reason: GivenWords


class CorrectionNotice(SQLModel):
    """All points to be corrected, together, and until when (Art. 30)."""

    on: Day
    until: Day
    points: GivenWords


class Correction(SQLModel):
    """What the applicant corrected; the text is added to the request."""

    on: Day
    text: GivenWords


class Consultation(SQLModel):
    """Whom the office asks, and from when: a third party (Art. 32), another agency, or a co-author (Art. 34)."""

    on: Day
    party: Given
    question: Words = ""
    is_co_author: bool = False


class ConsultationReceived(SQLModel):
    """The day on which the party asked received the letter: its 15 working days run from then."""

    on: Day
    consultation: int


class OpinionReceived(SQLModel):
    """What came back from whom was asked."""

    on: Day
    consultation: int
    opinion: Opinion
    text: Words = ""


class Extension(SQLModel):
    """By how many working days, and why."""

    on: Day
    workdays: Whole
    reason: Words = ""


class ExtensionRefused(SQLModel):
    """Why the head does not consent to more time."""

    on: Day
    reason: GivenWords


class FeeNotice(SQLModel):
    """What a request of excessive number or frequency costs, by item or by page (国办函〔2020〕109号)."""

    on: Day
    way: FeeWay
    quantity: Whole = Field(ge=1)
    yuan: Money
    received_on: MaybeDay = None


class Decision(SQLModel):
    """How the request ends: an outcome of the outcome table, its reason, and what must be on record."""

    on: Day
    outcome: Given
    reason: Words = ""
    record: Words = ""


class Sending(SQLModel):
    """How and when the answer went out: the day that counts."""

    on: Day
    delivery: Delivery
    tracking_number: Short = ""


class ChosenRegime(SQLModel):
    """Which text of the Regulation applies to this one case, against the day of receipt, and why."""

    on: Day
    regime: Regime
    reason: GivenWords


def assign(session: Session, case: Case, form: Assignment, entry: Entry) -> None:
    """Gives the case to a person who may work on it."""
    handler = session.exec(select(Person).where(Person.login == form.handler)).first()
    if handler is None or not people.may_take(session, handler, Action.decide, case):
        name = handler.name if handler else form.handler
        raise RuleBroken(
            f"“{name}”不能承办本案，请选择本机关或者上级机关的办理人员。",
            f"“{name}” cannot work on this case: choose an officer of this agency or of one above it.",
            field="handler",
        )
    facts = {"handler_id": handler.id, "handler": handler.name}
    _step.take(session, case, Action.assign, on=form.on, entry=entry, facts=facts)


def transfer(session: Session, case: Case, form: Transfer, entry: Entry) -> None:
    """Hands the case to another agency of the same tree; number and clock stay."""
    here, there = session.get_one(Agency, case.agency_id), agencies.found(session, form.to)
    if here.id == there.id:
        raise RuleBroken("案件已在该机关。", "The case is with that agency already.", field="to")
    if here.steps[0] != there.steps[0]:
        raise RuleBroken(
            f"{there.name}不在同一机关体系内，不能转办：请以“不属于本行政机关负责公开”答复并告知申请人。",
            f"{there.name} is outside this tree of agencies: answer that the information is not this agency's to "
            "disclose, and tell the applicant whose it is.",
            article="条例（2019）第36条第5项",
            field="to",
        )
    facts = {"to": there.id, "to_name": there.name, "from": here.id, "from_name": here.name, "reason": form.reason}
    _step.take(session, case, Action.transfer, on=form.on, entry=entry, facts=facts)


def ask_correction(session: Session, case: Case, form: CorrectionNotice, entry: Entry) -> None:
    """Tells the applicant, once, what to correct and until when; in time, the clock waits (Art. 30)."""
    facts = {"until": form.until, "points": form.points}
    _step.take(session, case, Action.ask_correction, on=form.on, entry=entry, facts=facts)


def correct(session: Session, case: Case, form: Correction, entry: Entry) -> None:
    """Takes in the corrected request: the full term starts again (Art. 30)."""
    _step.take(session, case, Action.correct, on=form.on, entry=entry, facts={"text": form.text})


def consult_third_party(session: Session, case: Case, form: Consultation, entry: Entry) -> None:
    """Asks somebody whose interests disclosure would touch (Art. 32)."""
    _consult(session, case, Action.consult_third_party, form, entry)


def consult_agency(session: Session, case: Case, form: Consultation, entry: Entry) -> None:
    """Asks another agency; one that made the information too has 15 working days (Art. 34)."""
    _consult(session, case, Action.consult_agency, form, entry)


def _consult(session: Session, case: Case, action: Action, form: Consultation, entry: Entry) -> None:
    asks = (Action.consult_third_party, Action.consult_agency)
    nth = 1 + sum(move.action in asks for move in _step.moves_of(session, case))
    facts = {
        "consultation": nth,
        "party": form.party,
        "question": form.question,
        "is_co_author": form.is_co_author or None,
    }
    _step.take(session, case, action, on=form.on, entry=entry, facts=facts)


def record_receipt(session: Session, case: Case, form: ConsultationReceived, entry: Entry) -> None:
    """Records when the party asked received the letter."""
    facts = {"consultation": form.consultation}
    _step.take(session, case, Action.record_receipt, on=form.on, entry=entry, facts=facts)


def record_opinion(session: Session, case: Case, form: OpinionReceived, entry: Entry) -> None:
    """Records the opinion of a party asked: counting goes on with the next working day."""
    facts = {"consultation": form.consultation, "opinion": form.opinion.value, "text": form.text}
    _step.take(session, case, Action.record_opinion, on=form.on, entry=entry, facts=facts)


def ask_extension(session: Session, case: Case, form: Extension, entry: Entry) -> None:
    """Asks the head for more time."""
    facts = {"workdays": form.workdays, "reason": form.reason}
    _step.take(session, case, Action.ask_extension, on=form.on, entry=entry, facts=facts)


def consent_extension(session: Session, case: Case, form: Extension, entry: Entry) -> None:
    """The head of the disclosure office consents to more time."""
    by = entry.by.name if isinstance(entry.by, Person) else ""
    facts = {"workdays": form.workdays, "reason": form.reason, "approved_by": by}
    _step.take(session, case, Action.consent_extension, on=form.on, entry=entry, facts=facts)


def refuse_extension(session: Session, case: Case, form: ExtensionRefused, entry: Entry) -> None:
    """The head of the disclosure office refuses more time that was asked for; it may be asked for again."""
    _step.take(session, case, Action.refuse_extension, on=form.on, entry=entry, facts={"reason": form.reason})


def extend(session: Session, case: Case, form: Extension, entry: Entry) -> None:
    """Tells the applicant of the extension, before the term ends: only then is it one."""
    facts = {"workdays": form.workdays, "reason": form.reason}
    _step.take(session, case, Action.extend, on=form.on, entry=entry, facts=facts)


def notice_fee(session: Session, case: Case, form: FeeNotice, entry: Entry) -> None:
    """Tells the applicant what the request costs by the tariff; 20 working days to pay, in which the clock waits."""
    _refuse_other_prices(form)
    facts = {
        "way": form.way.value,
        "quantity": form.quantity,
        "yuan": form.yuan,
        "received_on": form.received_on,
    }
    _step.take(session, case, Action.notice_fee, on=form.on, entry=entry, facts=facts)


def _refuse_other_prices(form: FeeNotice) -> None:
    """国办函〔2020〕109号: the fee is that of the tariff, neither more nor less."""
    price = by_pages(form.quantity) if form.way is FeeWay.page else item_fee(form.quantity)
    if form.yuan != price:
        raise RuleBroken(
            f"按收费标准应收{price}元，请核对计收方式、数量和金额。",
            f"The tariff asks for {price} yuan: check the way of charging, the quantity and the amount.",
            article=FEE_ARTICLE,
            field="yuan",
        )


def pay_fee(session: Session, case: Case, form: Dated, entry: Entry) -> None:
    """Records the payment: the full term starts again the day after."""
    _step.take(session, case, Action.pay_fee, on=form.on, entry=entry)


def decide(session: Session, case: Case, form: Decision, entry: Entry) -> None:
    """Decides how the request is answered; it is answered once it is sent."""
    _refuse_unrecorded(case, form)
    _refuse_unclear_at_once(session, case, form)
    facts = {"outcome": form.outcome, "reason": form.reason, "record": form.record}
    _step.take(session, case, Action.decide, on=form.on, entry=entry, facts=facts)


def _refuse_unrecorded(case: Case, form: Decision) -> None:
    """A search, an earlier answer, the applicant's own reasons: without them on record the answer does not stand."""
    chosen = outcomes.outcome(form.outcome)
    if chosen.needs_record and not form.record:
        label, needed = chosen.label, chosen.must_record
        raise RuleBroken(
            f"以“{label.zh}”答复的，应当记录：{needed.zh}。",
            f"An answer of “{label.en}” must have on record: {needed.en[0].lower()}{needed.en[1:]}.",
            article=chosen.article(case.regime or regime_of(form.on)),
            field="record",
        )


def _refuse_unclear_at_once(session: Session, case: Case, form: Decision) -> None:
    """Art. 30 of 2019: a request is still unclear only after its applicant was asked to correct it."""
    moves = _step.moves_of(session, case) if form.outcome == STILL_UNCLEAR and case.regime is Regime.y2019 else None
    if moves is not None and not any(move.action is Action.ask_correction for move in in_force(moves)):
        raise RuleBroken(
            "没有告知过补正，不能以“补正后申请内容仍不明确”答复：请先告知补正。",
            "The applicant was never asked for a correction: ask first, then answer that it is still unclear.",
            article="条例（2019）第30条",
            field="outcome",
        )


def send(session: Session, case: Case, form: Sending, entry: Entry) -> None:
    """Sends the answer; this day is the one that counts."""
    facts = {"delivery": form.delivery.value, "tracking_number": form.tracking_number}
    _step.take(session, case, Action.send, on=form.on, entry=entry, facts=facts)


def withdraw(session: Session, case: Case, form: Dated, entry: Entry) -> None:
    """Ends the case because its applicant took the request back."""
    facts = {"outcome": WITHDRAWN, "reason": form.note}
    _step.take(session, case, Action.withdraw, on=form.on, entry=entry, facts=facts)


def lapse(session: Session, case: Case, form: Dated, entry: Entry) -> None:
    """Ends a case that was not corrected (Art. 30) or not paid for in time; a person does this, never a timer."""
    if case.state not in LAPSING:
        raise RuleBroken(
            "没有等待申请人补正或者缴费，不能视为放弃。",
            "Nothing is awaited from the applicant, neither a correction nor a fee: the request cannot lapse.",
            article="条例（2019）第30条；国办函〔2020〕109号",
            field="on",
        )
    outcome = NOT_PAID if case.state is State.waiting_fee else NOT_CORRECTED
    facts = {"outcome": outcome, "reason": form.note}
    _step.take(session, case, Action.lapse, on=form.on, entry=entry, facts=facts)


def close(session: Session, case: Case, form: Dated, entry: Entry) -> None:
    """Puts the file in order once the answer has arrived."""
    _step.take(session, case, Action.close, on=form.on, entry=entry, facts={"note": form.note})


def set_regime(session: Session, case: Case, form: ChosenRegime, entry: Entry) -> None:
    """Puts one case under the other text of the Regulation, with a written reason that stays on record."""
    facts = {"regime": form.regime.value, "reason": form.reason}
    _step.take(session, case, Action.set_regime, on=form.on, entry=entry, facts=facts)


def note(session: Session, case: Case, form: Dated, entry: Entry) -> None:
    """Writes a remark into the story of the case."""
    _step.take(session, case, Action.note, on=form.on, entry=entry, facts={"note": form.note})
