"""A command is loaded when it is called, and brings no library that it does not use."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from requestflow.cli import FAMILIES, main

LOADED_BY = """
import json, sys
from requestflow.cli import main
main({words}, standalone_mode=False)
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names))))
"""


def loaded_by(*words: str) -> set[str]:
    """The packages outside the standard library that a command brings into a process of its own."""
    program = LOADED_BY.format(words=list(words))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_to_reckon_a_due_date_takes_only_the_law_and_click() -> None:
    plain = subprocess.run(
        [sys.executable, "-c", "import json, sys; print(json.dumps([*sys.modules]))"],
        capture_output=True,
        text=True,
        check=True,
    )
    there_anyway = {name.partition(".")[0] for name in json.loads(plain.stdout)}
    assert loaded_by("due", "2026-03-02", "--json") - there_anyway == {"click", "requestflow"}


def test_accounts_are_listed_without_the_pages_the_worker_or_spreadsheets() -> None:
    loaded = loaded_by("people", "list", "--help")
    assert "sqlalchemy" in loaded
    assert loaded & {"flask", "celery", "openpyxl", "xlsxwriter", "alembic"} == set()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_list_of_commands_says_of_each_what_it_says_of_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help is not None
    assert command.help.startswith(FAMILIES[name].removesuffix("."))


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"]).stdout
    assert [line.split()[0] for line in shown.partition("Commands:")[2].splitlines() if line[2:3].strip()] == list(
        FAMILIES
    )


def test_a_command_that_is_none_is_refused_in_a_sentence() -> None:
    result = CliRunner().invoke(main, ["annul"])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("No such command 'annul'.")
