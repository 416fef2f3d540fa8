"""Every released revision leads to the present one, on both databases, with everything that people have entered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from requestflow.store import migrations
from requestflow.store.holding import is_modelled
from requestflow.store.models import Agency, Mail, Person, metadata
from tests.servers.databases import opened
from tests.store import at_0001


@pytest.fixture(params=["sqlite", "postgresql"])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of revision 0001 with rows in every table."""
    if request.param == "sqlite":
        yield from _with_rows(f"sqlite:///{tmp_path}/old.sqlite")
    else:
        with request.getfixturevalue("_postgres").database() as url:
            yield from _with_rows(url)


def _with_rows(url: str) -> Iterator[str]:
    migrations.upgrade(url, "0001")
    with opened(url) as engine, engine.begin() as connection:
        at_0001.fill(connection)
    yield url


def _migrated(url: str) -> Iterator[Engine]:
    migrations.upgrade(url)
    with opened(url) as engine:
        yield engine


@pytest.fixture
def migrated(released: str) -> Iterator[Engine]:
    yield from _migrated(released)


def test_every_row_is_what_it_was(released: str) -> None:
    with opened(released) as engine, engine.begin() as connection:
        before = at_0001.kept(connection)
    assert {name: len(rows) for name, rows in before.items()} == {
        name: len(rows) for name, rows in at_0001.ROWS.items()
    }
    for engine in _migrated(released):
        with engine.begin() as connection:
            assert at_0001.kept(connection) == before


def test_the_tables_are_those_of_the_models(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_modelled})
        assert compare_metadata(context, metadata) == []


def test_every_row_can_be_read_by_the_program(migrated: Engine) -> None:
    models: list[type[SQLModel]] = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]
    with Session(migrated) as session:
        found = {model.__tablename__: len(session.exec(select(model)).all()) for model in models}
    assert {name: found[name] for name in at_0001.ROWS} == {name: len(rows) for name, rows in at_0001.ROWS.items()}


def test_what_is_new_begins_empty_and_silences_nobody(migrated: Engine) -> None:
    with Session(migrated) as session:
        assert [person.silenced for person in session.exec(select(Person))] == [[], []]
        assert {(agency.phone, agency.address, agency.website) for agency in session.exec(select(Agency))} == {
            ("", "", "")
        }
        assert {(mail.person_id, mail.given_up_at) for mail in session.exec(select(Mail))} == {(None, None)}


def test_no_row_refers_to_one_that_is_not_there(migrated: Engine) -> None:
    if migrated.dialect.name == "sqlite":
        with migrated.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    with pytest.raises(IntegrityError), migrated.begin() as connection:
        connection.execute(text("DELETE FROM agency WHERE id = 2"))


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE event SET action = 'guess'",
        "UPDATE event SET seq = 1 WHERE seq = 2",
        "UPDATE event SET case_id = 99 WHERE seq = 2",
        "UPDATE \"case\" SET state = 'closed' WHERE id = 1",
        "UPDATE \"case\" SET number = '2026-0002' WHERE id = 1",
        "UPDATE agency SET code = 'CITY'",
        "UPDATE person SET agency_id = 99",
        "UPDATE person SET role = 'king'",
        "UPDATE mail SET \"key\" = 'reminder:1'",
        "UPDATE mail SET case_id = 99",
        "UPDATE mail SET person_id = 99",
        "UPDATE remedy SET route = NULL",
        "UPDATE agency SET silenced = NULL",
    ],
)
def test_what_must_always_hold_holds_still(migrated: Engine, wrong: str) -> None:
    with pytest.raises(IntegrityError), migrated.begin() as connection:
        connection.execute(text(wrong))


def test_the_way_back_leaves_every_row_as_it_was(released: str) -> None:
    with opened(released) as engine, engine.begin() as connection:
        before = at_0001.kept(connection)
    migrations.upgrade(released)
    with migrations.moving(released) as config:
        command.downgrade(config, "0001")
    with opened(released) as engine, engine.begin() as connection:
        assert at_0001.kept(connection) == before


def _upgrade_and_break(url: str) -> None:
    with migrations.moving(url) as config:
        command.upgrade(config, "head")
        raise ZeroDivisionError


def test_a_migration_that_breaks_leaves_the_database_as_it_was(released: str) -> None:
    with opened(released) as engine, engine.begin() as connection:
        before = at_0001.kept(connection)
    with pytest.raises(ZeroDivisionError):
        _upgrade_and_break(released)
    with opened(released) as engine, engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
        assert at_0001.kept(connection) == before
