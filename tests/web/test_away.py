"""While the database is away every page says so and what to do, and the pages recover by themselves."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError

from requestflow.rules.roles import Role
from requestflow.services import people
from requestflow.services.people import NewPerson
from requestflow.settings import Settings
from requestflow.store import migrations
from requestflow.store.away import is_away
from requestflow.store.session import bind, bound, reading, transaction
from requestflow.web import create_app
from requestflow.web.access import public
from requestflow.web.errors import WORDS
from tests.make import an_agency
from tests.servers.databases import bound as bound_to
from tests.servers.postgres import IN_A_HURRY, postgres_of_our_own
from tests.servers.processes import Server
from tests.web.conftest import PASSWORD, Page, Visitor

TITLE = WORDS[503][0]
SLIP = {"number": "2026-0001", "code": "ABCD-EFGH"}


@dataclass
class Office:
    """The app on a database server of its own, which runs; it has a clerk."""

    app: Flask
    server: Server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with postgres_of_our_own(IN_A_HURRY) as (postgres, server):
        url = postgres.url.render_as_string(hide_password=False)
        migrations.upgrade(url)
        with bound_to(url):
            app = create_app(Settings(home=tmp_path, database_url=url, given_secret_key="t" * 40))
            with transaction() as session:
                known = {"name": "登记员", "role": Role.clerk, "agency": an_agency(session, "CITY").code}
                people.add(session, NewPerson(login="clerk", password=PASSWORD, **known))
            yield Office(app, server)


def _clerk(app: Flask) -> Visitor:
    clerk = Visitor(app.test_client())
    clerk.get("/signin")
    assert clerk.post("/signin", {"login": "clerk", "password": PASSWORD}).status == 302
    return clerk


def _says_that_it_is_away(page: Page) -> bool:
    return page.status == 503 and int(page.response.headers["Retry-After"]) > 0 and TITLE.zh in page.text


def test_pages_say_that_the_database_is_away_and_recover_by_themselves(office: Office) -> None:
    visitor, clerk = Visitor(office.app.test_client()), _clerk(office.app)
    clerk.get("/counter")
    visitor.get("/follow")
    office.server.stop()
    for path in ("/desk", "/counter", "/", "/signin", "/no/such/page", "/cases/7"):
        assert _says_that_it_is_away(clerk.get(path)), path
    assert _says_that_it_is_away(visitor.post("/follow", SLIP))
    assert visitor.get("/signin").status == 200  # which asks nothing of the database
    office.server.start()
    assert clerk.get("/desk").status == 200
    assert visitor.post("/follow", SLIP).status == 422


def test_whoever_sent_a_form_is_told_that_it_is_not_saved_and_still_in_the_browser(office: Office) -> None:
    clerk = _clerk(office.app)
    clerk.get("/counter")
    office.server.stop()
    told = clerk.post("/counter", {"applicant_name": "李秀英"})
    assert _says_that_it_is_away(told)
    assert "这次提交的内容没有保存，但仍在浏览器中" in told.text
    assert "/counter" not in [link.get("href") for link in told.every(".//main//a")]  # it would open empty
    assert "没有保存" not in clerk.get("/counter").text


def test_the_page_speaks_the_language_that_the_reader_chose(office: Office) -> None:
    clerk = _clerk(office.app)
    clerk.get("/desk", lang="en")
    office.server.stop()
    assert TITLE.en in clerk.get("/desk").text
    assert TITLE.en in clerk.get("/no/such/page").text


def test_a_database_that_refuses_is_away_wherever_in_a_page_it_does(
    app: Flask, sign_in: Callable[..., Visitor]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as in production
    clerk = sign_in(Role.clerk)
    assert clerk.get("/desk").status == 200
    engine, refused = bound(), []

    def refuse(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if len(refused) == nth:
            raise OperationalError(statement, {}, Exception("away"))
        refused.append(statement)

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        for nth in range(4):
            refused.clear()
            assert _says_that_it_is_away(clerk.get("/desk")), nth
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
    assert clerk.get("/desk").status == 200


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Flask, Path]]:
    """The app on a database file of its own, and the file."""
    file = tmp_path / "requestflow.sqlite"
    migrations.upgrade(f"sqlite:///{file}")
    app = create_app(Settings(home=tmp_path))
    with bound_to(f"sqlite:///{file}"):
        yield app, file


def _touched() -> str:
    with transaction() as session:
        session.connection()
    return "done"


def _opened(app: Flask, view: Callable[[], str]) -> Page:
    app.add_url_rule("/view", "view", public(view))
    return Visitor(app.test_client()).get("/view")


def test_a_file_that_stays_locked_is_away(small: tuple[Flask, Path]) -> None:
    app, file = small
    with bound().connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")  # of the connection that the page will borrow

    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _says_that_it_is_away(_opened(app, _touched))


def test_a_full_disk_is_away(small: tuple[Flask, Path]) -> None:
    app, _ = small
    with bound().connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # of the connection that the page will borrow

    def fill() -> str:
        with transaction() as session:
            for _ in range(300):
                an_agency(session)
        return "done"

    assert _says_that_it_is_away(_opened(app, fill))


def test_a_table_that_is_missing_is_a_fault_and_not_away(tmp_path: Path) -> None:
    with (
        bound_to(f"sqlite:///{tmp_path}/empty.sqlite"),
        pytest.raises(OperationalError) as raised,
        reading() as session,
    ):
        session.connection().exec_driver_sql("SELECT * FROM person")
    assert not is_away(raised.value)


def test_a_database_whose_connections_are_all_lent_is_away(small: tuple[Flask, Path]) -> None:
    app, file = small
    bind(create_engine(f"sqlite:///{file}", pool_size=1, max_overflow=0, pool_timeout=0.05))
    with bound().connect():
        assert _says_that_it_is_away(_opened(app, _touched))
