"""What an applicant sees of their own case, and the two things they may do to it themselves."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from requestflow.rules.conditions import WITHDRAWN
from requestflow.rules.deadlines import Reckoning, days_left, reckon
from requestflow.rules.history import Happened, history
from requestflow.rules.lifecycle import ANSWERED, OPEN, Action, Move, State
from requestflow.rules.outcomes import Category, Outcome, outcome
from requestflow.rules.promises import promise
from requestflow.rules.regimes import Regime
from requestflow.rules.remedies import RemedyKind, Way, ways
from requestflow.rules.skipping import skipped_days
from requestflow.rules.standing import Standing, replay
from requestflow.rules.words import Text
from requestflow.rules.workdays import Calendar
from requestflow.services import _step, intake, whereabouts
from requestflow.services.whereabouts import Steps
from requestflow.store.models import Agency, Case
from requestflow.store.queries.agencies import agency_at
from requestflow.store.queries.calendars import calendar_of

_TOLD_OF_THE_RECORD = frozenset({"agency_in_charge", "earlier_answer"})
"""What the law has the office tell beside the reason: who holds the information, or the earlier answer (Art. 36)."""

REVIEW_OF_SILENCE = 60  # calendar days (行政复议法 2023, Art. 20)

REVIEW_COMES_FIRST = date(2024, 1, 1)  # from this day on, against a refusal (行政复议法 2023, Art. 23)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it reached the applicant, or how the case was closed without one."""

    outcome: Outcome
    on: date
    reason: str
    told: str
    is_sent: bool
    article: str

    @property
    def ending(self) -> Text:
        """The answer in the fewest words."""
        return self.outcome.ending

    @property
    def heading(self) -> Text:
        """The outcome where its words say the ending too, or where nothing was sent; else the ending."""
        label = self.outcome.label
        return label if not self.is_sent or self.ending.zh in label.zh else self.ending

    @property
    def is_for_another_office(self) -> bool:
        """Whether the office is not in charge, so that another has to be asked."""
        return "agency_in_charge" in self.outcome.needs

    @property
    def is_for_elsewhere(self) -> bool:
        """Whether it was taken for a petition, a complaint or a question, which have ways of their own (Art. 39)."""
        return self.outcome.row_2021 == "not_processed.petition"

    @property
    def may_need_a_review_first(self) -> bool:
        """Whether a suit may have to wait for a review, as where a part is withheld (行政复议法 2023 Art. 23)."""
        return self.outcome.review_first == "configurable" and self.on >= REVIEW_COMES_FIRST

    @property
    def is_granted(self) -> bool:
        """Whether the applicant got all that was asked for."""
        return self.outcome.category is Category.granted


