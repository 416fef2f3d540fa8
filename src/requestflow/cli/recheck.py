"""`requestflow recheck`: proves that the rows of the cases equal their events."""

import json

import click

from requestflow.cli.database import looking, writing
from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.services import upkeep
from requestflow.services.upkeep import Difference

_SAME = Text("所有案件与办理记录一致。", "Every case equals its events.")
_FOUND = Text("发现{n}处不一致。", "{n} differences were found.")
_FIXED = Text("发现{n}处不一致，已按办理记录更正。", "{n} differences were found and put right.")
_LINE = Text(
    "{agency} {number} {column}：库中为{stored}，应为{computed}",
    "{agency} {number} {column}: stored {stored}, computed {computed}",
)
_BROKEN = Text(
    "{agency} {number}：办理记录自相矛盾，无法更正。{why}", "{agency} {number}: its events contradict themselves. {why}"
)


@click.command()
@click.option("--fix", is_flag=True, help="Write what the events say.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.pass_context
def recheck(context: click.Context, fix: bool, as_json: bool) -> None:
    """Compute all projections again from the events and name every difference; exit status 1 if there is any."""
    with writing() if fix else looking() as session:
        found = []
        for difference in upkeep.recheck(session, fix=fix):
            found.append(difference)
            if not as_json:
                click.echo(_told(difference))
    if as_json:
        differences = [{**each._asdict(), "why": said(each.why) if each.why else None} for each in found]
        click.echo(json.dumps({"differences": differences, "fixed": fix}, ensure_ascii=False, indent=1))
    else:
        click.echo(said((_FIXED if fix else _FOUND).fill(n=len(found)) if found else _SAME))
    if found:
        context.exit(1)


def _told(difference: Difference) -> str:
    facts = difference._asdict()
    return said(_BROKEN.fill(**facts) if difference.why else _LINE.fill(**facts))
