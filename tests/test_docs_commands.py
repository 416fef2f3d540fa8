"""The docs name every command, option, column and setting of the program, and their examples are what it says."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from pydantic.fields import FieldInfo

from requestflow.cli import main
from requestflow.cli.annual import YearFirst
from requestflow.services.ledger import COLUMNS
from requestflow.settings import PREFIX, Settings
from requestflow.web.metrics import Metrics

DOCS = Path(__file__).resolve().parents[1] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")
OPERATING = (DOCS / "operating.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    root = click.Context(main)
    for name in main.list_commands(root):
        command = main.get_command(root, name)
        if isinstance(command, YearFirst):
            yield f"requestflow {name}", command.commands[command.plain]
        elif isinstance(command, click.Group):
            yield from ((f"requestflow {name} {each}", found) for each, found in command.commands.items())
        elif command:
            yield f"requestflow {name}", command


def section(words: str) -> str:
    """What commands.md says under the heading of a command."""
    found = re.search(rf"^## {re.escape(words)}\n(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section “{words}”"
    return found[1]


def options(command: click.Command) -> set[str]:
    return {
        name
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
        for name in option.opts
    }


@pytest.mark.parametrize(("words", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_a_command_is_told_with_every_option_and_an_example(words: str, command: click.Command) -> None:
    said = section(words)
    assert set(re.findall(r"(?<![\w-])--[a-z-]+", said)) >= options(command)
    assert f"$ {words}" in said


def test_no_section_tells_of_a_command_that_is_none() -> None:
    assert re.findall(r"^## (requestflow .*)$", COMMANDS, re.MULTILINE) == sorted(
        (words for words, _ in commands()), key=lambda words: COMMANDS.find(f"## {words}\n")
    )


def test_the_table_of_commands_leads_to_every_section() -> None:
    headings = re.findall(r"^## (.+)$", COMMANDS, re.MULTILINE)
    assert sorted(set(re.findall(r"\(#([\w-]+)\)", COMMANDS))) == sorted(each.replace(" ", "-") for each in headings)


def test_the_options_before_the_command_are_told() -> None:
    assert set(re.findall(r"(?<![\w-])--[a-z]+", COMMANDS.partition("\n## ")[0])) >= options(main)


@pytest.mark.parametrize(
    ("words", "shown"), re.findall(r"```console\n\$ requestflow (due [^\n]*)\n(.*?)```", COMMANDS, re.DOTALL)
)
def test_an_example_of_a_due_date_is_what_the_program_says(words: str, shown: str) -> None:
    assert CliRunner(env={"LC_ALL": "en_US.UTF-8"}).invoke(main, shlex.split(words)).stdout == shown


def test_every_column_of_a_ledger_is_told() -> None:
    told = re.findall(r"^\| `(\w+)`( \*)? \| (\S+) \| (.+) \|$", section("requestflow ledger import"), re.MULTILINE)
    assert told == [
        (column.key, " *" if column.is_required else "", column.title, column.holds.en) for column in COLUMNS
    ]


def test_every_metric_is_told_and_no_other(empty_database_url: str) -> None:
    metrics = Metrics("")
    metrics.hear("public.home", "GET", 200, 0.1)
    families = text_string_to_metric_families(metrics.text().decode())
    names = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    assert set(re.findall(r"^\| `(requestflow_\w+)`", OPERATING, re.MULTILINE)) == names


def default(field: FieldInfo) -> str:
    """The default as operating.md says it: an address is told by the settings that it is made of."""
    made: Any = field.default_factory
    value = made({"home": "HOME", "host": "HOST", "port": "PORT"}) if made else field.default
    return f"`{value}`" if str(value).strip("*") else ""


def test_every_setting_is_told_with_its_default() -> None:
    rows = []
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias or f"{PREFIX}{name.upper()}"
        rows.append(f"| `{variable}` | {field.description} | {default(field)} |".replace("|  |", "| |"))
    table = re.search(r"\| variable \|.*\n\|.*\n((?:\|.*\n)+)", OPERATING)
    assert table
    assert table[1].splitlines() == rows
