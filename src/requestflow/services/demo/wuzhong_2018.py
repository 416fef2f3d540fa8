"""The 20 requests of 吴忠市 in 2018: 6 of the city and 14 of the counties, two of them corrected by a review.

Channels, topics, outcomes and reviews are those of the published report; the days are plausible ones inside the law.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from sqlmodel import Session

from requestflow.rules.channels import Delivery
from requestflow.rules.remedies import RemedyKind, RemedyResult
from requestflow.services import casework, intake, remedies
from requestflow.services.demo._tables import rows
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Person

_REQUEST = ("channel", "mail_kind", "submitted_on", "signed_on", "confirmed_on", "applicant_kind", "applicant_name")


def load(session: Session, agencies: Mapping[str, Agency], officers: Mapping[str, Person]) -> None:
    """Carries every request from its arrival to its answer, and the two reviews to a second answer."""
    for row in rows("cases_2018"):
        _carry(session, agencies[row["agency"]], officers["handler"], row)


def _carry(session: Session, agency: Agency, handler: Person, row: dict[str, str]) -> None:
    about = {key: row[key] for key in (*_REQUEST, "topic", "description") if row[key]}
    new = intake.NewCase.model_validate({**about, "wanted_delivery": Delivery.post})
    arrived, sent_on = _day(row["signed_on"] or row["confirmed_on"] or row["submitted_on"]), _day(row["sent_on"])
    case = intake.register(session, agency, new, _entry(handler, arrived)).case
    decision = casework.Decision(on=_day(row["decided_on"]), outcome=row["outcome"], reason=row["reason"])
    _answer(session, case, handler, decision, sent_on)
    last = _correct_after_review(session, case, handler, row) if row["review_filed_on"] else sent_on
    casework.close(session, case, casework.Dated(on=last), _entry(handler, last))


def _correct_after_review(session: Session, case: Case, handler: Person, row: dict[str, str]) -> date:
    """The review is filed and corrects the answer; the second answer follows, on the day returned."""
    filed_on, closed_on, again_on = (_day(row[key]) for key in ("review_filed_on", "review_closed_on", "again_on"))
    filed = remedies.Filed(kind=RemedyKind.review, on=filed_on)
    nth = remedies.file(session, case, filed, _entry(handler, filed_on))
    ended = remedies.Concluded(
        kind=RemedyKind.review,
        remedy=nth,
        on=closed_on,
        result=RemedyResult.corrected,
        answer_by=_day(row["answer_by"]),
    )
    remedies.conclude(session, case, ended, _entry(handler, closed_on))
    again = casework.Decision(on=again_on, outcome=row["again_outcome"], reason=row["again_reason"])
    _answer(session, case, handler, again, again_on)
    return again_on


def _answer(session: Session, case: Case, by: Person, decision: casework.Decision, sent_on: date) -> None:
    casework.decide(session, case, decision, _entry(by, decision.on))
    sending = casework.Sending(on=sent_on, delivery=Delivery.post)
    casework.send(session, case, sending, _entry(by, sent_on))


def _day(said: str) -> date:
    return date.fromisoformat(said)


def _entry(by: Person, day: date) -> Entry:
    """Typed in at ten in the morning of the day it happened."""
    return Entry(by=by, today=day, now=datetime.combine(day, time(2), UTC))
