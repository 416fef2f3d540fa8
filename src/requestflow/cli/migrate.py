"""`requestflow migrate`: brings the tables to the form that this version works with."""

import click

from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.settings import settings
from requestflow.store import migrations

_DONE = Text("数据库已是当前版本。", "The database is up to date.")


@click.command()
def migrate() -> None:
    """Bring the database to the present version; harmless when it is there already."""
    chosen = settings()
    if chosen.is_sqlite:
        chosen.home.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(chosen.database_url)
    click.echo(said(_DONE))
