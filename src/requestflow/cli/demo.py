"""`requestflow demo`: the demo year of 吴忠市 and a current year of open cases, into an empty database."""

import click

from requestflow import clock
from requestflow.cli.shell import writing
from requestflow.services import demo as year


@click.command()
def demo() -> None:
    """Load 2018 of Wuzhong and a current year of cases; harmless when they are there already."""
    with writing() as session:
        is_new = year.load(session, today=clock.today(), now=clock.now())
    click.echo("The demo year is loaded." if is_new else "The demo year was loaded before; nothing was changed.")
    for login, role in year.LOGINS.items():
        click.echo(f"Sign in as the {role}: {login} / {year.PASSWORD}")
