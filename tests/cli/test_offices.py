"""Agencies and accounts are set up, and the database is migrated and checked, from the command line."""

import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlmodel import select

from requestflow.cli import main
from requestflow.services import people
from requestflow.settings import settings
from requestflow.store.models import Agency, Case, Person
from requestflow.store.session import bound, reading, transaction
from tests.make import a_case, an_agency

AGENCIES = (
    "code,name,parent,level,region,review_body\nB,临江县人民政府,A,government,,\nA,吴山市人民政府,,government,,\n"
)
PASSWORD = "a long and quiet sentence"
ZHANG = ("people", "add", "Zhang.San", "--name", "张三", "--role", "clerk", "--agency", "A")


def run(*words: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def agencies_from(folder: Path, content: str, *words: str) -> Result:
    (folder / "agencies.csv").write_text(content, encoding="utf-8")
    return run("agencies", "import", folder / "agencies.csv", *words)


def test_agencies_come_from_a_file(database: str, tmp_path: Path) -> None:
    assert agencies_from(tmp_path, AGENCIES).stdout == "2 agencies were set up.\n"
    again = agencies_from(tmp_path, AGENCIES, "--json")
    assert json.loads(again.stdout) == {"rows": 2, "imported": 2, "moved": []}
    with reading() as session:
        assert session.exec(select(Agency.code).order_by(Agency.path)).all() == ["A", "B"]


def test_one_agency_is_told_in_the_singular(database: str, tmp_path: Path) -> None:
    assert agencies_from(tmp_path, "code,name\nA,甲\n").stdout == "1 agency was set up.\n"


def test_of_a_file_with_a_bad_agency_none_is_kept(database: str, tmp_path: Path) -> None:
    result = agencies_from(tmp_path, AGENCIES + "C,丙,NO,,,\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Row 4: There is no agency with the code “NO”: check the code.\n"
    with reading() as session:
        assert session.exec(select(Agency)).all() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.csv", "{folder}/none.csv: No such file or directory."),
        ("none.txt", "“none.txt” is neither CSV nor XLSX: save it as one of them."),
        ("/", "“/” is neither CSV nor XLSX: save it as one of them."),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(database: str, tmp_path: Path, name: str, sentence: str) -> None:
    for family in ("agencies", "calendar", "indicators", "ledger"):
        result = run(family, "import", tmp_path / name)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence.format(folder=tmp_path)}\n")


def test_an_account_is_opened_with_a_password_from_standard_input(database: str, tmp_path: Path) -> None:
    agencies_from(tmp_path, AGENCIES)
    result = run(*ZHANG, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (0, "张三 can sign in as zhang.san.\n")
    with reading() as session:
        assert people.sign_in(session, "zhang.san", PASSWORD).name == "张三"


def test_a_password_that_is_asked_for_is_typed_twice_and_not_shown(database: str, tmp_path: Path) -> None:
    agencies_from(tmp_path, AGENCIES)
    ours, theirs = pty.openpty()
    command = [Path(sys.executable).with_name("requestflow"), *ZHANG]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=lambda: tty_of(theirs)
    ) as process:
        os.close(theirs)
        shown = b""
        for question in (b"Password:", b"Repeat for confirmation:"):
            while question not in shown:
                shown += os.read(ours, 1000)
            os.write(ours, f"{PASSWORD}\n".encode())
        while b"can sign in" not in shown:
            shown += os.read(ours, 1000)
    os.close(ours)
    assert process.returncode == 0
    assert PASSWORD.encode() not in shown
    with reading() as session:
        assert session.exec(select(Person.login)).all() == ["zhang.san"]


def tty_of(terminal: int) -> None:
    """Makes it the terminal of this process, from which a password is read whatever standard input is."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_without_a_terminal_no_password_is_asked_for(database: str, tmp_path: Path) -> None:
    agencies_from(tmp_path, AGENCIES)
    result = run(*ZHANG, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "There is no terminal to ask for the password: hand it in with --password-stdin.\n"


@pytest.mark.parametrize(
    ("words", "password", "sentence"),
    [
        (ZHANG, "short", "A password needs at least 10 characters and must not contain the login name."),
        ((*ZHANG[:-1], "NO"), PASSWORD, "There is no agency with the code “NO”."),
        ((*ZHANG, "--email", "nonsense"), PASSWORD, "“nonsense” is not an address for e-mail."),
        (
            ("people", "add", "张", *ZHANG[3:]),
            PASSWORD,
            "“login” is not valid: String should have at least 2 characters.",
        ),
    ],
)
def test_an_account_that_cannot_be_opened_is_refused_in_a_sentence(
    database: str, tmp_path: Path, words: tuple[str, ...], password: str, sentence: str
) -> None:
    agencies_from(tmp_path, AGENCIES)
    result = run(*words, "--password-stdin", typed=password)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


def test_accounts_are_listed_for_people_and_for_programs(database: str, tmp_path: Path) -> None:
    assert run("people", "list").stdout == "There are no accounts yet.\n"
    agencies_from(tmp_path, AGENCIES)
    run(*ZHANG, "--password-stdin", typed=PASSWORD)
    with transaction() as session:
        session.execute(update(Person).values(is_active=False))
    assert run("people", "list").stdout == "zhang.san\t张三\tClerk\tA 吴山市人民政府 (not active)\n"
    (row,) = json.loads(run("people", "list", "--json").stdout)
    assert (row["login"], row["role"], row["agency"], row["active"]) == ("zhang.san", "clerk", "A", False)


def test_a_database_is_made_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTFLOW_DATABASE_URL", raising=False)
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path / "new" / "home"))
    settings.cache_clear()
    before = run("people", "list")
    assert (before.exit_code, "was it migrated?" in before.stderr) == (1, True)
    for _ in range(2):
        assert run("migrate").stdout == "The database is up to date.\n"
    assert run("people", "list").exit_code == 0
    bound().dispose()
    settings.cache_clear()


def test_recheck_is_content_when_rows_equal_their_events(database: str) -> None:
    with transaction() as session:
        a_case(session, an_agency(session, "WZ"))
    result = run("recheck")
    assert (result.exit_code, result.stdout) == (0, "Every case equals its events.\n")
    assert json.loads(run("recheck", "--json").stdout) == {"differences": [], "fixed": False}


def test_recheck_names_every_difference_and_can_put_it_right(database: str) -> None:
    with transaction() as session:
        number = a_case(session, an_agency(session, "WZ"), submitted_on="2026-03-02").number
        session.execute(update(Case).values(extension_workdays=7))
    line = f"WZ {number} extension_workdays: stored 7, computed 0\n"
    found = run("recheck")
    assert (found.exit_code, found.stdout) == (1, f"{line}1 differences were found.\n")
    fixed = run("recheck", "--fix")
    assert (fixed.exit_code, fixed.stdout) == (1, f"{line}1 differences were found and put right.\n")
    assert run("recheck").exit_code == 0
