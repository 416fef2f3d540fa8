"""The clock of a case: by when it must be answered, and what led to that day (2007 Art. 24, 2019 Art. 33)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from requestflow.rules.explanations import Step, Turn, explain, why_paused
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.pauses import Asked, Pause, union
from requestflow.rules.regimes import Regime, has_term, term
from requestflow.rules.remedies import RemedyResult
from requestflow.rules.words import Text, Word
from requestflow.rules.workdays import Calendar


class Timeliness(Word):
    """How a closed case met its term."""

    on_time = "on_time", "按时", "On time"
    extended = "extended", "延期", "In the extended term"
    overdue = "overdue", "逾期", "Overdue"


class Day(NamedTuple):
    """One day of a reckoning: the nth working day that counts, or why it does not."""

    on: date
    nth: int | None
    why: Text | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A due date and how it came about.

    `due_on` is None while the clock stands still with no end in sight (a correction or a fee is awaited, or an opinion
    without a term); `first_due_on` is the due date without the extension; `waiting_until` is the day by which the other
    side has to answer; `is_provisional` says that the term crosses a year whose notice of days off is not out.
    """

    regime: Regime
    started_on: date
    due_on: date | None
    first_due_on: date | None
    extension_workdays: int
    waiting_until: date | None
    is_provisional: bool
    calendar: Calendar
    pauses: tuple[Pause, ...]
    _term: "_Term"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What started, stopped or moved the clock, told only when asked."""
        return self._term.told(self.pauses, self.due_on)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened to the clock, in order: day, sentence, article, working days."""
        return tuple(explain(turn, self.regime) for turn in self.turns)

    @property
    def steps_without_names(self) -> tuple[Step, ...]:
        """The same steps for the applicant, who may not learn who was asked."""
        return tuple(explain(turn, self.regime, with_names=False) for turn in self.turns)

    def days(self) -> Iterator[Day]:
        """Every day from the one after the start to the due date: counted, or skipped and why."""
        nth, on = 0, self.started_on
        while self.due_on and on < self.due_on:
            on += timedelta(days=1)
            why = self.calendar.why_off(on)
            if why is None:
                why = next((why_paused(pause.parties) for pause in self.pauses if pause.covers(on)), None)
            if why is None:
                nth += 1
            yield Day(on, None if why else nth, why)


