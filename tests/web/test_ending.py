"""A server that is told to end answers the requests that are under way, and then ends."""

import http.client
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text
from sqlmodel import select

from requestflow.settings import settings
from requestflow.store.models import Draft
from requestflow.store.session import bound, reading, transaction
from tests.make import an_agency
from tests.servers.pages import gunicorn
from tests.servers.processes import Server, free_port, wait_for

A_WHILE = 1.0  # seconds for which the database keeps a request waiting after the server was told to end
Serving = Callable[[Path], AbstractContextManager[tuple[str, Server]]]

# The lock by which one sees that a request is under way is PostgreSQL's.
pytestmark = pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)


@pytest.fixture
def log(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of the server to come, in an environment that names the fresh database."""
    for name, value in {"HOME": str(tmp_path), "DATABASE_URL": empty_database_url, "SECRET_KEY": "t" * 40}.items():
        monkeypatch.setenv(f"REQUESTFLOW_{name}", value)
    settings.cache_clear()
    with transaction() as session:
        an_agency(session, "CITY")
    yield tmp_path / "log"
    settings.cache_clear()


@contextmanager
def embedded(log: Path) -> Iterator[tuple[str, Server]]:
    """All in one process, as `requestflow serve` does it."""
    port = free_port()
    command = (Path(sys.executable).with_name("requestflow"), "--lang", "en", "serve", f"--port={port}")
    with Server(command, log, signal.SIGTERM, lambda: "Ctrl-C" in log.read_text(encoding="utf-8")).running() as server:
        yield f"http://127.0.0.1:{port}", server


@pytest.mark.parametrize("serving", [gunicorn, embedded])
def test_a_request_under_way_is_answered_and_kept(log: Path, serving: Serving) -> None:
    with serving(log) as (address, server), ThreadPoolExecutor(1) as pool:
        visitor = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        visitor.request("GET", "/ask")
        page = visitor.getresponse()
        cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
        typed = dict(re.findall(r'name="(csrf_token|key)" value="([^"]*)"', page.read().decode()))
        form = urlencode({**typed, "agency": "CITY"})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}

        def send() -> int:
            visitor.request("POST", "/ask", form, kind)
            return visitor.getresponse().status

        with bound().begin() as connection:
            connection.execute(text("LOCK TABLE draft IN EXCLUSIVE MODE"))
            answer = pool.submit(send)
            wait_for(_somebody_waits, log)
            assert server.process
            server.process.send_signal(signal.SIGTERM)
            time.sleep(A_WHILE)
        assert answer.result(30) == 303
        visitor.close()
        assert server.process.wait(30) == 0, log.read_text(encoding="utf-8")
    with reading() as session:
        assert len(session.exec(select(Draft)).all()) == 1


def _somebody_waits() -> bool:
    with bound().connect() as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
