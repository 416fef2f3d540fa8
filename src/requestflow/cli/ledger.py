"""`requestflow ledger`: registers of past and open cases, taken in and written out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from requestflow import clock
from requestflow.cli.database import looking, writing
from requestflow.cli.shell import said
from requestflow.paper import sheets
from requestflow.paper.sheet import Sheet
from requestflow.rules.articles import cite
from requestflow.rules.roles import Hand
from requestflow.rules.words import Text
from requestflow.services import ledger as register
from requestflow.services.entry import Entry
from requestflow.services.ledger import COLUMNS, Refusal, Report

_SHOWN = 50
_DONE = Text(
    "共{rows}行，导入{imported}行，拒绝{refused}行。", "Rows: {rows}, imported: {imported}, refused: {refused}."
)
_TRIED = Text(
    "试运行：共{rows}行，可以导入{good}行，拒绝{refused}行。",
    "Dry run. Rows: {rows}, good: {good}, refused: {refused}.",
)
_NOTHING = Text("没有导入任何一行。", "Nothing was imported.")
_ROW = Text("第{row}行 {column}：{reason}", "Row {row}, {column}: {reason}")
_MORE = Text("……另有{n}行被拒绝。", "… and refused beside these: {n}.")
_LEFT_OUT = Text("以下列无法识别，没有导入：{titles}", "These columns are unknown and were left out: {titles}")
_KEPT = Text("被拒绝的行及理由写入 {file}。", "The refused rows and the reasons are in {file}.")
_WRITTEN = Text("{n}件案件写入 {file}。", "Cases written to {file}: {n}.")
_SHORT = Text(
    "其中{n}件的情况超出台账各列所能记载：{cases}",
    "Cases that hold more than the columns of a ledger can say: {n}, namely {cases}",
)
_WHY = Text("拒绝理由", "refused_because")


@click.group()
def ledger() -> None:
    """Registers of past and open cases."""


@ledger.command("import", epilog=f"Columns: {', '.join(column.key for column in COLUMNS)}.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--agency", default="", metavar="CODE", help="The agency of rows that name none.")
@click.option("--dry-run", is_flag=True, help="Judge every row and change nothing.")
@click.option("--keep-good", is_flag=True, help="Import the good rows; the others go into FILE.refused.csv.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.pass_context
def import_(context: click.Context, file: Path, agency: str, dry_run: bool, keep_good: bool, as_json: bool) -> None:
    """Take in the register FILE (CSV, or the first sheet of an XLSX), each row under the law of its day.

    All rows or none, unless --keep-good. The exit status is 1 if any row was refused.
    """
    entry = Entry(Hand.ledger, clock.today(), clock.now())
    with sheets.opened(file) as sheet, looking() if dry_run else writing() as session:
        watched = _watched(sheet)
        report = register.take_in(session, watched, entry, agency=agency, dry_run=dry_run, keep_good=keep_good)
        refused_file = file.with_suffix(".refused.csv") if keep_good and report.refused and not dry_run else None
        if refused_file:  # before the good rows are kept for good: a full disk must not lose the others
            sheets.write(refused_file, [*sheet.header, said(_WHY)], _with_reasons(report.refused, len(sheet.header)))
    if report.unknown:
        click.echo(said(_LEFT_OUT.fill(titles=", ".join(report.unknown))), err=True)
    if as_json:
        click.echo(json.dumps(_plain(report), ensure_ascii=False, indent=1))
    else:
        _tell(report, dry_run=dry_run)
    if refused_file:
        click.echo(said(_KEPT.fill(file=refused_file)), err=True)
    if report.refused:
        context.exit(1)


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--agency", default="", metavar="CODE", help="Only the cases of this agency.")
@click.option("--year", type=click.IntRange(2008, 2099), help="Only the cases that came in in this year.")
@click.option("--titles", is_flag=True, help="Chinese titles and terms instead of keys.")
def export(file: Path, agency: str, year: int | None, titles: bool) -> None:
    """Write the cases to FILE (CSV or XLSX) in the columns of `ledger import`."""
    with looking() as session:
        out = register.written_out(session, clock.today(), agency=agency, year=year, titled=titles)
        written = sheets.write(file, out.header, out.rows)
    click.echo(said(_WRITTEN.fill(n=written, file=file)))
    if out.short:
        click.echo(said(_SHORT.fill(n=len(out.short), cases=", ".join(out.short[:_SHOWN]))), err=True)


def _watched(sheet: Sheet) -> Sheet:
    """The same sheet; on a terminal a bar shows how far it was read."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return sheet

    def rows() -> Iterator[tuple[int, tuple[str | date, ...]]]:
        with Progress(console=console, transient=True) as progress:
            yield from progress.track(sheet.rows, total=sheet.rows_at_most)

    return replace(sheet, rows=rows())


def _with_reasons(refused: Sequence[Refusal], width: int) -> Iterator[list[str | date]]:
    for each in refused:
        yield [*each.cells, *[""] * (width - len(each.cells)), _reason(each)]


def _plain(report: Report) -> dict[str, object]:
    refused = [{"row": each.row, "column": each.column, "reason": _reason(each)} for each in report.refused]
    return {"rows": report.rows, "imported": report.imported, "refused": refused}


def _reason(refusal: Refusal) -> str:
    """The sentence, and the article behind it."""
    if not refusal.article:
        return said(refusal.said)
    return said(
        Text("{said}（{article}）", "{said} ({article})").fill(said=refusal.said, article=cite(refusal.article))
    )


def _tell(report: Report, *, dry_run: bool) -> None:
    for each in report.refused[:_SHOWN]:
        title = register.title_of(each.column) if each.column else Text("", "")
        click.echo(said(_ROW.fill(row=each.row, column=title, reason=_reason(each))), err=True)
    if len(report.refused) > _SHOWN:
        click.echo(said(_MORE.fill(n=len(report.refused) - _SHOWN)), err=True)
    refused = len(report.refused)
    heads = _TRIED if dry_run else _DONE
    told = said(heads.fill(rows=report.rows, imported=report.imported, good=report.rows - refused, refused=refused))
    click.echo(told if dry_run or report.imported or not refused else f"{told} {said(_NOTHING)}")
