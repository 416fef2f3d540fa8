"""Whether a column is one of many numbers, which go to the database as one value.

Two hundred agencies asked for seven times over are fourteen hundred values to be read, and some thousands are more than
a statement may have.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, JSON, Boolean, Dialect, Integer, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Numbers(TypeDecorator[Sequence[int]]):
    """Numbers as one value: an array, or JSON where there are no arrays."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else JSON())


class one_of(FunctionElement[bool]):  # noqa: N801  # it is called like a function of SQL
    """That the column is one of the numbers."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: Any, numbers: Sequence[int]) -> None:
        super().__init__(column, bindparam(None, list(numbers), _Numbers, unique=True))


@compiles(one_of)
def _in_an_array(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"({column} = ANY ({numbers}))"


@compiles(one_of, "sqlite")
def _in_json(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"  # nosec B608 # both parts are what the compiler made
