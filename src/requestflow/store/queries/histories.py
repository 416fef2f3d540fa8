"""Every case with all that happened to it, read in chunks so that a long history never fills the memory."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Table, select
from sqlmodel import Session, SQLModel, col

from requestflow.rules.lifecycle import Move
from requestflow.store.models import Case, Event, Remedy

CHUNK = 1000


class History(NamedTuple):
    """A case: its row by column name, its moves in the order of typing, and its rows of remedies."""

    case: RowMapping
    moves: list[Move]
    remedies: list[RowMapping]


def histories(session: Session, *where: ColumnElement[bool]) -> Iterator[History]:
    """The histories of all cases that meet the conditions, by id. The session may write between two of them."""
    after = 0
    while cases := _cases(session, after, where):
        after = cases[-1]["id"]
        ids = [case["id"] for case in cases]
        moves: defaultdict[int, list[Move]] = defaultdict(list)
        for event in _hanging_on(session, Event, ids):
            moves[event["case_id"]].append(
                Move(event["action"], event["happened_on"], event["facts"], event["seq"]),
            )
        remedies: defaultdict[int, list[RowMapping]] = defaultdict(list)
        for remedy in _hanging_on(session, Remedy, ids):
            remedies[remedy["case_id"]].append(remedy)
        for case in cases:
            yield History(case, moves[case["id"]], remedies[case["id"]])


def _cases(session: Session, after: int, where: tuple[ColumnElement[bool], ...]) -> list[RowMapping]:
    asked = select(_table(Case)).where(col(Case.id) > after, *where).order_by(col(Case.id)).limit(CHUNK)
    return list(session.execute(asked).mappings())


def _hanging_on(session: Session, model: type[SQLModel], case_ids: list[int]) -> Iterator[RowMapping]:
    """The rows of a table that hang on the cases; between cases that lie far apart the others are not read."""
    table = _table(model)
    first, last = case_ids[0], case_ids[-1]
    lie_close = last - first < 2 * len(case_ids)
    theirs = table.c.case_id.between(first, last) if lie_close else table.c.case_id.in_(case_ids)
    asked = select(table).where(theirs).order_by(*_order(table))
    return iter(session.execute(asked).mappings())


def _order(table: Table) -> tuple[Any, ...]:
    names = ("case_id", "seq") if "seq" in table.c else ("case_id", "kind", "nth")
    return tuple(table.c[name] for name in names)


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it on every table model
    return table
