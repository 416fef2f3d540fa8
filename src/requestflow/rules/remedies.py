"""Review, suit and complaint: what may be filed against an answer, by when, and how it can end."""

from datetime import date
from typing import NamedTuple

from requestflow.rules.outcomes import Outcome
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word


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
    """One way against an answer: the sentence with its term, and its article."""

    kind: RemedyKind
    what: Text
    article: str


_WAYS = tuple(
    (
        date.fromisoformat(row["since"]),
        row["review_first"],
        Way(RemedyKind(row["kind"]), Text(row["zh"], row["en"]), row["article"]),
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
