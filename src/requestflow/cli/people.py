"""`requestflow people`: the accounts of those who work in an office."""

import json
import sys

import click

from requestflow.cli.database import looking, writing
from requestflow.cli.shell import said
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services import people as accounts
from requestflow.services.people import NewPerson

_ADDED = Text("{name}（{login}）可以登录了。", "{name} can sign in as {login}.")
_NOBODY = Text("还没有任何账户。", "There are no accounts yet.")
_NO_TERMINAL = Text(
    "没有终端可以询问密码：请用 --password-stdin 从标准输入读取。",
    "There is no terminal to ask for the password: hand it in with --password-stdin.",
)
_GONE = Text("（已停用）", " (not active)")


@click.group()
def people() -> None:
    """The accounts of those who work in an office."""


@people.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--agency", required=True, metavar="CODE", help="Where the person works.")
@click.option("--email", default="", help="Where reminders go.")
@click.option("--language", default="zh", type=click.Choice(["zh", "en"]), show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(login: str, name: str, role: str, agency: str, email: str, language: str, password_stdin: bool) -> None:
    """Open an account for LOGIN. The password is asked for, and never stands on the command line."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    new = NewPerson(
        login=login, name=name, role=Role(role), agency=agency, email=email, language=language, password=password
    )
    with writing() as session:
        person = accounts.add(session, new)
    click.echo(said(_ADDED.fill(name=person.name, login=person.login)))


def _asked() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(said(_NO_TERMINAL))
    question = said(Text("密码", "Password"))
    typed: str = click.prompt(question, hide_input=True, confirmation_prompt=True, err=True)
    return typed


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def list_(as_json: bool) -> None:
    """List all accounts."""
    with looking() as session:
        everybody = list(accounts.everybody(session))
    if as_json:
        rows = [
            {
                "login": person.login,
                "name": person.name,
                "role": person.role.value,
                "agency": agency.code,
                "email": person.email,
                "active": person.is_active,
            }
            for person, agency in everybody
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for person, agency in everybody:
        gone = "" if person.is_active else said(_GONE)
        click.echo(f"{person.login}\t{person.name}\t{said(person.role.label)}\t{agency.code} {agency.name}{gone}")
    if not everybody:
        click.echo(said(_NOBODY))
