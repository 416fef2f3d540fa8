"""Writes many rows of one table at once, the way each database takes them fastest: COPY, or one prepared statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table
from sqlmodel import Session, SQLModel


def insert(session: Session, model: type[SQLModel], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts rows in the session's transaction; each has a value for every one of the (two or more) `columns`.

    The values are those of the model's fields. What the database refuses is raised as its driver says it: a row that
    a constraint forbids is a fault of the caller, who has judged it.
    """
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it on every table model
    connection = session.connection()
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in columns)
    into = f"{quote.format_table(table)} ({names})"
    values = _values(table, connection.dialect, columns, rows)
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert driver is not None  # the connection is open
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        every = [tuple(row) for row in values]
        if every:
            connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", every)


def _values(
    table: Table, dialect: Dialect, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> Iterator[list[Any]]:
    """The rows as the driver takes them: words by value, exact decimals as whole numbers, facts as JSON."""
    binders = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    bound = [(place, bind) for place, bind in enumerate(binders) if bind]
    in_order = itemgetter(*columns)
    for row in rows:
        values = list(in_order(row))
        for place, bind in bound:
            if values[place] is not None:
                values[place] = bind(values[place])
        yield values
