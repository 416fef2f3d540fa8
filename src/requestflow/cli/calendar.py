"""`requestflow calendar`: notices of days off and make-up working days."""

import json
from pathlib import Path
from typing import Any

import click

from requestflow import clock
from requestflow.cli import moves
from requestflow.cli.database import writing
from requestflow.cli.shell import counted, said
from requestflow.paper import sheets
from requestflow.rules.words import Text
from requestflow.services import calendars, days_off
from requestflow.services.days_off import Unread

_ROW = Text("第{row}行 {column}：{reason}", "Row {row}, {column}: {reason}")
_NOTHING = Text("没有导入任何日期。", "Nothing was loaded.")
_DONE = Text("导入{days}天，{moved}件申请的期限变动。", "{days} loaded, {moved} moved.")
_TRIED = Text(
    "试运行：可导入{days}天，{moved}件申请的期限将变动。",
    "{days} would be loaded, {moved} would be moved.",
)


@click.group()
def calendar() -> None:
    """Notices of days off and make-up working days."""


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", metavar="TEXT", help="The notice that these days come from.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.pass_context
def import_(context: click.Context, file: Path, source: str, dry_run: bool, as_json: bool) -> None:
    """Load the days of FILE (day,worked,name,region) and reckon every open case again.

    All or nothing: with a bad row nothing is loaded, and the exit status is 1.
    """
    with sheets.opened(file) as sheet:
        days, unread = days_off.read(sheet)
    report = {"rows": len(days) + len(unread), "imported": 0, "refused": [_refused(row) for row in unread], "moved": []}
    if not unread:
        with writing(dry_run=dry_run) as session:
            loaded = calendars.load(session, days, source=source, today=clock.today(), now=clock.now())
            report |= {"imported": loaded.days, "moved": [moves.told(move) for move in loaded.moved]}
    click.echo(
        json.dumps(report, ensure_ascii=False, indent=1) if as_json else _told(report, dry_run),
        err=not as_json and bool(unread),
    )
    if unread:
        context.exit(1)


def _refused(row: Unread) -> dict[str, Any]:
    return {"row": row.row, "column": row.column, "reason": said(row.reason)}


def _told(report: dict[str, Any], dry_run: bool) -> str:
    if report["refused"]:
        return "\n".join([*(said(_ROW.fill(**row)) for row in report["refused"]), said(_NOTHING)])
    heads = _TRIED if dry_run else _DONE
    days = counted(report["imported"], "day", "days")
    moved = counted(len(report["moved"]), "due date", "due dates")
    return "\n".join([said(heads.fill(days=days, moved=moved)), *map(moves.line, report["moved"])])
