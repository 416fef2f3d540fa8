"""What every command shares: its language, and errors as one sentence on standard error."""

import sys
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import click

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text

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
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            raise _Refused(said(sentence(error)), error) from error


def said(text: Text) -> str:
    """The text in the language of the command line: --lang, else Chinese on a Chinese terminal, else English."""
    return text.zh if language() == "zh" else text.en


def counted(count: int, one: str, many: str) -> Text:
    """So many of something: the number alone in Chinese, where the sentence has its measure word; 1 day, 2 days."""
    return Text(str(count), f"{count} {one if count == 1 else many}")


def language() -> str:
    """The language of the command line: zh or en."""
    chosen = click.get_current_context().find_root().params
    if chosen.get("lang"):
        return str(chosen["lang"])
    return "zh" if str(chosen.get("locale") or "").lower().startswith("zh") else "en"


@singledispatch
def sentence(error: Exception) -> Text:
    """What an error says to the person at the terminal; a module that brings errors of its own registers theirs."""
    return _BUG.fill(kind=type(error).__name__, error=" ".join(str(error).split()))


@sentence.register
def _(error: RuleBroken) -> Text:
    return error.said


@sentence.register
def _(error: OSError) -> Text:
    of = f"{error.filename}: " if error.filename else ""
    return Text(f"文件无法读写：{of}{error.strerror or error}。", f"{of}{error.strerror or error}.")


def _say(sentence: str, status: int) -> int:
    click.echo(sentence, err=True)
    return status
