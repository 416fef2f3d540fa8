"""Databases for the tests on both engines: migrated once a session, then copied."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine, make_url
from sqlmodel import Session

from requestflow.services import people
from requestflow.store import migrations
from requestflow.store import session as store
from tests.servers.postgres import Postgres

Copy = Callable[[Path], AbstractContextManager[str]]

people._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # in a hurry: thousands of tests sign in


@contextmanager
def migrated_postgres(server: Postgres) -> Iterator[Copy]:
    """Gives a function that opens the URL of a fresh migrated database of `server` (about 30 ms each)."""
    with server.database() as template:
        migrations.upgrade(template)
        name = make_url(template).database
        assert name is not None
        yield lambda _folder: server.database(template=name)


@contextmanager
def migrated_sqlite(folder: Path) -> Iterator[Copy]:
    """Gives a function that opens the URL of a fresh migrated SQLite file in the folder that it is handed."""
    template = folder / "template.sqlite"
    migrations.upgrade(f"sqlite:///{template}")
    yield lambda folder: _sqlite_copy(template, folder)


@contextmanager
def _sqlite_copy(template: Path, folder: Path) -> Iterator[str]:
    copy = folder / "requestflow.sqlite"
    shutil.copyfile(template, copy)  # whole: the last connection to the template is closed, so its log is folded in
    yield f"sqlite:///{copy}"


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine on `url`, closed at the end."""
    engine = store.make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def bound(url: str) -> Iterator[None]:
    """Makes `url` the database of this process for the block; whatever is bound at its end is closed."""
    engine = store.bind(url)
    try:
        yield
    finally:
        engine.dispose()
        store.bound().dispose()


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints of an outer transaction, which is undone at the end."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()
