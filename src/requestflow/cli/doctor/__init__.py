"""`requestflow doctor`: looks at everything that a deployment stands on, changes nothing, and says what to do."""

import json
from collections.abc import Iterator

import click
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from requestflow import clock
from requestflow.cli.doctor import database, mailing, office, surroundings, timetable
from requestflow.cli.doctor.finding import Finding, Level, mend
from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.settings import Settings, SettingsRefused, settings
from requestflow.store.queries import watch

_SUM = Text("须处理{mend}项，留意{look}项。", "To mend: {mend}. To look at: {look}.")
_WELL = Text("一切正常。", "All is well.")
_CORRECT = Text("更正这个环境变量。", "Correct that variable of the environment.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look at everything that the system stands on, and say what to do; exit status 1 if anything has to be mended."""
    found = []
    for finding in _examined():
        found.append(finding)
        if not as_json:
            click.echo(_told(finding))
    counts = {level.value: sum(each.level is level for each in found) for level in (Level.mend, Level.look)}
    if as_json:
        click.echo(json.dumps({"findings": [_plain(each) for each in found], **counts}, ensure_ascii=False, indent=1))
    else:
        click.echo(said(_SUM.fill(**counts) if any(counts.values()) else _WELL))
    if counts["mend"]:
        context.exit(1)


def _examined() -> Iterator[Finding]:
    try:
        chosen = settings()
    except SettingsRefused as refused:
        yield mend("settings", Text(str(refused), str(refused)), _CORRECT)
        return
    yield from surroundings.settings(chosen)
    yield from surroundings.machine(chosen)
    yield from mailing.way_out(chosen)
    yield from timetable.broker(chosen)
    yield from _of_the_database(chosen)


def _of_the_database(chosen: Settings) -> Iterator[Finding]:
    if database.is_missing(chosen):
        yield database.missing()
        return
    try:
        with database.opened(chosen) as connection:
            yield from database.health(connection, chosen, clock.now())
            revision = database.revision(connection)
            yield revision
            if revision.level is Level.fine:
                yield from _of_the_office(Session(connection), chosen)
    except DBAPIError as error:
        yield database.away(error)


def _of_the_office(session: Session, chosen: Settings) -> Iterator[Finding]:
    now = clock.now()
    yield from timetable.runs(watch.runs(session), chosen, now)
    yield from mailing.outbox(watch.mail(session), now)
    yield from office.people(session)
    yield office.calendar(session, clock.today())


def _told(finding: Finding) -> str:
    line = f"{said(finding.level.label)}  {said(finding.what)}"
    return f"{line}\n      → {said(finding.do)}" if finding.do else line


def _plain(finding: Finding) -> dict[str, str | None]:
    what, do = said(finding.what), said(finding.do) if finding.do else None
    return {"check": finding.check, "level": finding.level.value, "what": what, "do": do}
