"""What a case says in each column of a ledger."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from requestflow.paper.sheet import Cell
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import Regime
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.standing import Consultation, Filing, Standing
from requestflow.services._step import first_duty
from requestflow.services.ledger.columns import SEVERAL
from requestflow.services.ledger.writing import entered_on
from requestflow.store.queries.histories import History

_AS_STORED = (
    *("number", "channel", "mail_kind", "applicant_kind", "applicant_name", "id_type", "id_number", "phone", "email"),
    *("address", "postcode", "description", "topic", "submitted_on", "signed_on", "confirmed_on", "note"),
)


def cells_of(
    history: History, standing: Standing, codes: Mapping[int, str], said: Callable[[Any], str]
) -> dict[str, Cell]:
    """The cells of a case by column key: `codes` are those of the agencies, `said` is how a word is written."""
    case = history.case
    told: dict[str, Any] = {name: case[name] for name in _AS_STORED}
    told["agency"] = [codes[case["registered_by_id"]], *(codes[move.facts["to"]] for move in _transfers(history.moves))]
    told["entered_on"] = entered_on(case["entered_at"])
    first = first_duty(standing)  # a ledger has room for one answer
    told |= {**_worked_on(first), **_asked(first), **_answered(first), **_disputed(standing.filings)}
    return {key: _cell(fact, said) for key, fact in told.items()}


def _transfers(moves: Iterable[Move]) -> list[Move]:
    transfers = [move for move in moves if move.action is Action.transfer]
    return sorted(transfers, key=lambda move: (move.happened_on, move.seq))


def _worked_on(standing: Standing) -> dict[str, Any]:
    asked, extended, fee = standing.asked_correction, standing.extended, standing.fee
    corrected = next((move for move in standing.taken if move.action is Action.correct), None)
    consented = standing.consented
    return {
        "correction_asked_on": asked and asked.happened_on,
        "correction_until": asked and asked.day("until"),
        "corrected_on": corrected and corrected.happened_on,
        "extended_on": extended and extended.happened_on,
        "extension_workdays": extended and extended.facts["workdays"],
        "extension_approved_by": extended and consented and consented.facts.get("approved_by"),
        "fee_noticed_on": fee and fee.happened_on,
        "fee_paid_on": standing.fee_paid and standing.fee_paid.happened_on,
        "fee_yuan": fee and Decimal(fee.facts["yuan"]),
    }


def _asked(standing: Standing) -> dict[str, Any]:
    """Who was asked, as far as it counts: under the Regulation of 2007 asking another agency stops no clock."""
    asked = [each for each in standing.consultations if each.is_third_party or standing.regime is Regime.y2019]
    return {
        "consult_sent_on": [each.sent_on for each in asked],
        "consult_received_on": [_received_on(each) for each in asked],
        "consult_answered_on": [each.answered_on for each in asked],
    }


def _received_on(asked: Consultation) -> date | None:
    """The day from which the party's own term runs; an agency that is no co-author has none (Art. 33, 34)."""
    return asked.received_on if asked.is_third_party or asked.is_co_author else None


def _answered(standing: Standing) -> dict[str, Any]:
    decided, sent = standing.decided, standing.sent
    if decided is None or standing.closed_on is None:
        return {}  # what is decided but not sent is no answer yet
    sending = (sent or decided).facts
    return {
        "outcome": decided.facts["outcome"],
        "reason": decided.facts.get("reason"),
        "decided_on": decided.happened_on,
        "sent_on": sent.happened_on if sent else decided.day("told_on"),
        "delivery": sending.get("delivery"),
        "tracking_number": sending.get("tracking_number"),
    }


def _disputed(filings: Iterable[Filing]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for kind in RemedyKind:
        filed = sorted((each for each in filings if each.kind is kind), key=lambda each: each.nth)
        filing = "complaint_on" if kind is RemedyKind.complaint else f"{kind}_filed_on"
        told[filing] = [each.filed_on for each in filed]
        told[f"{kind}_result"] = [each.result for each in filed]
        told[f"{kind}_closed_on"] = [each.closed_on for each in filed]
        told[f"{kind}_route"] = [each.route for each in filed]
    return told


def _cell(fact: Any, said: Callable[[Any], str]) -> Cell:
    if isinstance(fact, list):
        if len(fact) == 1:
            return _cell(fact[0], said)
        return SEVERAL.join(str(_cell(each, said) or "") for each in fact) if any(fact) else None
    return said(fact) if isinstance(fact, str) else fact
