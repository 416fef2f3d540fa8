"""`requestflow migrate`: brings the tables to the form that this version works with."""

import click

from requestflow.cli.database import place
from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.store import migrations

_DONE = Text("数据库已是当前版本。", "The database is up to date.")


@click.command()
def migrate() -> None:
    """Bring the database to the present version; harmless when it is there already."""
    migrations.upgrade(place())
    click.echo(said(_DONE))
