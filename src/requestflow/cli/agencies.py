"""`requestflow agencies`: the tree of agencies, from a table."""

import json
from pathlib import Path

import click

from requestflow.cli.database import writing
from requestflow.cli.shell import counted, said
from requestflow.paper import sheets
from requestflow.rules.words import Text
from requestflow.services import tree

_DONE = Text("{n}个机关已设置。", "{n} set up.")


@click.group()
def agencies() -> None:
    """The tree of agencies."""


@agencies.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def import_(file: Path, as_json: bool) -> None:
    """Set up the agencies of FILE (code,name,parent,level,region,review_body): all of them or none.

    An agency that is there already is brought up to date. The level is government, department or vertical.
    """
    with sheets.opened(file) as sheet, writing() as session:
        count = tree.plant(session, sheet)
    click.echo(json.dumps({"rows": count, "imported": count}) if as_json else _told(count))


def _told(count: int) -> str:
    return said(_DONE.fill(n=counted(count, "agency was", "agencies were")))