@dataclass(slots=True)
class _Term:
    """The term of one duty to answer while its moves are read."""

    regime: Regime
    calendar: Calendar
    received_on: date | None = None
    started_on: date | None = None
    asked: dict[int, Asked] = field(default_factory=dict)
    extended: Move | None = None
    halted: str = ""  # what the clock waits for before it starts again: correction, fee
    answers_late: set[str] = field(default_factory=set)  # notices sent too late to stop the clock
    is_over: bool = False  # answered, withdrawn or lapsed
    fixed_due_on: date | None = None
    waiting_until: date | None = None
    turns: list[Turn] = field(default_factory=list)

    def start(self, cause: str, on: date, **facts: object) -> None:
        """The full term starts; what moved the earlier one falls away."""
        self.started_on, self.extended, self.halted = on, None, ""
        self.fixed_due_on = self.waiting_until = None
        self.asked = {
            nth: asked for nth, asked in self.asked.items() if asked.answered_on is None or asked.answered_on > on
        }
        self.turns.append(Turn(cause, on, self.workdays, facts))

    def pauses(self) -> list[Pause]:
        """What the consultations take out of the term since it started."""
        return union((asked.pause(self.calendar) for asked in self.asked.values()), self._start()) if self.asked else []

    @property
    def workdays(self) -> int:
        """How many working days the full term has."""
        return term("answer", self.regime).workdays

    @property
    def extra(self) -> int:
        """By how many working days it was extended."""
        return self.extended.facts["workdays"] if self.extended else 0

    def _start(self) -> date:
        return self.started_on or date.min

    def due(self, workdays: int, pauses: list[Pause]) -> date | None:
        """The `workdays`-th day that counts; None where a pause without an end comes first."""
        after, left = self._start(), workdays
        for pause in pauses:
            used = self.calendar.count(after, pause.sent_on)
            if used >= left:
                break
            if pause.ends_on is None:
                return None
            after, left = pause.ends_on, left - used
        return self.calendar.add(after, left)

    def due_now(self) -> date | None:
        """The due date as far as the moves were read."""
        if self.halted:
            return None
        if self.fixed_due_on:
            return self.fixed_due_on
        return self.due(self.workdays + self.extra, self.pauses())

    def reckoning(self) -> Reckoning:
        if self.started_on is None:
            raise ValueError("a case that is not yet received has no term: reckon needs a register or confirm move")
        extra = self.extra
        pauses = self.pauses()
        first = due = None
        if not self.halted:
            first = self.fixed_due_on or self.due(self.workdays, pauses)
            due = first if self.fixed_due_on or not extra else self.due(self.workdays + extra, pauses)
        return Reckoning(
            regime=self.regime,
            started_on=self.started_on,
            due_on=due,
            first_due_on=first,
            extension_workdays=extra,
            waiting_until=self.waiting_until or (self._silent_on() if self.asked else None),
            is_provisional=bool(due and self.calendar.is_provisional(due)),
            calendar=self.calendar,
            pauses=tuple(pauses),
            _term=self,
        )

    def _silent_on(self) -> date | None:
        limits = (asked.silent_on(self.calendar) for asked in self.asked.values() if asked.answered_on is None)
        return min((limit for limit in limits if limit), default=None)

    def told(self, pauses: Iterable[Pause], due: date | None) -> tuple[Turn, ...]:
        """The turns of the clock in order, the due date last."""
        turns = list(self.turns)
        after, left = self._start(), self.workdays + self.extra
        for pause in pauses:
            used = self.calendar.count(after, pause.sent_on)
            said = {"party": "、".join(filter(None, pause.parties)), "used": used}
            if used >= left:
                turns.append(Turn("paused_in_vain", pause.sent_on, used, said))
                break
            turns.append(Turn("paused", pause.sent_on, used, said))
            if pause.ends_on is None:
                break
            after, left = pause.ends_on, left - used
            kind = "resumed_by_silence" if pause.is_silent else "resumed"
            turns.append(Turn(kind, pause.ends_on, left, {"left": left}))
        turns.sort(key=lambda turn: turn.on)
        if due:
            turns.append(Turn("due_provisional" if self.calendar.is_provisional(due) else "due", due, 0, {}))
        return tuple(turns)


def reckon(moves: Iterable[Move], regime: Regime, calendar: Calendar) -> Reckoning:
    """Reckons the due date of the present duty to answer from the moves of a case.

    The moves of one day are read in the order in which they are given, which is that of `Standing.taken`: a fee paid
    and an extension told on one day are not the same as an extension and then the payment. Moves that do not touch the
    clock are passed over. Raises ValueError where no move says that it was received.
    """
    reading = _Term(regime, calendar)
    for move in sorted(moves, key=lambda move: move.happened_on):
        read = _READ.get(move.action)
        if read:
            read(reading, move)
    return reading.reckoning()


