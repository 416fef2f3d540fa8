"""Agencies by id and by their place in the tree, which many questions on one page turn to."""

from sqlalchemy import ScalarSelect
from sqlmodel import Session, col, select

from requestflow.store.models import Agency


def agency_at(session: Session, agency_id: int) -> Agency:
    """The agency of that id; read once in a session, which otherwise forgets whatever nobody holds."""
    held: dict[int, Agency] = session.info.setdefault("agencies", {})
    if agency_id not in held:
        held[agency_id] = session.get_one(Agency, agency_id)
    return held[agency_id]


def below(session: Session, path: str | ScalarSelect[str]) -> list[Agency]:
    """The agency of that path and all below it, in the order of the tree; those of one agency as they were set up."""
    within = select(Agency).where(col(Agency.path).startswith(path))
    return sorted(session.exec(within), key=lambda agency: agency.steps)
