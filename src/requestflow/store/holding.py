"""Whether a name holds what somebody looks for, by an index of its pairs of characters where the database has one.

PostgreSQL finds the pairs by the function and the index that the migrations make there. Its own trigrams need three
letters of a row, while Chinese names have two or three, and know no Chinese letter at all in a database of locale C.
SQLite, which has one machine's cases, reads them all.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, and_, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

INDEX = "ix_case_name_pairs"
"""Of the names of applicants; only PostgreSQL has it, so that no model speaks of it."""


class _has_pairs(FunctionElement[bool]):  # noqa: N801  # it is called like a function of SQL
    """That all pairs of characters of what is said stand in the column, in whatever order."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: Any, said: str) -> None:
        super().__init__(column, bindparam(None, said, String(), unique=True))


@compiles(_has_pairs)
def _by_index(element: _has_pairs, compiler: SQLCompiler, **options: Any) -> str:
    column, said = (compiler.process(each, **options) for each in element.clauses)
    return f"(pairs_of({column}) @> pairs_of({said}))"


@compiles(_has_pairs, "sqlite")
def _not_asked(_element: _has_pairs, _compiler: SQLCompiler, **_options: Any) -> str:
    return "1"


def holds(column: Any, said: str) -> ColumnElement[bool]:
    """That the column holds what is said somewhere; of a single character there is no pair to look up."""
    is_there: ColumnElement[bool] = column.contains(said, autoescape=True)
    return and_(_has_pairs(column, said), is_there) if len(said) > 1 else is_there


def is_modelled(_item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether the models are to know of something in the database, as Alembic asks it."""
    return (kind, name) != ("index", INDEX)