def timeliness(closed_on: date, reckoning: Reckoning) -> Timeliness:
    """How a case closed on that day met its term: on the day sent, never the date printed on the letter."""
    if reckoning.first_due_on is None or closed_on <= reckoning.first_due_on:
        return Timeliness.on_time
    if reckoning.due_on is None or closed_on <= reckoning.due_on:
        return Timeliness.extended
    return Timeliness.overdue


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether the term ended before today."""
    return due_on is not None and due_on < today


def days_left(due_on: date, today: date, calendar: Calendar) -> int:
    """Working days from today to the due date: 0 on the day itself, negative once it has passed."""
    return calendar.count(today, due_on) if due_on >= today else -calendar.count(due_on, today)


def _received(reading: _Term, move: Move) -> None:
    reading.received_on = move.happened_on
    reading.start("received", move.happened_on)


def _asked_correction(reading: _Term, move: Move) -> None:
    limit = term("correction_notice", reading.regime).workdays
    reading.waiting_until = move.day("until")
    if reading.calendar.count(reading.received_on or move.happened_on, move.happened_on) > limit:
        reading.answers_late.add("correction")
        reading.turns.append(Turn("correction_asked_late", move.happened_on, 0, {"limit": limit}))
    else:
        reading.halted = "correction"
        reading.turns.append(Turn("correction_asked", move.happened_on, 0, {}))


def _corrected(reading: _Term, move: Move) -> None:
    reading.waiting_until = None
    if "correction" in reading.answers_late:  # Art. 30: only a timely notice moves the term
        reading.turns.append(Turn("corrected_in_vain", move.happened_on, 0, {}))
    else:
        reading.start("corrected", move.happened_on)


def _asked_party(reading: _Term, move: Move) -> None:
    """Art. 24 of 2007, Art. 32 and 33 of 2019."""
    has_limit = has_term("third_party_opinion", reading.regime)
    _ask(reading, move, term("third_party_opinion", reading.regime).workdays if has_limit else None)


def _asked_agency(reading: _Term, move: Move) -> None:
    if reading.regime is Regime.y2007:  # only time spent on a third party is taken out (Art. 24)
        reading.turns.append(Turn("consulted_counted", move.happened_on, 0, {"party": move.facts.get("party", "")}))
        return
    co_author = move.facts.get("is_co_author")
    _ask(reading, move, term("agency_opinion", reading.regime).workdays if co_author else None)


def _ask(reading: _Term, move: Move, limit: int | None) -> None:
    party = move.facts.get("party", "")
    reading.asked[move.facts.get("consultation", len(reading.asked) + 1)] = Asked(party, move.happened_on, limit)


def _receipt(reading: _Term, move: Move) -> None:
    asked = reading.asked.get(move.facts["consultation"])
    if asked:
        asked.received_on = move.happened_on


def _opinion(reading: _Term, move: Move) -> None:
    asked = reading.asked.get(move.facts["consultation"])
    if asked:
        asked.answered_on = move.happened_on


def _extended(reading: _Term, move: Move) -> None:
    reading.extended = move
    workdays = move.facts["workdays"]
    reading.turns.append(Turn("extended", move.happened_on, workdays, {"by": move.facts.get("approved_by", "")}))


def _noticed_fee(reading: _Term, move: Move) -> None:
    due = reading.due_now()
    limit = term("pay_fee", reading.regime).workdays
    until = reading.calendar.add(move.day("received_on") or move.happened_on, limit)
    reading.waiting_until = until
    if due and move.happened_on > due:  # 国办函〔2020〕109号: the notice goes out within the term
        reading.answers_late.add("fee")
        reading.turns.append(Turn("fee_noticed_late", move.happened_on, 0, {"until": until}))
    else:
        reading.halted = "fee"
        reading.turns.append(Turn("fee_noticed", move.happened_on, 0, {"until": until}))


def _paid(reading: _Term, move: Move) -> None:
    reading.waiting_until = None
    if "fee" in reading.answers_late:
        reading.turns.append(Turn("paid_in_vain", move.happened_on, 0, {}))
    else:
        reading.start("paid", move.happened_on)


def _ended(reading: _Term, _move: Move) -> None:
    reading.is_over = True


def _remedy_closed(reading: _Term, move: Move) -> None:
    """A correcting result begins a new duty; an office that has not answered at all stays as late as it is."""
    if move.facts.get("result") == RemedyResult.corrected and reading.is_over:
        reading.is_over = False
        reading.asked.clear()
        ordered = move.day("answer_by")
        if ordered:
            reading.start("reopened_by_order", move.happened_on, until=ordered)
        else:
            reading.start("reopened", move.happened_on)
        reading.fixed_due_on = ordered


_READ: Mapping[Action, Callable[[_Term, Move], None]] = {
    Action.register: _received,
    Action.confirm: _received,
    Action.ask_correction: _asked_correction,
    Action.correct: _corrected,
    Action.consult_third_party: _asked_party,
    Action.consult_agency: _asked_agency,
    Action.record_receipt: _receipt,
    Action.record_opinion: _opinion,
    Action.extend: _extended,
    Action.notice_fee: _noticed_fee,
    Action.pay_fee: _paid,
    Action.send: _ended,
    Action.withdraw: _ended,
    Action.lapse: _ended,
    Action.close_review: _remedy_closed,
    Action.close_suit: _remedy_closed,
}
