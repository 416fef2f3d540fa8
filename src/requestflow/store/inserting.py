"""Inserting a row that may be there already, said alike on either database."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Insert = postgresql.Insert | sqlite.Insert
Inserting = Callable[[type[SQLModel]], Insert]
Statement = TypeVar("Statement")


def insert(session: Session, model: type[SQLModel]) -> Insert:
    """An INSERT in the words of the session's database, which knows `on_conflict_do_nothing` and `…_do_update`."""
    return _WORDS[session.get_bind().dialect.name](model)


def stated(statement: Callable[[Inserting], Statement]) -> Callable[[Session], Statement]:
    """States once, in the words of each database, what would else be put together anew with every request.

    The values are given when it is executed, best on the connection itself: `session.connection().execute(…)`.
    """
    said = {name: statement(insert) for name, insert in _WORDS.items()}
    return lambda session: said[session.get_bind().dialect.name]


_WORDS: dict[str, Inserting] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
