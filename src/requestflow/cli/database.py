"""The database of the environment: sessions on it for a command, and what it refuses as a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from requestflow.cli.shell import sentence
from requestflow.rules.words import Text
from requestflow.settings import SettingsRefused, settings
from requestflow.store.session import bind, reading, transaction

_TWO_AT_ONCE = Text(
    "同时有人写入了相同的内容，本次没有保存，请重新运行命令。",
    "Somebody else wrote the same at the same time, so nothing was kept: run the command again.",
)
_REFUSED = Text(
    "数据库无法使用：{error}请确认数据库存在，并已运行 requestflow migrate。",
    "The database refused: {error} Is it there, and was it migrated?",
)
_NOT_VALID = Text("“{column}”无效（{why}）。", "“{column}” is not valid: {why}.")


@contextmanager
def writing(*, dry_run: bool = False) -> Iterator[Session]:
    """A transaction on the database of the environment; with `dry_run` everything is undone at its end."""
    with _bound(), transaction() as session:
        savepoint = session.begin_nested() if dry_run else None
        yield session
        if savepoint:
            savepoint.rollback()


@contextmanager
def looking() -> Iterator[Session]:
    """A session on the database of the environment that only reads."""
    with _bound(), reading() as session:
        yield session


def place() -> str:
    """The URL of the database of the environment; the folder of one that is a file is made."""
    url = settings().database_url
    if settings().is_sqlite:
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
    return url


@contextmanager
def _bound() -> Iterator[None]:
    """Binds the database of the environment, and closes its connections when the command is done."""
    engine = bind(settings().database_url)
    try:
        yield
    finally:
        engine.dispose()


@sentence.register
def _(error: SettingsRefused) -> Text:
    return Text(str(error), str(error))


@sentence.register
def _(error: DBAPIError) -> Text:
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return _REFUSED.fill(error=f"{lines[0].rstrip('.')}.")


@sentence.register
def _(_error: IntegrityError) -> Text:
    return _TWO_AT_ONCE


@sentence.register
def _(error: ValidationError) -> Text:
    first = error.errors()[0]
    return _NOT_VALID.fill(column=".".join(map(str, first["loc"])), why=first["msg"])
