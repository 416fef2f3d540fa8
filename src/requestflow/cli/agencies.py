"""`requestflow agencies`: the tree of agencies, from a table."""

import json
from pathlib import Path

import click

from requestflow import clock
from requestflow.cli import moves
from requestflow.cli.database import writing
from requestflow.cli.shell import counted, said
from requestflow.paper import sheets
from requestflow.rules.words import Text
from requestflow.services import tree
from requestflow.services.tree import Planted

_DONE = Text("{n}个机关已设置。", "{n} set up.")
_MOVED = Text(
    "因所在地区变更，以下申请的期限已重新计算：", "These due dates moved, as their agency is in another region now:"
)


@click.group()
def agencies() -> None:
    """The tree of agencies."""


@agencies.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def import_(file: Path, as_json: bool) -> None:
    """Set up the agencies of FILE (code,name,parent,level,region,review_body): all of them or none.

    An agency that is there already is brought up to date; where it is in another region now, its cases are reckoned
    again. The level is government, department or vertical. The columns phone, address and website may be added.
    """
    with sheets.opened(file) as sheet, writing() as session:
        planted = tree.plant(session, sheet, today=clock.today(), now=clock.now())
    click.echo(json.dumps(_report(planted), ensure_ascii=False) if as_json else _told(planted))


def _report(planted: Planted) -> dict[str, object]:
    moved = [moves.told(move) for move in planted.moved]
    return {"rows": planted.agencies, "imported": planted.agencies, "moved": moved}


def _told(planted: Planted) -> str:
    lines = [said(_DONE.fill(n=counted(planted.agencies, "agency was", "agencies were")))]
    if planted.moved:
        lines += [said(_MOVED), *(moves.line(moves.told(move)) for move in planted.moved)]
    return "\n".join(lines)
