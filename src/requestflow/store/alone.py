"""Only one embedded system at a time on a database: the second is refused, and a killed one leaves nothing locked."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from requestflow.rules.errors import RuleBroken
from requestflow.store.session import make_engine

_LOCK = 7_303_014_520_190_515  # the number by which PostgreSQL knows this lock


class Taken(RuleBroken):
    """Another process serves this database."""

    def __init__(self) -> None:
        super().__init__(
            "这个数据库已有一个 RequestFlow 在运行，请先停止它，或者用 REQUESTFLOW_HOME 指定另一个文件夹。",
            "RequestFlow already serves this database: stop that one first, or choose another folder with "
            "REQUESTFLOW_HOME.",
        )


@contextmanager
def alone_on(url: str) -> Iterator[None]:
    """Keeps every other process from serving the database at `url` while the block lasts; Taken if one does already."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        with _alone_on_file(Path(f"{where.database}.lock")):
            yield
    else:
        with _alone_on_server(url):
            yield


@contextmanager
def _alone_on_file(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as lock:
        try:
            fcntl.flock(
                lock, fcntl.LOCK_EX | fcntl.LOCK_NB
            )  # the kernel frees it when the process ends, however it does
        except BlockingIOError:
            raise Taken from None
        yield


@contextmanager
def _alone_on_server(url: str) -> Iterator[None]:
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
                raise Taken
            yield
    finally:
        engine.dispose()
