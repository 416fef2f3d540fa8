"""What the benchmarks over HTTP share: pages served by gunicorn on a PostgreSQL, the callers, and their times."""

import os
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, event

from requestflow.settings import Settings
from tests.servers.processes import free_port, running

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a secret of the benchmarks, of no use anywhere else"
CALLERS = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One request to be made; a form is posted, no form is a GET."""

    path: str
    form: dict[str, str] | None = None
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, where it leads, the bytes of the page, and the seconds that it took."""

    status: int
    location: str
    size: int
    seconds: float


def cookies(app: Flask) -> str:
    """The cookies that a browser would hold after the request at hand."""
    answered = app.process_response(app.make_response(""))
    return "; ".join(cookie.partition(";")[0] for cookie in answered.headers.getlist("Set-Cookie"))


def settings_on(url: str, home: Path) -> Settings:
    """The settings of the served application; one proxy is trusted, so that each call may come from its own address."""
    return Settings(home=home, database_url=url, given_secret_key=SECRET, trusted_proxies=1)


@contextmanager
def served(application: str, url: str) -> Iterator[int]:
    """The port on which gunicorn serves `application` ("module:name") with two processes on the database `url`."""
    port = free_port()
    with TemporaryDirectory() as home:
        about = {
            "HOME": home,
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "TRUSTED_PROXIES": "1",
            "LOG_LEVEL": "warning",
        }
        environment = [f"REQUESTFLOW_{name}={value}" for name, value in about.items()]
        gunicorn = ["gunicorn", application, f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
        command = ["env", *environment, ROOT / ".venv" / "bin" / gunicorn[0], *gunicorn[1:]]
        quiet = ["--keep-alive=30", "--no-control-socket", f"--worker-tmp-dir={home}", f"--chdir={ROOT}"]
        log = Path(home) / "log"
        ready = lambda: _answers(port)  # noqa: E731  # a question without words of its own
        with running([*command, *quiet], log=log, end=signal.SIGTERM, is_ready=ready):
            yield port


def _answers(port: int) -> bool:
    try:
        Caller(port)(Call("/"))
    except OSError:
        return False
    return True


class Caller:
    """One caller with one connection, kept open."""

    def __init__(self, port: int, nth: int = 0) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._nth, self._made = nth, 0

    def __call__(self, call: Call) -> Reply:
        self._made += 1
        address = f"10.{self._nth}.{self._made // 250 % 250}.{self._made % 250}"
        headers = {"X-Forwarded-For": address, "Cookie": call.cookie}
        body = None
        if call.form is not None:
            body = urlencode(call.form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", call.path, body, headers)
        reply = self._connection.getresponse()
        page = reply.read()
        return Reply(reply.status, reply.headers.get("Location", ""), len(page), time.perf_counter() - started)


def rate(port: int, calls: Sequence[Call], replies: list[Reply]) -> float:
    """Calls a second when CALLERS make them at once; what came back is added to `replies`."""
    shares = [calls[nth::CALLERS] for nth in range(CALLERS)]

    def knock(nth: int, caller: Caller) -> None:
        replies.extend([caller(call) for call in shares[nth]])

    callers = [Caller(port, nth) for nth in range(CALLERS)]
    threads = [threading.Thread(target=knock, args=each) for each in enumerate(callers)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(calls) / (time.perf_counter() - started)


def p95(replies: Sequence[Reply]) -> float:
    """The milliseconds within which 95 of a hundred replies came."""
    return statistics.quantiles([reply.seconds for reply in replies], n=20)[-1] * 1000


@dataclass(slots=True)
class Counted:
    """What reached the database: statements, savepoints and the like among them, and commits."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Counts what reaches the database of `engine` while the block lasts."""
    counted = Counted()

    def stated(*_told: object) -> None:
        counted.statements += 1

    def committed(*_told: object) -> None:
        counted.commits += 1

    listeners: tuple[tuple[str, Callable[..., None]], ...] = (
        ("before_cursor_execute", stated),
        ("savepoint", stated),
        ("release_savepoint", stated),
        ("commit", committed),
    )
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield counted
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def told(name: str, value: str) -> None:
    """One line of a result."""
    print(f"  {name:56}{value}")


def environment() -> str:
    """The machine in a few words."""
    return f"{os.cpu_count()} cores, gunicorn with 2 processes of 4 threads, {CALLERS} callers"
