"""What a row of a ledger says happened, as the same moves that the product's own verbs make."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from requestflow.rules import channels, outcomes
from requestflow.rules.conditions import NOT_CORRECTED, NOT_PAID, WITHDRAWN
from requestflow.rules.errors import RuleBroken
from requestflow.rules.fees import ARTICLE as FEE_ARTICLE
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import Regime, term
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.words import Text
from requestflow.services.ledger.columns import title_of
from requestflow.services.ledger.row import Row


class Told(NamedTuple):
    """One thing that happened, and the column that says so."""

    column: str
    move: Move


_NEEDS = (
    ("correction_until", "correction_asked_on"),
    ("corrected_on", "correction_asked_on"),
    ("consult_received_on", "consult_sent_on"),
    ("consult_answered_on", "consult_sent_on"),
    ("extended_on", "extension_workdays"),
    ("extension_workdays", "extended_on"),
    ("extension_approved_by", "extended_on"),
    ("fee_paid_on", "fee_noticed_on"),
    ("fee_yuan", "fee_noticed_on"),
    ("fee_noticed_on", "fee_yuan"),
    ("decided_on", "outcome"),
    ("sent_on", "outcome"),
    ("reason", "outcome"),
    ("delivery", "outcome"),
    ("tracking_number", "outcome"),
    ("outcome", "decided_on"),
    ("review_result", "review_filed_on"),
    ("review_closed_on", "review_filed_on"),
    ("suit_route", "suit_filed_on"),
    ("suit_result", "suit_filed_on"),
    ("suit_closed_on", "suit_filed_on"),
)
_ENDED_BY = {WITHDRAWN: Action.withdraw, NOT_CORRECTED: Action.lapse, NOT_PAID: Action.lapse}
_ARTICLES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("correct",), "条例（2007）第21条第4项", "条例（2019）第30条"),
    (("consult",), "条例（2007）第23条", "条例（2019）第32条"),
    (("exten",), term("extension", Regime.y2007).article, term("extension", Regime.y2019).article),
    (("fee",), FEE_ARTICLE, FEE_ARTICLE),
    (("review", "suit", "complaint"), "条例（2007）第33条", "条例（2019）第51条"),
    (
        ("decided", "sent", "outcome", "reason"),
        term("answer", Regime.y2007).article,
        term("answer", Regime.y2019).article,
    ),
    (("submitted", "signed", "confirmed"), "国办公开办函〔2015〕207号", "条例（2019）第31条"),
)


def article_on(column: str, regime: Regime) -> str:
    """The article that what stands in a column rests on; empty where the law says nothing about it."""
    for begins, of_2007, of_2019 in _ARTICLES:
        if column.startswith(begins):
            return of_2007 if regime is Regime.y2007 else of_2019
    return ""


def told_by(row: Row, today: date, handed_on: Sequence[dict[str, Any]] = ()) -> list[Told]:
    """The moves of a row, in the order in which a clerk would type them. RuleBroken where the row contradicts itself.

    `handed_on` are the facts of its transfers; a register has no day for them, so they count from the arrival.
    """
    for column, other in _NEEDS:
        if getattr(row, column) and not getattr(row, other):
            raise _lacks(other, column)
    arrived = _arrived(row, today)
    said = [("agency", Action.transfer, arrived.move.happened_on, facts) for facts in handed_on]
    said += [said for group in _GROUPS for said in group(row)]
    later = (
        Told(column, Move(action, on, facts, seq)) for seq, (column, action, on, facts) in enumerate(said, start=2)
    )
    return [arrived, *later]


def _arrived(row: Row, today: date) -> Told:
    given = {"submitted_on": row.submitted_on, "signed_on": row.signed_on, "confirmed_on": row.confirmed_on}
    received = channels.received_on(row.channel, row.mail_kind, **given, today=today)
    if received:
        return Told(
            next(name for name, day in given.items() if day == received), Move(Action.register, received, {}, 1)
        )
    arrived = row.arrived_on()
    assert arrived is not None  # channels refuses an unconfirmed request of which nobody knows when it came
    return Told("submitted_on", Move(Action.arrive, arrived, {}, 1))


_Said = tuple[str, Action, date, dict[str, Any]]


def _correction(row: Row) -> Iterator[_Said]:
    if row.correction_asked_on:
        yield "correction_asked_on", Action.ask_correction, row.correction_asked_on, _kept(until=row.correction_until)
    if row.corrected_on:
        yield "corrected_on", Action.correct, row.corrected_on, {}


def _consultations(row: Row) -> Iterator[_Said]:
    if not row.consult_sent_on:
        return
    asked = zip_longest(row.consult_sent_on, row.consult_received_on, row.consult_answered_on)
    for nth, (sent, received, answered) in enumerate(asked, start=1):
        fact = {"consultation": nth}
        if sent is None:
            raise _lacks("consult_sent_on", "consult_received_on" if received else "consult_answered_on")
        yield "consult_sent_on", Action.consult_third_party, sent, fact
        if received:
            yield "consult_received_on", Action.record_receipt, received, fact
        if answered:
            yield "consult_answered_on", Action.record_opinion, answered, fact


def _extension(row: Row) -> Iterator[_Said]:
    if row.extended_on:
        facts = {"workdays": row.extension_workdays}
        if row.extension_approved_by:
            consent = {**facts, "approved_by": row.extension_approved_by}
            yield "extension_approved_by", Action.consent_extension, row.extended_on, consent
        yield "extended_on", Action.extend, row.extended_on, facts


def _fee(row: Row) -> Iterator[_Said]:
    if row.fee_noticed_on:
        yield "fee_noticed_on", Action.notice_fee, row.fee_noticed_on, {"yuan": str(row.fee_yuan)}
    if row.fee_paid_on:
        yield "fee_paid_on", Action.pay_fee, row.fee_paid_on, {}


def _answer(row: Row) -> Iterator[_Said]:
    if not row.outcome or row.decided_on is None:
        return
    outcomes.outcome(row.outcome)
    facts = _kept(outcome=row.outcome, reason=row.reason)
    sending = _kept(delivery=row.delivery and row.delivery.value, tracking_number=row.tracking_number)
    ended_by = _ENDED_BY.get(row.outcome)
    if ended_by:  # nothing has to be sent; what was sent all the same stays on record beside the closing
        yield "decided_on", ended_by, row.decided_on, {**facts, **_kept(told_on=row.sent_on), **sending}
        return
    if row.sent_on is None:
        raise _lacks("sent_on", "outcome")
    yield "decided_on", Action.decide, row.decided_on, facts
    yield "sent_on", Action.send, row.sent_on, sending


def _reviews(row: Row) -> Iterator[_Said]:
    if row.review_filed_on:
        filed = zip_longest(row.review_filed_on, row.review_result, row.review_closed_on)
        for nth, (filed_on, result, closed_on) in enumerate(filed, start=1):
            yield from _remedy(RemedyKind.review, nth, filed_on, result, closed_on, {})


def _suits(row: Row) -> Iterator[_Said]:
    if row.suit_filed_on:
        filed = zip_longest(row.suit_filed_on, row.suit_route, row.suit_result, row.suit_closed_on)
        for nth, (filed_on, route, result, closed_on) in enumerate(filed, start=1):
            if route is None and row.review_filed_on:
                raise _lacks("suit_route", "suit_filed_on")  # table 4 counts the two ways apart
            facts = {"route": (route or SuitRoute.direct).value}
            yield from _remedy(RemedyKind.suit, nth, filed_on, result, closed_on, facts)


def _complaints(row: Row) -> Iterator[_Said]:
    for nth, filed_on in enumerate(row.complaint_on, start=1):
        yield from _remedy(RemedyKind.complaint, nth, filed_on, None, None, {})


def _remedy(
    kind: RemedyKind,
    nth: int,
    filed_on: date | None,
    result: RemedyResult | None,
    closed_on: date | None,
    facts: dict[str, Any],
) -> Iterator[_Said]:
    filing = "complaint_on" if kind is RemedyKind.complaint else f"{kind}_filed_on"
    if filed_on is None:
        raise _lacks(filing, f"{kind}_closed_on" if closed_on else f"{kind}_result")
    if (result is None) is not (closed_on is None):
        raise _lacks(*(f"{kind}_result", f"{kind}_closed_on")[:: -1 if result else 1])
    nth_of = {"remedy": nth}
    yield filing, Action(f"file_{kind}"), filed_on, {**nth_of, **facts}
    if result and closed_on:
        yield f"{kind}_closed_on", Action(f"close_{kind}"), closed_on, {**nth_of, "result": result.value}


_GROUPS: tuple[Callable[[Row], Iterator[_Said]], ...] = (
    _correction,
    _consultations,
    _extension,
    _fee,
    _answer,
    _reviews,
    _suits,
    _complaints,
)


def _kept(**facts: Any) -> dict[str, Any]:
    return {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items() if fact}


def _lacks(column: str, because_of: str) -> RuleBroken:
    said = Text("填写了“{other}”，还应填写“{column}”。", "“{other}” is given, so “{column}” must be given too.")
    return RuleBroken(*said.fill(column=title_of(column), other=title_of(because_of)), field=column)
