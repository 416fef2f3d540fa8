"""Inserting a row that may be there already, said alike on either database."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Insert = postgresql.Insert | sqlite.Insert


def insert(session: Session, model: type[SQLModel]) -> Insert:
    """An INSERT in the words of the session's database, which knows `on_conflict_do_nothing` and `…_do_update`."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if is_postgresql else sqlite.insert(model)
