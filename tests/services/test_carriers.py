"""A mail leaves the house over one connection, private where a password goes with it; every failure says what it is."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from requestflow.services import carriers
from requestflow.services.carriers import carrier
from requestflow.services.mail import Trouble, Undelivered, message_of
from requestflow.store.models import Mail
from tests.servers.processes import free_port
from tests.servers.smtp import CERTIFICATE, Sink, mail_server

Serve = Callable[..., Sink]
AT = datetime(2026, 3, 25, 0, 10, tzinfo=UTC)


def message(recipient: str = "clerk@office.example", key: str = "reminder:1") -> EmailMessage:
    row = Mail(key=key, recipient=recipient, subject="政府信息公开申请 2026-0001", body="您好：\n", created_at=AT)
    return message_of(row, "政府信息公开 <open@office.example>")


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(mail_server(**how))


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def trouble(url: str, *letters: EmailMessage) -> Undelivered:
    """What keeps the last of the letters from going out."""
    with carrier(url, Path("unused")) as carry:
        for each in letters[:-1]:
            carry("key", each)
        with pytest.raises(Undelivered) as why:
            carry("key", letters[-1])
    return why.value


def with_login(url: str, password: str = "secret") -> str:
    return url.replace("//127.0.0.1", f"//office:{password}@localhost")


def test_without_a_mail_server_a_mail_becomes_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    with carrier("", tmp_path / "mail") as carry:
        for _ in range(2):
            carry("reminder:1", message())
    files = list((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == ["reminder-1.eml"]
    assert message_from_bytes(files[0].read_bytes(), policy=policy.default)["To"] == "clerk@office.example"


def test_a_mail_folder_that_cannot_be_written_stops_the_round(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where a folder should be", encoding="ascii")
    with carrier("", tmp_path / "mail") as carry, pytest.raises(Undelivered) as why:
        carry("reminder:1", message())
    assert (why.value.trouble, why.value.is_for_all) == (Trouble.folder, True)


def test_a_mail_server_takes_many_mails_over_one_connection(serve: Serve) -> None:
    sink = serve()
    with carrier(sink.url, Path("unused")) as carry:
        for key in ("a", "b"):
            carry(key, message(key=key))
    assert sink.ids == [message(key=key)["Message-ID"] for key in ("a", "b")]
    assert sink.letters[0].get_content().strip() == "您好："
    assert sink.connections == 1


def test_a_server_that_ends_a_connection_after_so_many_letters_is_called_again(serve: Serve) -> None:
    sink = serve(most=2)
    with carrier(sink.url, Path("unused")) as carry:
        for nth in range(5):
            carry("key", message(key=str(nth)))
    assert sink.ids == [message(key=str(nth))["Message-ID"] for nth in range(5)]
    assert sink.connections == 3


@pytest.mark.parametrize(
    ("recipient", "what", "said", "is_for_all"),
    [
        ("refused@office.example", Trouble.refused, "550 no such person", False),
        ("busy@office.example", Trouble.postponed, "451 mailbox busy", False),
        ("gone@office.example", Trouble.broken_off, "421 closing", True),
        ("办公室@office.example", Trouble.refused, "", False),
    ],
)
def test_what_a_server_answers_to_one_recipient_decides_about_that_letter(
    serve: Serve, recipient: str, what: Trouble, said: str, is_for_all: bool
) -> None:
    why = trouble(serve().url, message(), message(recipient))
    assert (why.trouble, why.is_for_all) == (what, is_for_all)
    assert said in str(why)


def test_a_refused_letter_does_not_hold_up_the_next_one(serve: Serve) -> None:
    sink = serve()
    with carrier(sink.url, Path("unused")) as carry:
        with pytest.raises(Undelivered):
            carry("a", message("refused@office.example"))
        carry("b", message())
    assert len(sink.letters) == 1


def test_a_sender_that_is_not_accepted_is_no_fault_of_the_letter(serve: Serve) -> None:
    why = trouble(serve(bad_sender=True).url, message())
    assert (why.trouble, str(why), why.is_for_all) == (Trouble.sender, "550 not from you", True)


def test_a_server_that_is_away_stops_the_round() -> None:
    why = trouble(f"smtp://127.0.0.1:{free_port()}", message())
    assert (why.trouble, why.is_for_all) == (Trouble.unreachable, True)


def test_a_server_that_says_nothing_is_not_waited_for_without_end(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "PATIENCE", 0.1)
    why = trouble(serve(is_dumb=True).url, message())
    assert (why.trouble, str(why)) == (Trouble.unreachable, "Connection unexpectedly closed: timed out")


def test_a_name_that_no_machine_has_is_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_asked: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", nowhere)
    assert str(trouble("smtp://mail.office.example", message())) == "Name or service not known"


@pytest.mark.usefixtures("trusted")
def test_a_server_that_offers_tls_gets_letters_and_password_through_it(serve: Serve) -> None:
    sink = serve(offers_tls=True, password="s/e:c@r+e t")
    with carrier(with_login(sink.url, "s%2Fe%3Ac%40r%2Be%20t"), Path("unused")) as carry:
        carry("a", message())
    assert sink.logins == [["office", "s/e:c@r+e t"]]
    assert len(sink.letters) == 1


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_stops_the_round(serve: Serve) -> None:
    why = trouble(with_login(serve(offers_tls=True).url, "guess"), message())
    assert (why.trouble, str(why), why.is_for_all) == (Trouble.login, "535 wrong", True)


def test_a_password_is_not_sent_to_a_server_without_tls(serve: Serve) -> None:
    sink = serve()
    why = trouble(with_login(sink.url), message())
    assert (why.trouble, why.is_for_all) == (Trouble.unsafe, True)
    assert (sink.logins, sink.letters) == ([], [])


def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(serve: Serve) -> None:
    sink = serve(offers_tls=True)
    why = trouble(with_login(sink.url), message())
    assert (why.trouble, str(why)) == (Trouble.unsafe, "CERTIFICATE_VERIFY_FAILED")
    assert (sink.logins, sink.letters) == ([], [])
