"""The history of the tables, run by `requestflow migrate` and by `serve`."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from requestflow.store.session import make_engine


def configuration() -> Config:
    """Alembic's settings: the folder of revisions, nothing from a file."""
    config = Config()
    config.set_main_option("script_location", str(files("requestflow.store") / "migrations"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; harmless when it is there already."""
    with moving(url) as config:
        command.upgrade(config, revision)


@contextmanager
def moving(url: str) -> Iterator[Config]:
    """Alembic's settings for one move of the database at `url`, which happens as a whole or not at all."""
    engine = make_engine(url)
    config = configuration()
    try:
        with engine.connect() as connection:
            is_sqlite = engine.dialect.name == "sqlite"
            if is_sqlite:  # it changes a table by building it anew, which rows that refer to it must not hinder
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                config.attributes["connection"] = connection
                yield config
                if is_sqlite:
                    _refer_to_what_is_there(connection)
    finally:
        engine.dispose()


def _refer_to_what_is_there(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise RuntimeError(f"A row of the table {lost[0][0]} refers to a row of {lost[0][2]} that is not there.")
