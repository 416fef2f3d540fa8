"""Starts a private server for a test session and ends it with the session, even when the session is killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0


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


@dataclass
class Server:
    """A process that can be started, ended and started again; it has ended at the latest when we have.

    It has its own session, so that Ctrl-C on a terminal reaches the tests only, which then end it in order. `before`
    are the words before `command` that make it run as somebody else.
    """

    command: Sequence[str | Path]
    log: Path
    end: signal.Signals
    is_ready: Callable[[], bool]
    before: Sequence[str] = ()
    environment: Mapping[str, str] | None = None
    process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Runs while the block lasts, entered once it is ready."""
        try:
            self.start()
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        """Returns once it is ready; raises RuntimeError with the log if it does not get there."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.before, *dying_with_us(self.end), *map(str, self.command)],
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=self.environment,
            )
        latest = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > latest:
                raise RuntimeError(f"{self.command!r} did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals | None = None) -> None:
        """Returns once it has ended, by `end` unless told otherwise; one that has ended already is left alone."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how or self.end)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    end: signal.Signals,
    is_ready: Callable[[], bool],
    before: Sequence[str] = (),
) -> Iterator[None]:
    """Runs `command` while the block lasts, entered once `is_ready`; raises RuntimeError with the log if it is not."""
    with Server(command, log, end, is_ready, before).running():
        yield


def wait_for(is_so: Callable[[], bool], log: Path, patience: float = PATIENCE) -> None:
    """Waits until something is so; fails with what stands in the log if it takes longer than `patience` seconds."""
    latest = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < latest, log.read_text(encoding="utf-8", errors="replace")
        time.sleep(0.02)
