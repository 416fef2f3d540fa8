"""One command serves pages, worker and timetable; it is alone on its database, and ends cleanly or loses nothing."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import demo
from requestflow.services.notices import silence
from requestflow.store import migrations
from requestflow.store.alone import Taken, alone_on
from requestflow.store.models import Case, Mail, Reminder
from tests.make import a_case, an_agency, an_officer
from tests.servers.databases import opened
from tests.servers.processes import free_port
from tests.servers.smtp import mail_server

PROGRAM = Path(sys.executable).with_name("requestflow")
PATIENCE = 120  # seconds, on a machine that does other things too
CASES = 60


def database(home: Path) -> str:
    """Where the embedded system keeps its database."""
    return f"sqlite:///{home}/requestflow.sqlite"


def surroundings(home: Path, smtp_url: str = "") -> dict[str, str]:
    """The environment of the tests, with nothing else said to RequestFlow than this."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REQUESTFLOW_")}
    return {**plain, "REQUESTFLOW_HOME": str(home), "REQUESTFLOW_SMTP_URL": smtp_url, "LC_ALL": "C.UTF-8"}


@contextmanager
def serving(home: Path, *words: str, smtp_url: str = "") -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A running `requestflow serve` with its output in a file; killed at the end, if it still lives."""
    log = home.with_name(f"{home.name}.log")
    with log.open("wb") as output:
        command = [PROGRAM, "serve", f"--port={free_port()}", *words]
        process = subprocess.Popen(command, env=surroundings(home, smtp_url), stdout=output, stderr=output)
    try:
        wait_for(lambda: b"Ctrl-C stops it." in log.read_bytes() or process.poll() is not None, log)
        yield process, log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(is_so: Callable[[], bool], log: Path) -> None:
    latest = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < latest, log.read_text(encoding="utf-8", errors="replace")
        time.sleep(0.005)


def refused(home: Path, port: int) -> str:
    """What a `serve` that must not start says, after the exit status was found to be 1."""
    command = [PROGRAM, "serve", f"--port={port}"]
    ended = subprocess.run(command, env=surroundings(home), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def address(demo_home: Path) -> Iterator[str]:
    """The address that a running demo has printed."""
    with serving(demo_home, "--demo") as (_, log):
        yield log.read_text(encoding="utf-8").splitlines()[0].rpartition(" ")[2]


def test_it_prints_its_address_and_the_logins_of_the_demo(address: str, demo_home: Path) -> None:
    said = demo_home.with_name("home.log").read_text(encoding="utf-8")
    assert said.splitlines() == [
        f"RequestFlow is at {address}",
        f"Sign in as Clerk: clerk / {demo.PASSWORD}",
        f"Sign in as Handler: handler / {demo.PASSWORD}",
        f"Sign in as Head: head / {demo.PASSWORD}",
        f"Sign in as Statistics officer: statistics / {demo.PASSWORD}",
        f"Sign in as Administrator: admin / {demo.PASSWORD}",
        "Ctrl-C stops it.",
    ]


def test_the_pages_are_served_at_the_address(address: str) -> None:
    with urllib.request.urlopen(f"{address}/", timeout=PATIENCE) as answer:
        assert answer.status == 200
        assert "政府信息公开" in answer.read().decode()


def test_what_a_proxy_says_of_the_caller_reaches_the_pages(address: str) -> None:
    with urllib.request.urlopen(f"{address}/metrics", timeout=PATIENCE) as answer:
        assert answer.status == 200
    through_a_proxy = urllib.request.Request(f"{address}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(through_a_proxy, timeout=PATIENCE)


def test_what_was_due_in_the_demo_is_sent_at_the_start(address: str, demo_home: Path) -> None:
    with opened(database(demo_home)) as engine:
        wait_for(lambda: bool(mails(engine)) and unsent(engine) == 0, demo_home.with_name("home.log"))
        assert len(list((demo_home / "mail").glob("*.eml"))) == len(mails(engine))


def test_a_second_one_on_the_same_database_is_refused_in_a_sentence(address: str, demo_home: Path) -> None:
    said = refused(demo_home, free_port())
    assert said.startswith("RequestFlow already serves this database")
    assert said.count("\n") == 1


def test_a_busy_port_is_a_sentence_and_nothing_is_made(address: str, tmp_path: Path) -> None:
    port = int(address.rpartition(":")[2])
    assert refused(tmp_path / "other", port).startswith(f"Port {port} is in use by another program")
    assert not (tmp_path / "other" / "requestflow.sqlite").exists()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of an office with CASES overdue cases and a head who is to be told of each."""
    home = tmp_path / "home"
    home.mkdir()
    migrations.upgrade(database(home))
    with opened(database(home)) as engine, Session(engine) as session:
        agency = an_agency(session)
        silence(session, an_officer(session, agency, Role.clerk), {Notice.digest})  # one mail a case, and no other
        for _ in range(CASES):
            a_case(session, agency, submitted_on="2018-03-05")
        session.commit()
    return home


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_seconds_and_in_silence_even_while_mail_goes_out(
    home: Path, number: signal.Signals
) -> None:
    with mail_server() as sink:
        sink.pause = 0.2
        with serving(home, smtp_url=sink.url) as (process, log):
            wait_for(lambda: len(sink.letters) > 1, log)
            out = len(sink.letters)
            process.send_signal(number)
            assert process.wait(PATIENCE) == 0, log.read_text(encoding="utf-8")
    assert log.read_text(encoding="utf-8").splitlines()[1:] == ["Ctrl-C stops it.", "RequestFlow has stopped."]
    with opened(database(home)) as engine:
        assert out <= len(sink.letters) < CASES // 2, "the rest waits until the next start"
        assert unsent(engine) == CASES - len(sink.letters)


def test_killed_in_the_middle_it_sends_the_rest_after_a_restart_and_nothing_twice(home: Path) -> None:
    with opened(database(home)) as engine:
        with serving(home) as (process, log):
            wait_for(lambda: len(list((home / "mail").glob("*.eml"))) >= 5, log)
            process.kill()
            process.wait()
        assert unsent(engine) > 0
        with serving(home) as (_, log):
            wait_for(lambda: unsent(engine) == 0, log)
        with Session(engine) as session:
            reminded = [row.case_id for row in session.exec(select(Reminder))]
            assert sorted(reminded) == sorted(session.exec(select(Case.id)))
    files = list((home / "mail").glob("*.eml"))
    assert len(files) == CASES
    assert len({message_from_bytes(file.read_bytes())["Message-ID"] for file in files}) == CASES


def mails(engine: Engine) -> list[Mail]:
    with Session(engine) as session:
        return list(session.exec(select(Mail)))


def unsent(engine: Engine) -> int:
    return sum(row.sent_at is None for row in mails(engine))


def test_two_systems_are_never_on_one_database(empty_database_url: str) -> None:
    with alone_on(empty_database_url), pytest.raises(Taken), alone_on(empty_database_url):
        pass
    with alone_on(empty_database_url):
        pass
