"""Agencies by id and by their place in the tree, which many questions on one page turn to."""

from typing import NamedTuple

from sqlalchemy import ScalarSelect
from sqlmodel import Session, col, select

from requestflow.store.models import Agency, steps_of


class Branch(NamedTuple):
    """An agency by its place in the tree: all that a list of hundreds to choose from needs."""

    id: int
    code: str
    name: str
    parent_id: int | None
    path: str
    revision: int

    @property
    def steps(self) -> list[int]:
        """The ids of `path`."""
        return steps_of(self.path)


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


def branches(session: Session, agency_id: int) -> list[Branch]:
    """The agency and all below it, in the order of the tree; one statement."""
    top = select(Agency.path).where(Agency.id == agency_id).scalar_subquery()
    within = select(*(getattr(Agency, name) for name in Branch._fields)).where(col(Agency.path).startswith(top))
    found = [Branch(*row) for row in session.execute(within)]
    return sorted(found, key=lambda branch: branch.steps)
