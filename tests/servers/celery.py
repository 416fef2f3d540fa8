"""Celery's own programs for the tests: a worker with its children, and the beat."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import wait_for

APP = "workers.app"


@contextmanager
def celery(log: Path, *words: str, app: str = APP) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Celery with its children; whatever still lives at the end is killed."""
    with log.open("wb") as output:
        command = [sys.executable, "-m", "celery", f"--app={app}", *words]
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        kill_all(process)


@contextmanager
def a_worker(log: Path, *words: str, app: str = APP) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process with one child that does the work, entered once it is ready.

    It does not ask who else is there: nobody is, and waiting for an answer takes a second.
    """
    with celery(log, "worker", "--concurrency=1", "--loglevel=INFO", "--without-mingle", *words, app=app) as worker:
        wait_for(lambda: b" ready." in log.read_bytes(), log)
        yield worker


@contextmanager
def a_beat(log: Path, schedule: Path, *words: str, app: str = APP) -> Iterator[subprocess.Popen[bytes]]:
    """A beat that keeps in `schedule` what it last called."""
    with celery(log, "beat", "--loglevel=INFO", "--pidfile=", f"--schedule={schedule}", *words, app=app) as beat:
        yield beat


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and its children as the kernel does when memory is short: at once, without a word.

    One that has ended already is left alone.
    """
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kill_child(worker: subprocess.Popen[bytes]) -> None:
    """Ends the children of a worker likewise; the worker lives on."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text(encoding="ascii")
    for child in children.split():
        os.kill(int(child), signal.SIGKILL)
