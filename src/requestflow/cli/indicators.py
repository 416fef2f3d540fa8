"""`requestflow indicators`: the figures of the yearly report that cases cannot give."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from requestflow.cli.database import writing
from requestflow.cli.shell import counted, said
from requestflow.paper import sheets
from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services import annual
from requestflow.services.annual import Imported

_COLUMNS = ({"agency", "year", "line", "value"}, {"agency", "year", "item", "label", "column", "value"})
_DONE = Text("共{rows}行，导入{imported}个数。", "{rows}, {imported} imported.")
_REFUSED = Text("第{row}行 {column}：{reason}", "Row {row}, {column}: {reason}")
_NOTHING = Text("没有导入任何一行。", "Nothing was imported.")


@click.group()
def indicators() -> None:
    """Figures that cases cannot give."""


@indicators.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.pass_context
def import_(context: click.Context, file: Path, as_json: bool) -> None:
    """Take in FILE: agency,year,line,value for form 2014; agency,year,item,label,column,value for table 2.

    All rows or none; the exit status is 1 if any row was refused.
    """
    with sheets.opened(file) as sheet, writing() as session:
        done = annual.import_numbered(session, _rows(sheet))
    if as_json:
        click.echo(json.dumps(_plain(done), ensure_ascii=False, indent=1))
    else:
        for each in done.refused:
            click.echo(said(_REFUSED.fill(row=each.row, column=each.column, reason=each.reason)), err=True)
        told = (
            _NOTHING
            if done.refused
            else _DONE.fill(
                rows=counted(done.rows, "row", "rows"), imported=counted(done.imported, "figure", "figures")
            )
        )
        click.echo(said(told), err=bool(done.refused))
    if done.refused:
        context.exit(1)


def _rows(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    header = [title.strip().lower() for title in sheet.header]
    if not any(columns <= set(header) for columns in _COLUMNS):
        raise RuleBroken(
            "第一行应当是 agency,year,line,value（2014年表式）或者 agency,year,item,label,column,value（表二）。",
            "The first row must be agency,year,line,value (form 2014), or agency,year,item,label,column,value.",
        )
    for number, cells in sheet.rows:
        yield number, dict(zip(header, map(str, cells), strict=False))  # a short row has empty cells at its end


def _plain(done: Imported) -> dict[str, object]:
    refused = [{"row": each.row, "column": each.column, "reason": said(each.reason)} for each in done.refused]
    return {"rows": done.rows, "imported": done.imported, "refused": refused}
