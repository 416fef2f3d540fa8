"""What every command shares: errors as one sentence on standard error, the database, and reading a text file."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.settings import SettingsRefused, settings
from requestflow.store.session import bind, transaction


class Sentences(click.Group):
    """A command that refuses in one sentence: exit status 1, or 2 where it was called wrongly; never a traceback."""

    def main(  # type: ignore[override]  # click tells the two modes apart by overloads
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **known: Any
    ) -> Any:
        """Runs the command; in standalone mode it ends the process with its exit status."""
        is_standalone = known.pop("standalone_mode", True)
        if not is_standalone:
            return super().main(args, prog_name, standalone_mode=False, **known)
        try:
            status = super().main(args, prog_name, standalone_mode=False, **known)
        except click.exceptions.NoArgsIsHelpError as asked:
            asked.show()
            status = asked.exit_code
        except click.ClickException as refused:
            status = _say(refused.format_message(), refused.exit_code)
        except click.Abort:
            status = _say("Stopped.", 130)
        except (RuleBroken, SettingsRefused) as refused:
            status = _say(str(refused), 1)
        except (OperationalError, ProgrammingError) as refused:
            status = _say(f"The database refused: {_first_line(refused.orig)} Is it there, and was it migrated?", 1)
        sys.exit(status if isinstance(status, int) else 0)


def _say(sentence: str, status: int) -> int:
    click.echo(sentence, err=True)
    return status


def _first_line(error: BaseException | None) -> str:
    return f"{str(error).strip().splitlines()[0].rstrip('.')}."


@contextmanager
def writing(*, dry_run: bool = False) -> Iterator[Session]:
    """A transaction on the database of the environment; with `dry_run` everything is undone at its end."""
    bind(settings().database_url)
    with transaction() as session:
        savepoint = session.begin_nested() if dry_run else None
        yield session
        if savepoint:
            savepoint.rollback()


def text_of(file: Path) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not a text in UTF-8: save it as CSV UTF-8.") from None
