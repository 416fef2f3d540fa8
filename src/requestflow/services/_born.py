"""Storing a row whose name may be taken, also when two people take it at the same moment."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from requestflow.rules.errors import RuleBroken


def born(session: Session, row: SQLModel, taken: RuleBroken) -> None:
    """Stores a new row, or raises `taken` where the database knows another one of that name."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise taken from None
