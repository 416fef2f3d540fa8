"""`requestflow annual`: the yearly report of an agency, live."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from requestflow import clock
from requestflow.cli.database import looking
from requestflow.cli.shell import said
from requestflow.paper import annual_csv, annual_xlsx
from requestflow.rules.forms import Form
from requestflow.rules.words import Text
from requestflow.services import agencies
from requestflow.services import annual as yearly
from requestflow.services.annual import Report, Scope

_WRITTEN = Text("{year}年报告写入 {file}。", "The report of {year} was written to {file}.")
_UNKNOWN_ENDING = Text(
    "文件名以“.{ending}”结尾，看不出格式：请用 --format 指定 json、csv 或者 xlsx。",
    "A name ending in “.{ending}” does not tell the format: give --format json, csv or xlsx.",
)
_TWO_FORMATS = Text(
    "--json 与 --format {kind} 不能同时使用。", "--json and --format {kind} ask for two formats: give one of them."
)
_NEEDS_A_FILE = Text("XLSX不能显示在终端上，请用 --out 指定文件。", "XLSX is no text: name a file with --out.")


_FORMATS: Mapping[str, Callable[[Report], bytes]] = {
    "json": yearly.to_bytes,
    "csv": lambda report: annual_csv.text(yearly.printed(report)),
    "xlsx": lambda report: annual_xlsx.workbook(yearly.printed(report)),
}


class YearFirst(click.Group):
    """A group whose plain use is `annual 2018 …`: what names no other command of the group is a year to report."""

    plain = "report"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the plain command before its year, unless another command or help is asked for."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.plain, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=YearFirst,
    subcommand_metavar="YEAR --agency CODE",
    options_metavar="",
    epilog="What else can be asked for: requestflow annual YEAR --help",
)
def annual() -> None:
    """The report of a year: its figures in the official form, and the checks beside them."""


@annual.command(YearFirst.plain, hidden=True)
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--agency", required=True, metavar="CODE", help="The agency that reports.")
@click.option("--form", type=click.Choice([str(form) for form in Form]), help="Default: the year's own.")
@click.option("--scope", type=click.Choice([str(scope) for scope in Scope]), default="own", show_default=True)
@click.option("--format", "kind", type=click.Choice(list(_FORMATS)), help="Default: json, or the ending of --out.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read: the same as --format json.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def report_(
    year: int, agency: str, form: str | None, scope: str, kind: str | None, as_json: bool, out: Path | None
) -> None:
    """Report YEAR as it stands now, counted from the cases."""
    if as_json and kind not in (None, "json"):
        raise click.UsageError(said(_TWO_FORMATS.fill(kind=kind)))
    kind = _format("json" if as_json else kind, out)
    with looking() as session:
        where = agencies.found(session, agency)
        chosen = Form(form) if form else None
        report = yearly.report(session, where, year, form=chosen, scope=Scope(scope), today=clock.today())
        written = _FORMATS[kind](report)
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_bytes(written)
        click.echo(said(_WRITTEN.fill(year=year, file=out)), err=True)


def _format(kind: str | None, out: Path | None) -> str:
    """The format asked for, else that of the file's name."""
    ending = out.suffix.lower().lstrip(".") if out else ""
    if kind is None and ending and ending not in _FORMATS:
        raise click.UsageError(said(_UNKNOWN_ENDING.fill(ending=ending)))
    kind = kind or ending or "json"
    if kind == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError(said(_NEEDS_A_FILE))
    return kind
