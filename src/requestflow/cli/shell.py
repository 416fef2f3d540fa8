"""What every command shares: its language, errors as one sentence on standard error, and the database."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.settings import SettingsRefused, settings
from requestflow.store.session import bind, reading, transaction

_TWO_AT_ONCE = Text(
    "同时有人写入了相同的内容，本次没有保存，请重新运行命令。",
    "Somebody else wrote the same at the same time, so nothing was kept: run the command again.",
)
_DATABASE = Text(
    "数据库无法使用：{error}请确认数据库存在，并已运行 requestflow migrate。",
    "The database refused: {error} Is it there, and was it migrated?",
)
_BUG = Text(
    "程序出错（{kind}：{error}）。请加上 --traceback 重新运行，并把显示的内容告诉开发者。",
    "This is a fault of the program ({kind}: {error}): run it again with --traceback and tell its makers.",
)


class _Refused(click.ClickException):
    """What a command refused, as the sentence to show and the error behind it."""

    def __init__(self, sentence: str, error: Exception) -> None:
        super().__init__(sentence)
        self.error = error


class Sentences(click.Group):
    """A command that refuses in one sentence: exit status 1, or 2 where it was called wrongly; never a traceback."""

    def main(  # type: ignore[override]  # click tells the two modes apart by overloads
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **known: Any
    ) -> Any:
        """Runs the command; in standalone mode it ends the process with its exit status."""
        is_standalone = known.pop("standalone_mode", True)
        if not is_standalone:
            try:
                return super().main(args, prog_name, standalone_mode=False, **known)
            except _Refused as refused:
                raise refused.error from None
        try:
            status = super().main(args, prog_name, standalone_mode=False, **known)
        except click.exceptions.NoArgsIsHelpError as asked:
            asked.show()
            status = asked.exit_code
        except click.ClickException as refused:
            status = _say(refused.format_message(), refused.exit_code)
        except click.Abort:
            status = _say("Stopped.", 130)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the chosen command, and turns what it refuses into a sentence in the language of the command line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            raise _Refused(said(_sentence(error)), error) from error


def said(text: Text) -> str:
    """The text in the language of the command line: --lang, else Chinese on a Chinese terminal, else English."""
    return text.zh if language() == "zh" else text.en


def language() -> str:
    """The language of the command line: zh or en."""
    chosen = click.get_current_context().find_root().params
    if chosen.get("lang"):
        return str(chosen["lang"])
    return "zh" if str(chosen.get("locale") or "").lower().startswith("zh") else "en"


def _sentence(error: Exception) -> Text:
    if isinstance(error, RuleBroken):
        return error.said
    if isinstance(error, SettingsRefused):
        return Text(str(error), str(error))
    if isinstance(error, IntegrityError):
        return _TWO_AT_ONCE
    if isinstance(error, DBAPIError):
        return _DATABASE.fill(error=_first_line(error.orig))
    if isinstance(error, OSError):
        of = f"{error.filename}: " if error.filename else ""
        return Text(f"文件无法读写：{of}{error.strerror or error}。", f"{of}{error.strerror or error}.")
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        column = ".".join(map(str, first["loc"]))
        return Text(f"“{column}”无效（{first['msg']}）。", f"“{column}” is not valid: {first['msg']}.")
    return _BUG.fill(kind=type(error).__name__, error=" ".join(str(error).split()))


def _say(sentence: str, status: int) -> int:
    click.echo(sentence, err=True)
    return status


def _first_line(error: BaseException | None) -> str:
    return f"{(str(error).strip() or type(error).__name__).splitlines()[0].rstrip('.')}."


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


@contextmanager
def _bound() -> Iterator[None]:
    """Binds the database of the environment, and closes its connections when the command is done."""
    engine = bind(settings().database_url)
    try:
        yield
    finally:
        engine.dispose()


def text_of(file: Path) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not a text in UTF-8: save it as CSV UTF-8.") from None
