"""Every command refuses in one sentence on standard error, with a status that a program can read."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from requestflow.cli.database import writing
from requestflow.cli.shell import Sentences
from requestflow.rules.errors import RuleBroken
from requestflow.settings import settings


def a_group(act: Callable[[], None]) -> click.Group:
    group = Sentences("requestflow")
    group.add_command(click.Command("act", callback=act))
    return group


def refuse() -> None:
    raise RuleBroken("不可以。", "No.")


def abort() -> None:
    raise click.Abort


def fail() -> None:
    raise click.ClickException("It failed.")


def need_the_database() -> None:
    with writing():
        pass


def leave() -> None:
    click.get_current_context().exit(3)


@pytest.mark.parametrize(
    ("act", "status", "sentence"),
    [(refuse, 1, "No.\n"), (abort, 130, "Stopped.\n"), (fail, 1, "It failed.\n"), (leave, 3, "")],
)
def test_a_refusal_is_one_sentence_and_a_status(act: Callable[[], None], status: int, sentence: str) -> None:
    result = CliRunner().invoke(a_group(act), ["act"])
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", sentence)


def test_a_fault_of_the_program_is_a_sentence_that_says_how_to_find_it() -> None:
    result = CliRunner().invoke(a_group(lambda: {}["missing"]), ["act"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "This is a fault of the program (KeyError: 'missing'): run it again with --traceback"
    )
    assert result.stderr.count("\n") == 1


def test_settings_that_make_no_sense_are_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", "mysql://nowhere")
    settings.cache_clear()
    result = CliRunner().invoke(a_group(need_the_database), ["act"])
    settings.cache_clear()
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "REQUESTFLOW_DATABASE_URL" in result.stderr


def test_a_program_that_calls_it_gets_the_exception_itself() -> None:
    with pytest.raises(RuleBroken, match=r"No\."):
        a_group(refuse).main(["act"], standalone_mode=False)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    program = Path(sys.executable).with_name("requestflow")
    shown = subprocess.Popen([program, "due", "2026-03-02"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert shown.stdout is not None
    shown.stdout.close()
    assert shown.communicate()[1] == b""