@dataclass(frozen=True, slots=True)
class Following:
    """A case as its applicant may see it: never who was asked for an opinion, never an answer not yet sent."""

    case: Case
    agency: Agency
    standing: Standing
    reckoning: Reckoning | None
    calendar: Calendar
    above: Agency | None = None

    def where(self, today: date) -> Text:
        """Where it stands, in one or two sentences."""
        ended = self.answer
        if ended is None or self.is_reopened:
            left = days_left(self.case.due_on, today, self.calendar) if self.case.due_on else None
            return whereabouts.where(self.case, self.standing, left, today)
        if ended.is_sent:
            return whereabouts.answered(ended.on, ended.ending)
        is_withdrawn = ended.outcome.code == WITHDRAWN
        return whereabouts.closed(self.case, ended.outcome.label, is_withdrawn=is_withdrawn)

    @property
    def answer(self) -> Answer | None:
        """The last answer that reached the applicant, or how the case was closed without one."""
        again = self.standing.decided_again, self.standing.sent_again
        if again[0] and again[1]:
            return self._answer(again[0], again[1])
        if self.standing.decided and self.standing.closed_on:
            return self._answer(self.standing.decided, self.standing.sent)
        return None

    def _answer(self, decided: Move, sent: Move | None) -> Answer:
        ended, regime = outcome(decided.facts["outcome"]), self.standing.regime
        return Answer(
            outcome=ended,
            on=(sent or decided).happened_on,
            reason=str(decided.facts.get("reason", "")),
            told=str(decided.facts.get("record", "")) if ended.needs & _TOLD_OF_THE_RECORD else "",
            is_sent=sent is not None,
            article=ended.article(regime) if regime else "",
        )

    @property
    def is_reopened(self) -> bool:
        """Whether a review or a court sent the answer back, and the new one is not there yet."""
        return self.standing.reopened is not None and self.case.state not in ANSWERED

    def ways(self) -> list[tuple[Way, date | None]]:
        """What the applicant can do against the answer, each with its last day if the answer came the day it was sent.

        Nothing against a closing without an answer, nor against an answer that has been sent back. Once a review was
        asked for, a suit has no last day here: its time runs from the decision of the review (行政诉讼法第45条).
        """
        ended = self.answer
        if ended is None or not ended.is_sent or self.is_reopened:
            return []
        open_ways = ways(ended.outcome, ended.on)
        if self.filed_on(RemedyKind.review):
            return [(way, None) for way in open_ways]
        return [(way, way.last_day(ended.on, self.calendar)) for way in open_ways]

    def filed_on(self, kind: RemedyKind) -> date | None:
        """The day on which the applicant went the way of this kind against the last answer, as the office knows it."""
        answered_on = self.answer.on if self.answer else date.min
        days = [filing.filed_on for filing in self.standing.filings if filing.kind == kind]
        return max((day for day in days if day >= answered_on), default=None)

    @property
    def complaint_article(self) -> str:
        """What a complaint to the office above rests on, in the text of the Regulation that the request falls under."""
        return "条例（2007）第33条" if self.standing.regime is Regime.y2007 else "条例（2019）第51条"

    def is_unconfirmed_late(self, today: date) -> bool:
        """Whether the office should have confirmed the request by now (2019 Art. 31: on the day it arrives)."""
        until = self.case.waiting_until
        return self.case.state is State.received and until is not None and until < today

    def is_overdue(self, today: date) -> bool:
        """Whether the office should have answered by now."""
        return whereabouts.is_overdue(self.case, today)

    @property
    def answer_due_on(self) -> date | None:
        """The end of the term; None while it stands still.

        Of a request not yet confirmed it is counted from the day it came, as courts do where an office stalls.
        """
        if self.case.state is State.received:
            return promise(self.standing.taken[0].happened_on, self.calendar).due_on
        return self.case.due_on

    @property
    def review_until(self) -> date | None:
        """The last day to have silence reviewed: 60 days from the end of the term (行政复议法实施条例第16条)."""
        return self.calendar.after_days(self.answer_due_on, REVIEW_OF_SILENCE) if self.answer_due_on else None

    def corrections(self) -> list[tuple[date, str]]:
        """What the applicant sent as a correction, and the day it arrived."""
        corrected = [move for move in self.standing.taken if move.action is Action.correct]
        return [(move.happened_on, str(move.facts.get("text", ""))) for move in corrected]

    @property
    def is_waiting_for_fee(self) -> bool:
        return self.case.state is State.waiting_fee

    @property
    def is_on_its_way(self) -> bool:
        """Whether the answer is decided and has only to be sent."""
        return self.case.state is State.decided

    @property
    def is_waiting_for_correction(self) -> bool:
        return self.case.state is State.waiting_correction

    @property
    def is_waiting_for_coauthor(self) -> bool:
        """Whether only an agency that made the information too is being asked: its silence is consent (Art. 34)."""
        waiting = self.standing.waiting()
        return self.case.state is State.waiting_agency and all(asked.is_co_author for asked in waiting)

    @property
    def correction_points(self) -> str:
        """What the office asked the applicant to correct; empty if nothing is awaited."""
        asked = self.standing.asked_correction if self.is_waiting_for_correction else None
        return str(asked.facts.get("points", "")) if asked else ""

    @property
    def extension_reason(self) -> str | None:
        """Why the office takes more time, as it told; None if it does not."""
        told = self.standing.extended if not self.case.closed_on and self.case.extension_workdays else None
        return str(told.facts.get("reason", "")) if told else None

    @property
    def may_withdraw(self) -> bool:
        return self.case.state in OPEN and self.standing.may(Action.withdraw)

    def steps(self) -> Steps:
        """The way of a request in plain words, with "you are here"."""
        ended = self.answer
        if ended and not ended.is_sent:
            return whereabouts.ended_early(self.case, self.standing, ended.outcome.label)
        return whereabouts.steps(self.case, self.standing)

    def history(self) -> list[Happened]:
        """What happened, the latest last."""
        return history(self.standing.taken)

    def clock_rows(self) -> list[tuple[date, Text, None, str]]:
        """What turned the clock: day, sentence and article, without the names of those who were asked."""
        steps = self.reckoning.steps_without_names if self.reckoning else ()
        return [(step.on, step.what, None, step.article) for step in steps]

    def skipped_days(self) -> list[tuple[Text, Text]]:
        """Stretches of days that do not count, and why; the plain weekends together in one line."""
        return skipped_days(self.reckoning) if self.reckoning else []


def follow(session: Session, number: str, code: str) -> Following:
    """The case of that number and access code as its applicant may see it. RuleBroken if either is wrong."""
    case = intake.followed(session, number, code)
    agency = agency_at(session, case.agency_id)
    above = agency_at(session, agency.parent_id) if agency.parent_id else None
    standing, calendar = replay(_step.moves_of(session, case)), calendar_of(session, case.agency_id)
    if standing.received_on is None or standing.regime is None:
        return Following(case, agency, standing, None, calendar, above)
    return Following(case, agency, standing, reckon(standing.taken, standing.regime, calendar), calendar, above)
