"""Review, suit and complaint: what may be filed against an answer, by when, and how it can end."""

from datetime import date
from typing import NamedTuple

from requestflow.rules.outcomes import Outcome
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word
from requestflow.rules.workdays import Calendar


class RemedyKind(Word):
    """What hangs on a case after, or for want of, its answer."""

    review = "review", "行政复议", "Administrative review"
    suit = "suit", "行政诉讼", "Administrative suit"
    complaint = "complaint", "举报投诉", "Complaint"


class SuitRoute(Word):
    """Whether a suit was filed directly or after a review (table 4 counts them apart)."""

    direct = "direct", "未经复议直接起诉", "Directly"
    after_review = "after_review", "复议后起诉", "After review"


class RemedyResult(Word):
    """How a review or suit ended; none while it is pending."""

    upheld = "upheld", "结果维持", "Upheld"
    corrected = "corrected", "结果纠正", "Corrected"
    other = "other", "其他结果", "Other"


class Way(NamedTuple):
    """One way against an answer: the sentence with its term, its article, and the term in days or in months.

    Without a term from the answer on (a suit after a review) both are 0.
    """

    kind: RemedyKind
    what: Text
    article: str
    days: int = 0
    months: int = 0

    def last_day(self, got_on: date, calendar: Calendar) -> date | None:
        """The last day on which it can be gone by whoever got the answer on `got_on`; None without a term from then."""
        if self.days:
            return calendar.after_days(got_on, self.days)
        return calendar.after_months(got_on, self.months) if self.months else None


_WAYS = tuple(
    (
        date.fromisoformat(row["since"]),
        row["review_first"],
        Way(
            RemedyKind(row["kind"]),
            Text(row["zh"], row["en"]),
            row["article"],
            int(row["days"] or 0),
            int(row["months"] or 0),
        ),
    )
    for row in rows("remedies")
)


def ways(outcome: Outcome, sent_on: date) -> tuple[Way, ...]:
    """What an applicant can do against an answer, in the order in which it is done, by the law of the day of sending.

    From 2024 on a review has to come before a suit against some refusals (行政复议法 2023 Art. 23).
    """
    law = max(since for since, _, _ in _WAYS if since <= sent_on)
    first = "yes" if outcome.review_first == "yes" else "no"
    return tuple(way for since, review_first, way in _WAYS if since == law and review_first in ("", first))
