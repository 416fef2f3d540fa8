"""The history of the tables, run by `requestflow migrate` and by `serve`."""

from importlib.resources import files

from alembic import command
from alembic.config import Config

from requestflow.store.session import make_engine


def configuration() -> Config:
    """Alembic's settings: the folder of revisions, nothing from a file."""
    config = Config()
    config.set_main_option("script_location", str(files("requestflow.store") / "migrations"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; harmless when it is there already."""
    engine = make_engine(url)
    config = configuration()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()
