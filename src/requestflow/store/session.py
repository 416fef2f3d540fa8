"""The one way to the database: a bound engine, and a visible transaction at the edge.

SQLite is set up so that writers queue instead of failing: WAL, BEGIN IMMEDIATE for writing sessions, plain BEGIN for
reading ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

_PATIENCE = {"connect_timeout": "5", "keepalives_idle": "30", "tcp_user_timeout": "30000"}
"""So that a server that fell silent is noticed: seconds, seconds, milliseconds; an address may say otherwise."""

_LONG, _A_MOMENT = 30_000, 100  # milliseconds that a writer waits for another

_bound: Engine | None = None


def make_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///… or postgresql+psycopg://…), with the pragmas that a busy SQLite needs.

    A connection is tried before it is lent, so that pages recover by themselves when the server was away; what
    statements hold never stands in an error.
    """
    where = make_url(url)
    if where.drivername in ("postgresql", "postgres"):
        where = where.set(drivername="postgresql+psycopg")
    if where.get_backend_name() != "sqlite":
        where = where.set(query={**_PATIENCE, **where.query})
        return create_engine(
            where, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=10, hide_parameters=True
        )
    engine = create_engine(where, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={_LONG}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("hurries"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_A_MOMENT}")
    try:
        connection.exec_driver_sql("BEGIN" if options.get("reads_only") else "BEGIN IMMEDIATE")
    finally:
        if options.get("hurries"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_LONG}")


def bind(to: str | Engine) -> Engine:
    """Makes `to` the database of this process; every later session uses it, and the one before is let go."""
    global _bound
    before = _bound
    _bound = to if isinstance(to, Engine) else make_engine(to)
    if before is not None and before is not _bound:
        before.dispose()
    return _bound


def bound() -> Engine:
    """The database of this process."""
    if _bound is None:
        raise RuntimeError("no database is bound: call requestflow.store.session.bind(url) first")
    return _bound


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing session: committed at the end of the block, rolled back if the block raises."""
    with Session(bound(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def hurried() -> Iterator[Session]:
    """A writing session for what may as well stay unwritten: OperationalError where another writer is in its way."""
    with Session(bound().execution_options(hurries=True), expire_on_commit=False) as session, session.begin():
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"SET LOCAL lock_timeout = {_A_MOMENT}"))
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads, and so never queues behind a writer."""
    with Session(bound().execution_options(reads_only=True), expire_on_commit=False) as session:
        yield session
