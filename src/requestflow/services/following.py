"""What an applicant sees of their own case, and the two things they may do to it themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import Session

from requestflow.rules.deadlines import Reckoning, reckon
from requestflow.rules.explanations import why_paused
from requestflow.rules.lifecycle import OPEN, Action, State
from requestflow.rules.outcomes import Outcome, outcome
from requestflow.rules.remedies import Way, ways
from requestflow.rules.standing import Standing, replay
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import SATURDAY, SUNDAY
from requestflow.services import _step, intake
from requestflow.store.models import Agency, Case
from requestflow.store.queries.calendars import calendar_of


class Place(StrEnum):
    """Where one plain step lies from where the case stands."""

    done = "done"
    here = "here"
    ahead = "ahead"


@dataclass(frozen=True, slots=True)
class Following:
    """A case as its applicant may see it: never who was asked for an opinion, never an answer not yet sent."""

    case: Case
    agency: Agency
    standing: Standing
    reckoning: Reckoning | None

    @property
    def answer(self) -> Outcome | None:
        """How the case ended, once that reached the applicant or the case was closed without an answer."""
        is_out = self.case.closed_on is not None and self.case.outcome
        return outcome(self.case.outcome) if is_out and self.case.outcome else None

    @property
    def ending(self) -> Text | None:
        """The answer in the fewest words: which of the six kinds of ending (国办公开办函〔2021〕30号) it is."""
        return _ENDINGS[self.answer.row_2021.partition(".")[0]] if self.answer else None

    @property
    def is_granted(self) -> bool:
        """Whether the applicant got all that was asked for."""
        return self.answer is not None and self.answer.row_2021 == "granted"

    @property
    def answer_article(self) -> str:
        """The article that the answer rests on; empty where the law names none."""
        regime = self.standing.regime
        return self.answer.article(regime) if self.answer and regime else ""

    def ways(self) -> tuple[Way, ...]:
        """What the applicant can do against the answer; nothing against a closing without one."""
        return ways(self.answer, self.case.sent_on) if self.answer and self.case.sent_on else ()

    def corrections(self) -> list[tuple[date, str]]:
        """What the applicant sent as a correction, and the day it arrived."""
        corrected = [move for move in self.standing.taken if move.action is Action.correct]
        return [(move.happened_on, str(move.facts.get("text", ""))) for move in corrected]

    @property
    def is_waiting_for_fee(self) -> bool:
        return self.case.state is State.waiting_fee

    @property
    def is_waiting_for_correction(self) -> bool:
        return self.case.state is State.waiting_correction

    @property
    def correction_points(self) -> str:
        """What the office asked the applicant to correct; empty if nothing is awaited."""
        asked = self.standing.asked_correction if self.is_waiting_for_correction else None
        return str(asked.facts.get("points", "")) if asked else ""

    @property
    def may_withdraw(self) -> bool:
        return self.case.state in OPEN and self.standing.may(Action.withdraw)

    def steps(self) -> list[tuple[Text, Place, Text | date | None]]:
        """The way of a request in plain words, with "you are here"."""
        here = _HERE[self.case.state] if not self._was_ended_early() else len(_WAY) - 1
        days = (self.standing.taken[0].happened_on, self.case.received_on, None, self.case.sent_on)
        rows: list[tuple[Text, Place, Text | date | None]] = []
        for nth, name in enumerate(_WAY):
            place = Place.done if nth < here else Place.here if nth == here else Place.ahead
            note: Text | date | None = days[nth] if place is not Place.ahead else None
            if place is Place.here and self.case.state in _NOTES:
                note = _NOTES[self.case.state]
            rows.append((name, place, note))
        if self._was_ended_early() and self.answer:
            rows = [row for row in rows[:-1] if row[2]]
            rows.append((self.answer.label, Place.here, self.case.closed_on))
        return rows

    def clock_rows(self) -> list[tuple[date, Text, None, str]]:
        """What turned the clock: day, sentence and article, without the names of those who were asked."""
        steps = self.reckoning.steps_without_names if self.reckoning else ()
        return [(step.on, step.what, None, step.article) for step in steps]

    def skipped_days(self) -> list[tuple[Text, Text]]:
        """Stretches of days that do not count, and why; the plain weekends together in one line."""
        if self.reckoning is None:
            return []
        calendar, weekends = self.reckoning.calendar, 0
        rows = []
        for days in _stretches([day.on for day in self.reckoning.days() if day.nth is None]):
            reasons = [calendar.why_off(day) or why_paused(()) for day in days]
            whys = [why for why in dict.fromkeys(reasons) if why not in _WEEKEND]
            if whys:
                rows.append(_told(days, whys))
            else:
                weekends += len(days)
        if weekends:
            rows.append((Text("周六、周日", "Saturdays and Sundays"), _DAYS.fill(n=weekends)))
        return rows

    def _was_ended_early(self) -> bool:
        return self.case.closed_on is not None and self.case.sent_on is None


_ENDINGS = {
    "granted": Text("予以公开", "Granted"),
    "granted_in_part": Text("部分公开", "Granted in part"),
    "refused": Text("不予公开", "Refused"),
    "unable": Text("无法提供", "Cannot be provided"),
    "not_processed": Text("不予处理", "Not processed"),
    "other": Text("其他处理", "Closed without an answer"),
}
_WEEKEND = (SATURDAY, SUNDAY)
_DAYS = Text("共{n}天", "{n} days")
_WAY = (
    Text("已提交", "Sent to the office"),
    Text("与您确认，正式收到", "Confirmed with you and received"),
    Text("办理", "Being worked on"),
    Text("答复送达", "Answer sent to you"),
)
_HERE = {
    State.received: 0,
    State.registered: 2,
    State.open: 2,
    State.waiting_correction: 2,
    State.waiting_third_party: 2,
    State.waiting_agency: 2,
    State.waiting_fee: 2,
    State.decided: 2,
    State.sent: 3,
    State.closed: 3,
}
_NOTES = {
    State.received: Text("等待行政机关与您确认", "The office is about to confirm it with you"),
    State.registered: Text("已登记，即将分派承办", "Registered, about to be given to an officer"),
    State.open: Text("正在检索、审查", "The office is searching and examining"),
    State.waiting_correction: Text("等待您补正", "Waiting for your correction"),
    State.waiting_third_party: Text(
        "正在征求第三方意见，这段时间不计入期限", "Others concerned are being asked; that time is not counted"
    ),
    State.waiting_agency: Text(
        "正在征求其他机关意见，这段时间不计入期限", "Another agency is being asked; that time is not counted"
    ),
    State.waiting_fee: Text("等待您缴费", "Waiting for your payment"),
    State.decided: Text("答复已作出，正在送达", "The answer is decided and on its way"),
}


def _stretches(days: Iterable[date]) -> list[list[date]]:
    stretches: list[list[date]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] == timedelta(1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return stretches


def _told(days: Sequence[date], whys: Sequence[Text]) -> tuple[Text, Text]:
    why = Text("、".join(why.zh for why in whys), ", ".join(why.en for why in whys))
    first, last = spoken(days[0]), spoken(days[-1])
    if len(days) == 1:
        return first, why
    counted = _DAYS.fill(n=len(days))
    return (
        Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}"),
        Text(f"{why.zh}，{counted.zh}", f"{why.en}, {counted.en}"),
    )


def follow(session: Session, number: str, code: str) -> Following:
    """The case of that number and access code as its applicant may see it. RuleBroken if either is wrong."""
    case = intake.followed(session, number, code)
    agency = session.get_one(Agency, case.agency_id)
    standing = replay(_step.moves_of(session, case))
    if standing.received_on is None or standing.regime is None:
        return Following(case, agency, standing, None)
    calendar = calendar_of(session, case.agency_id)
    return Following(case, agency, standing, reckon(standing.taken, standing.regime, calendar))
