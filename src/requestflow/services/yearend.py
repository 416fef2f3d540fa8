"""The run of 1 January: every agency finds a draft of last year's report, from which it works until it publishes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from requestflow.services import annual
from requestflow.store.models import Agency, AnnualReport


def undrafted(session: Session, today: date) -> Sequence[int]:
    """The agencies without a draft or a published report of last year, in the order of the tree.

    Asked on any later day, it names those that the run of 1 January has missed.
    """
    theirs = select(AnnualReport.id).where(AnnualReport.agency_id == Agency.id, AnnualReport.year == today.year - 1)
    missing = select(Agency.id).where(~theirs.exists()).order_by(col(Agency.path))
    return [agency_id for agency_id in session.exec(missing) if agency_id is not None]


def draft(session: Session, agency_id: int, today: date, now: datetime) -> None:
    """Drafts last year's report of one agency."""
    annual.draft(session, session.get_one(Agency, agency_id), today.year - 1, today=today, now=now)
