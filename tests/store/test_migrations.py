"""The history of the tables leads to the models, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from requestflow.store import migrations
from requestflow.store.holding import is_modelled
from requestflow.store.models import metadata


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_modelled})
        assert compare_metadata(context, metadata) == []


def test_what_must_always_hold_is_stated_in_the_database(engine: Engine) -> None:
    stated = {(table, check["name"]) for table in ("case", "remedy") for check in _checks(engine, table)}
    modelled = {
        (table, constraint.name)
        for table in ("case", "remedy")
        for constraint in metadata.tables[table].constraints
        if str(constraint.name).startswith("ck_")
    }
    assert stated == modelled


def _checks(engine: Engine, table: str) -> list[dict[str, str]]:
    return [dict(check) for check in inspect(engine).get_check_constraints(table)]  # type: ignore[arg-type]


def test_migrating_twice_is_harmless(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)


def test_the_history_has_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrations.configuration()).get_heads()) == 1
