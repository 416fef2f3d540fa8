"""The pages as in production: gunicorn, on a free port."""

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import Server, free_port


@contextmanager
def gunicorn(log: Path, *words: str) -> Iterator[tuple[str, Server]]:
    """The address of the pages in the present environment, and their server."""
    address = f"127.0.0.1:{free_port()}"
    chosen = ("--workers=2", "--threads=4", "--no-control-socket", *words)
    command = (sys.executable, "-m", "gunicorn", "wsgi:app", f"--bind={address}", *chosen)
    with Server(command, log, signal.SIGTERM, lambda: _answers(address)).running() as server:
        yield f"http://{address}", server


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/signin", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
