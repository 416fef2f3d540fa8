"""Starts a private server for a test session and ends it with the session, even when the session is killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0


def as_other_user() -> list[str]:
    """The words before a command that refuses to run as root: none unless we are root."""
    if os.geteuid() != 0:
        return []
    user = unprivileged_user()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def unprivileged_user() -> pwd.struct_passwd:
    """Debian's database user, or nobody where the database is not installed."""
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def dying_with_us(end: signal.Signals) -> list[str]:
    """The words before a command that is to receive `end` when we are gone; they follow any change of user."""
    return ["setpriv", "--pdeathsig", end.name.removeprefix("SIG")] if shutil.which("setpriv") else []


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    end: signal.Signals,
    is_ready: Callable[[], bool],
    before: Sequence[str] = (),
) -> Iterator[None]:
    """Runs `command` while the block lasts, entered once `is_ready`; raises RuntimeError with the log if it is not.

    The server has its own session, so that Ctrl-C on a terminal reaches the tests only, which then end it in order.
    """
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*before, *dying_with_us(end), *map(str, command)], stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(server, log, is_ready)
        yield
    finally:
        server.send_signal(end)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not is_ready():
        if server.poll() is not None or time.monotonic() > latest:
            raise RuntimeError(f"{server.args!r} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)
