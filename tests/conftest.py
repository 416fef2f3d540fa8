"""What a test may ask for: databases on both engines, a Redis, a browser page; private, started when first asked for.

The servers are imported where they are started, not here, so that tests/rules needs neither database nor application.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from sqlalchemy import Engine
    from sqlmodel import Session

    from tests.servers.databases import Copy
    from tests.servers.postgres import Postgres

ENGINES = ("sqlite", "postgresql")

settings.register_profile("patient", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile("patient")  # a busy machine is slow, not wrong


def pytest_configure() -> None:
    """A session that is told to stop ends its servers as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def _sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    from tests.servers.databases import migrated_sqlite

    with migrated_sqlite(tmp_path_factory.mktemp("sqlite")) as copy:
        yield copy


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    from tests.servers.postgres import private_postgres

    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def _postgres_copies(_postgres: Postgres) -> Iterator[Copy]:
    from tests.servers.databases import migrated_postgres

    with migrated_postgres(_postgres) as copy:
        yield copy


def _copies(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("_sqlite_copies" if request.param == "sqlite" else "_postgres_copies")


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated database on SQLite and on PostgreSQL, shared by the whole session: leave nothing in it."""
    from tests.servers.databases import opened

    with ExitStack() as stack:
        url = stack.enter_context(_copies(request)(tmp_path_factory.mktemp("engine")))
        yield stack.enter_context(opened(url))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on each engine, inside an outer transaction that is rolled back at the end of the test."""
    from tests.servers.databases import rolled_back

    with rolled_back(engine) as session:
        yield session


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database on each engine, bound to this process, for real commits and threads."""
    from tests.servers.databases import bound

    with ExitStack() as stack:
        url: str = stack.enter_context(_copies(request)(tmp_path))
        stack.enter_context(bound(url))
        yield url


@pytest.fixture(scope="session")
def _redis_server(worker_number: int) -> Iterator[str]:
    from tests.servers.redis import private_redis

    with private_redis(worker_number) as url:
        yield url


@pytest.fixture(scope="session")
def worker_number() -> int:
    """Which of the parallel test processes this is: 0, 1, …"""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture
def redis_url(_redis_server: str) -> Iterator[str]:
    """The URL of an empty Redis; what the test leaves in it is forgotten."""
    from tests.servers.redis import empty

    yield _redis_server
    empty(_redis_server)


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    from tests.servers.browser import private_browser

    with private_browser() as browser:
        yield browser


@pytest.fixture
def page(_browser: Browser) -> Iterator[Page]:
    """A browser page with its own cookies, in Chinese; a failed script or a broken page policy fails the test."""
    from tests.servers.browser import fresh_page

    with fresh_page(_browser) as page:
        yield page
