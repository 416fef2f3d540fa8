"""Which processes are gone: each holds the lock of a file of its own, which the kernel frees however it ends."""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from threading import Lock

_held: dict[tuple[int, Path], str] = {}  # by process: a child that was forked has a mark of its own
_taking = Lock()


def mark(folder: Path) -> str:
    """The mark of this process in `folder`, made at its first call; empty where the folder cannot be written.

    Processes on several machines know of each other only where they share the folder.
    """
    at = os.getpid(), folder
    with _taking:
        if at not in _held:
            try:
                _held[at] = _taken(folder)
            except OSError:
                return ""  # nobody will learn that this process is gone, so its claims have to run out
        return _held[at]


def gone(folder: Path) -> list[str]:
    """The marks in `folder` of processes that have ended."""
    marks = [path for path in folder.iterdir() if not path.suffix] if folder.is_dir() else []
    return [path.name for path in marks if not _is_held(path)]


def forget(folder: Path, marks: Iterable[str]) -> None:
    """Removes the marks of processes that have ended."""
    for name in marks:
        (folder / name).unlink(missing_ok=True)


def _taken(folder: Path) -> str:
    """A new mark, whose file has its name only once it is locked and stays open until the process ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = token_hex(8)
    draft = folder / f"{name}.draft"
    fcntl.flock(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), fcntl.LOCK_EX)
    draft.rename(folder / name)
    return name


def _is_held(path: Path) -> bool:
    try:
        with path.open("r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):  # not found: another process has just forgotten it
        return True
    return False
