"""`requestflow demo`: the demo year of 吴忠市 and a current year of open cases, into an empty database."""

import click

from requestflow import clock
from requestflow.cli.database import writing
from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.services import demo as year

_LOADED = Text("演示年度已载入。", "The demo year is loaded.")
_THERE = Text("演示年度早已载入，没有改动。", "The demo year was loaded before; nothing was changed.")
_LOGIN = Text("以{role}身份登录：{login} / {password}", "Sign in as {role}: {login} / {password}")


@click.command()
def demo() -> None:
    """Load 2018 of Wuzhong and a current year of cases; harmless when they are there already."""
    with writing() as session:
        is_new = year.load(session, today=clock.today(), now=clock.now())
    click.echo(said(_LOADED if is_new else _THERE))
    tell_logins()


def tell_logins() -> None:
    """Says who can sign in to the demo."""
    for login, role in year.LOGINS.items():
        click.echo(said(_LOGIN.fill(role=role.label, login=login, password=year.PASSWORD)))
