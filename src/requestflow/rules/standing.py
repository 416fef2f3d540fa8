"""Where a case stands: the fold of its moves by the day each happened, so paper that came first may be typed later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from requestflow.rules.amendments import as_amended
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import ANSWERED, STEPS, WORKING, Action, Move, State
from requestflow.rules.regimes import Regime, has_term, regime_of
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.words import spoken


@dataclass(slots=True)
class Consultation:
    """Somebody who was asked: a third party (Art. 32), or another agency (`is_co_author`: Art. 34)."""

    nth: int
    party: str
    is_third_party: bool
    is_co_author: bool
    sent_on: date
    received_on: date | None = None
    answered_on: date | None = None
    opinion: str = ""


@dataclass(slots=True)
class Filing:
    """A review, suit or complaint as the moves tell it."""

    kind: RemedyKind
    nth: int
    filed_on: date
    route: SuitRoute | None = None
    result: RemedyResult | None = None
    closed_on: date | None = None


@dataclass(slots=True)
class Standing:
    """Where a case stands after some of its moves: the fold, in the order in which they were taken.

    `decided`, `sent` and `closed_on` are those of the first answer, because a case counts once; the answer given after
    a review or suit reopened the case stands beside it (`…_again`). `asked_extension` is the asking for more time that
    the head has not answered yet.
    """

    state: State | None = None
    taken: list[Move] = field(default_factory=list)
    received_on: date | None = None
    asked_correction: Move | None = None
    consultations: list[Consultation] = field(default_factory=list)
    asked_extension: Move | None = None
    consented: Move | None = None
    extended: Move | None = None
    fee: Move | None = None
    fee_paid: Move | None = None
    decided: Move | None = None
    sent: Move | None = None
    tracking_number: str = ""
    closed_on: date | None = None
    reopened: Move | None = None
    decided_again: Move | None = None
    sent_again: Move | None = None
    handler_id: int | None = None
    regime: Regime | None = None
    filings: list[Filing] = field(default_factory=list)

    def may(self, action: Action) -> bool:
        """Whether the table of steps allows `action` now."""
        return (self.state, action) in STEPS

    def waiting(self) -> list[Consultation]:
        """The consultations not yet answered."""
        return [asked for asked in self.consultations if asked.answered_on is None]

    def unreceived(self) -> Consultation | None:
        """The first letter that waits for an opinion, where no time runs as no receipt is on record (Art. 32, 34)."""
        if self.regime is None or not has_term("third_party_opinion", self.regime):
            return None
        timed = [asked for asked in self.waiting() if asked.is_third_party or asked.is_co_author]
        return None if any(asked.received_on for asked in timed) else next(iter(timed), None)

    def is_of_this_duty(self, move: Move) -> bool:
        """Whether a step belongs to the answer that is owed now, not to one that a review or suit overturned."""
        return self.reopened is None or move.happened_on >= self.reopened.happened_on

    @property
    def is_extended(self) -> bool:
        """Whether the applicant was told that the answer owed now takes longer, which can be done once only."""
        return self.extended is not None and self.is_of_this_duty(self.extended)

    @property
    def consent(self) -> Move | None:
        """The head's consent to more time for the answer owed now."""
        return self.consented if self.consented and self.is_of_this_duty(self.consented) else None

    def consultation(self, nth: int) -> Consultation | None:
        """The nth consultation, if there is one."""
        return next((asked for asked in self.consultations if asked.nth == nth), None)

    def filing(self, kind: RemedyKind, nth: int) -> Filing | None:
        """The nth filing of a kind, if there is one."""
        return next((filed for filed in self.filings if filed.kind is kind and filed.nth == nth), None)

    def knows(self, move: Move) -> bool:
        """Whether what the move answers has happened: the letter that was received, the review that was concluded."""
        if move.action in _ANSWERS:
            return self.consultation(move.facts["consultation"]) is not None
        if move.action in _CONCLUDES:
            return self.filing(_FILED[move.action], move.facts["remedy"]) is not None
        return True

    def take(self, move: Move) -> None:
        """Moves one step on. Raises RuleBroken if the table of steps has no such step from here."""
        if not self.may(move.action):
            raise _refusal(self.state, move)
        self.state = STEPS[self.state, move.action]
        self.taken.append(move)
        effect = _EFFECTS.get(move.action)
        if effect:
            effect(self, move)
        if self.state in WORKING and (waiting := self.waiting()):
            third_party = any(asked.is_third_party for asked in waiting)
            self.state = State.waiting_third_party if third_party else State.waiting_agency


