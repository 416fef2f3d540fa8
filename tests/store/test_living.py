"""A process is known to be gone once the kernel has let go of its mark, and not before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from requestflow.store import living

_LIVES = """
import sys, time
from pathlib import Path
from requestflow.store import living
print(living.mark(Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


def test_a_process_is_gone_only_once_it_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LIVES, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        mark = process.stdout.readline().strip()
        assert living.gone(tmp_path) == []
        process.send_signal(signal.SIGKILL)
    assert living.gone(tmp_path) == [mark]
    living.forget(tmp_path, [mark])
    assert list(tmp_path.iterdir()) == []


def test_a_process_has_one_mark_and_does_not_take_itself_for_gone(tmp_path: Path) -> None:
    assert living.mark(tmp_path) == living.mark(tmp_path) != ""
    assert living.gone(tmp_path) == []


def test_a_folder_that_cannot_be_written_gives_no_mark(tmp_path: Path) -> None:
    (tmp_path / "senders").write_text("a file where a folder should be", encoding="ascii")
    assert living.mark(tmp_path / "senders") == ""
    assert living.gone(tmp_path / "senders") == []


def test_a_forked_child_is_told_apart_from_its_parent(tmp_path: Path) -> None:
    of_parent = living.mark(tmp_path)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, living.mark(tmp_path).encode())
        os._exit(0)
    os.waitpid(child, 0)
    of_child = os.read(reading, 100).decode()
    for end in (reading, writing):
        os.close(end)
    assert of_child != of_parent
    assert living.gone(tmp_path) == [of_child]
