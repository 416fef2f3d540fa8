"""By when an office must reply in writing once a review or a suit was filed against it (tables/replies.csv)."""

from datetime import date
from typing import NamedTuple

from requestflow.rules.remedies import RemedyKind
from requestflow.rules.tables import rows
from requestflow.rules.workdays import Calendar


class Reply(NamedTuple):
    """The calendar days that an office has from the copy of the application or complaint, and the article.

    `summary_days` are those of a summary procedure (简易程序), which a review about information may take; 0 for none.
    """

    days: int
    summary_days: int
    article: str


_REPLIES = tuple(
    (
        RemedyKind(row["kind"]),
        date.fromisoformat(row["since"]),
        Reply(int(row["days"]), int(row["summary_days"] or 0), row["article"]),
    )
    for row in rows("replies")
)


def reply(kind: RemedyKind, filed_on: date) -> Reply:
    """The term of a review or a suit by the law of the day it was filed; ValueError for a complaint, which has none."""
    return max((since, term) for each, since, term in _REPLIES if each is kind and since <= filed_on)[1]


def reply_by(kind: RemedyKind, filed_on: date, calendar: Calendar) -> date:
    """The earliest day on which the term can end: reckoned from the filing, since no copy arrives before it."""
    return calendar.after_days(filed_on, reply(kind, filed_on).days)
