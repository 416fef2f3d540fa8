"""Alembic's entry: migrates over the connection that it is handed."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from requestflow.store.columns import Exact
from requestflow.store.holding import is_modelled
from requestflow.store.models import metadata


def plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Writes our own column types as what they are in the database, so that a revision needs no code of its day."""
    if kind != "type":
        return False
    if isinstance(item, Exact):
        return "sa.BigInteger()"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return "sa.DateTime(timezone=True)" if isinstance(item, UTCDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plainly,
    include_object=is_modelled,
)
with context.begin_transaction():
    context.run_migrations()
