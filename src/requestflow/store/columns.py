"""What the tables share: how constraints are called, words of the trade, exact decimals, indexes of some rows only."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Enum, Index, TypeDecorator, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def silenced() -> Column[list[str]]:
    """The notices that somebody does not want; those that the law asks for are told all the same."""
    return Column(JSON, nullable=False, server_default="[]")


def word(kind: type[StrEnum], name: str = "") -> Enum:
    """A column that stores the members of `kind` by value, and lets the database refuse anything else.

    `name` names the constraint where a table has two columns of one kind.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        length=32,
        name=name or kind.__name__.lower(),
    )


def some(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that `where` holds for. A flag may end the condition: SQLite knows no true and false."""
    sqlite = f"{where} = 1" if where.rpartition(" ")[2].startswith("is_") else where
    return Index(name, *columns, sqlite_where=text(sqlite), postgresql_where=text(where))


class Exact(TypeDecorator[Decimal]):
    """An exact decimal of four places, kept as a whole number of ten-thousandths (SQLite has no decimals)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * 10_000).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 10_000


class seen_on_the_way(FunctionElement[Any]):  # noqa: N801  # it is called like a function of SQL
    """A column that is looked at row by row: SQLite then walks along the index of the order, as PostgreSQL does anyway.

    Without statistics SQLite takes any index that begins with a column asked for, and sorts all that it finds there.
    """

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(seen_on_the_way)
def _as_it_is(element: seen_on_the_way, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clause_expr.element, **options)


@compiles(seen_on_the_way, "sqlite")
def _not_looked_up(element: seen_on_the_way, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{_as_it_is(element, compiler, **options)}"