def in_force(moves: Iterable[Move]) -> list[Move]:
    """The moves without those that were struck out as mistakes, on the days to which the registration was amended."""
    told = list(moves)
    struck = {move.facts["seq"] for move in told if move.action is Action.strike}
    return as_amended([move for move in told if move.seq not in struck] if struck else told)


def replay(moves: Iterable[Move], check: Callable[[Standing, Move], None] | None = None) -> Standing:
    """The fold of `moves` by the day each happened; `check` is asked before each step. Raises RuleBroken.

    The moves of one day are taken in the order of typing, or, where that leads nowhere because an earlier step of the
    day was typed last, in the natural order of `Action`: paper may be typed in any order. What was struck out as a
    mistake is left out.
    """
    told, by_nature = in_force(moves), set[date]()
    while True:
        try:
            return _fold(told, by_nature, check)
        except _DeadEnd as end:
            by_nature.add(end.day)


class _DeadEnd(Exception):
    """None of the moves left of a day is possible in the order of typing, nor answers what has happened."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


def _fold(moves: list[Move], by_nature: set[date], check: Callable[[Standing, Move], None] | None) -> Standing:
    def place(move: Move) -> tuple[date, int, int]:
        return move.happened_on, _RANK[move.action] if move.happened_on in by_nature else 0, move.seq

    standing, ahead = Standing(), sorted(moves, key=place)
    while ahead:
        today = ahead[0].happened_on
        possible = [move for move in ahead if move.happened_on == today and standing.may(move.action)]
        known = [move for move in possible if standing.knows(move)]
        if not known and today not in by_nature:
            raise _DeadEnd(today)
        move = (known or possible or ahead)[0]
        if check:
            check(standing, move)
        standing.take(move)
        ahead.remove(move)
    return standing


def _refusal(state: State | None, move: Move) -> RuleBroken:
    day = spoken(move.happened_on)
    if state is None:
        return RuleBroken(
            f"案件在{day.zh}尚未收到，不能办理“{move.action.label.zh}”，请核对日期。",
            f"On {day.en} the request had not been received yet, so “{move.action.label.en}” is not possible: "
            "check the day.",
            field="on",
        )
    return RuleBroken(
        f"案件在{day.zh}的状态为“{state.label.zh}”，不能办理“{move.action.label.zh}”。",
        f"On {day.en} the case stood at “{state.label.en}”, where “{move.action.label.en}” is not possible.",
        field="on",
    )


def _received(standing: Standing, move: Move) -> None:
    standing.received_on, standing.regime = move.happened_on, regime_of(move.happened_on)


def _set_regime(standing: Standing, move: Move) -> None:
    standing.regime = Regime(move.facts["regime"])


def _assigned(standing: Standing, move: Move) -> None:
    standing.handler_id = move.facts.get("handler_id")


def _transferred(standing: Standing, _move: Move) -> None:
    standing.handler_id = None


def _asked_correction(standing: Standing, move: Move) -> None:
    standing.asked_correction = move


def _consulted(standing: Standing, move: Move) -> None:
    standing.consultations.append(
        Consultation(
            nth=move.facts["consultation"],
            party=move.facts.get("party", ""),
            is_third_party=move.action is Action.consult_third_party,
            is_co_author=bool(move.facts.get("is_co_author")),
            sent_on=move.happened_on,
        )
    )


def _receipt(standing: Standing, move: Move) -> None:
    asked = standing.consultation(move.facts["consultation"])
    if asked:
        asked.received_on = move.happened_on


def _opinion(standing: Standing, move: Move) -> None:
    asked = standing.consultation(move.facts["consultation"])
    if asked:
        asked.answered_on, asked.opinion = move.happened_on, move.facts.get("opinion", "")


def _asked_extension(standing: Standing, move: Move) -> None:
    standing.asked_extension = move


def _answered_extension(standing: Standing, move: Move) -> None:
    asked = standing.asked_extension
    is_asked_again = asked and (asked.happened_on, asked.seq) > (move.happened_on, move.seq)
    if not is_asked_again:  # later on the same day, which the fold takes before the answer
        standing.asked_extension = None


def _consented(standing: Standing, move: Move) -> None:
    standing.consented = move
    _answered_extension(standing, move)


def _extended(standing: Standing, move: Move) -> None:
    standing.extended, standing.asked_extension = move, None


def _noticed_fee(standing: Standing, move: Move) -> None:
    standing.fee = move


def _paid(standing: Standing, move: Move) -> None:
    standing.fee_paid = move


def _decided(standing: Standing, move: Move) -> None:
    if standing.closed_on:
        standing.decided_again, standing.sent_again = move, None
    else:
        standing.decided = move


def _sent(standing: Standing, move: Move) -> None:
    if standing.closed_on:
        standing.sent_again = move
    else:
        standing.sent, standing.closed_on = move, move.happened_on
        standing.tracking_number = move.facts.get("tracking_number", "")


def _amended(standing: Standing, move: Move) -> None:
    standing.tracking_number = move.facts["after"].get("tracking_number", standing.tracking_number)


def _ended(standing: Standing, move: Move) -> None:
    if not standing.closed_on:  # Without an answer: withdrawn (O43) or lapsed (O41, O42)
        standing.decided, standing.closed_on = move, move.happened_on


def _filed(standing: Standing, move: Move) -> None:
    kind = _FILED[move.action]
    route = SuitRoute(move.facts["route"]) if kind is RemedyKind.suit else None
    standing.filings.append(Filing(kind, move.facts["remedy"], move.happened_on, route))


def _concluded(standing: Standing, move: Move) -> None:
    filed = standing.filing(_FILED[move.action], move.facts["remedy"])
    if filed:
        filed.result, filed.closed_on = RemedyResult(move.facts["result"]), move.happened_on
        if filed.result is RemedyResult.corrected and standing.state in ANSWERED:
            standing.state, standing.reopened = State.open, move  # the duty to answer begins anew,
            standing.consultations = []  # and whom the first answer still waited for does not hold up the second
            standing.asked_extension = None


_RANK = {action: rank for rank, action in enumerate(Action)}
_FILED = {
    Action.file_review: RemedyKind.review,
    Action.close_review: RemedyKind.review,
    Action.file_suit: RemedyKind.suit,
    Action.close_suit: RemedyKind.suit,
    Action.file_complaint: RemedyKind.complaint,
    Action.close_complaint: RemedyKind.complaint,
}
_ANSWERS = (Action.record_receipt, Action.record_opinion)
_CONCLUDES = (Action.close_review, Action.close_suit, Action.close_complaint)
_EFFECTS: Mapping[Action, Callable[[Standing, Move], None]] = {
    Action.register: _received,
    Action.confirm: _received,
    Action.set_regime: _set_regime,
    Action.assign: _assigned,
    Action.transfer: _transferred,
    Action.ask_correction: _asked_correction,
    Action.consult_third_party: _consulted,
    Action.consult_agency: _consulted,
    Action.record_receipt: _receipt,
    Action.record_opinion: _opinion,
    Action.ask_extension: _asked_extension,
    Action.refuse_extension: _answered_extension,
    Action.consent_extension: _consented,
    Action.extend: _extended,
    Action.notice_fee: _noticed_fee,
    Action.pay_fee: _paid,
    Action.decide: _decided,
    Action.send: _sent,
    Action.amend: _amended,
    Action.withdraw: _ended,
    Action.lapse: _ended,
    Action.file_review: _filed,
    Action.file_suit: _filed,
    Action.file_complaint: _filed,
    Action.close_review: _concluded,
    Action.close_suit: _concluded,
    Action.close_complaint: _concluded,
}
