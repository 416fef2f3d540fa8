"""Writes many rows of one table at once, the way each database takes them fastest: COPY, or one prepared statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel


def insert(session: Session, model: type[SQLModel], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts rows in the session's transaction; each has a value for every one of the (two or more) `columns`.

    The values are those of the model's fields. Raises SQLAlchemy's IntegrityError, DataError and the like, as for any
    other statement.
    """
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it on every table model
    connection = session.connection()
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in columns)
    into = f"{quote.format_table(table)} ({names})"
    values = _values(table, connection.dialect, columns, rows)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {into} FROM STDIN", values)
        return
    marks = ", ".join("?" * len(columns))
    every = [tuple(row) for row in values]
    if every:
        connection.exec_driver_sql(" ".join(("INSERT INTO", into, "VALUES", f"({marks})")), every)


def _copy(connection: Connection, statement: str, values: Iterable[Sequence[Any]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # the connection is open
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


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
