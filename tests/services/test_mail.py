"""A mail is a row until it is sent: claimed by one, tried again later, and the same letter each time."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import Session, select

from requestflow.services import mail
from requestflow.services.carriers import carrier
from requestflow.services.mail import CLAIM_LASTS, Letter, Undelivered
from requestflow.store.models import Mail
from requestflow.store.session import transaction
from tests.servers.processes import free_port
from tests.servers.smtp import Sink, mail_server

NOW = datetime(2026, 3, 25, 0, 10, tzinfo=UTC)
SENDER = "政府信息公开 <open@office.example>"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with mail_server() as sink:
        yield sink


def letter(key: str = "reminder:1", recipient: str = "clerk@office.example") -> Letter:
    return Letter(key, recipient, "政府信息公开申请 2026-0001", "您好：\n\n请尽快答复。\n")


def written(session: Session, *letters: Letter, at: datetime = NOW) -> None:
    mail.write(session, letters or [letter()], at)


def claimed(session: Session, at: datetime = NOW) -> Mail:
    row = mail.claim(session, at)
    assert row is not None
    return row


def test_a_letter_with_the_same_key_is_written_once(session: Session) -> None:
    written(session)
    written(session, letter(recipient="another@office.example"), letter("reminder:2"))
    assert [(row.key, row.recipient) for row in session.exec(select(Mail))] == [
        ("reminder:1", "clerk@office.example"),
        ("reminder:2", "clerk@office.example"),
    ]


def test_a_claimed_mail_is_left_to_whoever_claimed_it(session: Session) -> None:
    written(session)
    claimed(session)
    assert mail.claim(session, NOW + CLAIM_LASTS - A_MINUTE) is None


def test_a_claim_that_has_run_out_is_taken_again(session: Session) -> None:
    written(session)
    claimed(session)
    assert claimed(session, NOW + CLAIM_LASTS).attempts == 2


def test_what_a_dead_process_claimed_is_given_back(session: Session) -> None:
    written(session)
    claimed(session)
    assert mail.release(session, NOW) == 1
    assert claimed(session).key == "reminder:1"


def test_a_sent_mail_is_not_claimed_again(session: Session) -> None:
    written(session)
    mail.mark_sent(session, claimed(session), NOW)
    assert mail.claim(session, NOW + 99 * CLAIM_LASTS) is None


def test_a_mail_that_failed_waits_longer_each_time_and_at_most_an_hour(session: Session) -> None:
    written(session)
    now, pauses = NOW, []
    for _ in range(8):
        row = claimed(session, now)
        mail.mark_failed(session, row, Undelivered("The mail server refused the mail: 451 later."), now)
        session.refresh(row)
        pauses.append((row.next_try_at - now) // A_MINUTE)
        assert mail.claim(session, row.next_try_at - timedelta(seconds=1)) is None
        now = row.next_try_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert row.last_error == "The mail server refused the mail: 451 later."


def test_a_mail_is_given_up_after_days_of_trying(session: Session) -> None:
    written(session)
    row = claimed(session)
    row.attempts = mail.MOST_ATTEMPTS
    mail.mark_failed(session, row, Undelivered("No."), NOW)
    session.flush()
    assert mail.claim(session, NOW + timedelta(days=9)) is None


def test_whoever_waited_longest_goes_first(session: Session) -> None:
    written(session, letter("b"), letter("c"))
    written(session, letter("a"), at=NOW - A_MINUTE)
    assert [claimed(session).key for _ in range(3)] == ["a", "b", "c"]


def test_two_carriers_at_once_take_two_mails(empty_database_url: str) -> None:
    with transaction() as session:
        written(session, letter("a"), letter("b"))
    if empty_database_url.startswith("sqlite"):  # a writer waits until the other has committed
        with transaction() as session:
            first = claimed(session)
        with transaction() as session:
            second = claimed(session)
    else:
        with transaction() as one, transaction() as other:
            first, second = claimed(one), claimed(other)
            assert mail.claim(other, NOW) is None
    assert {first.key, second.key} == {"a", "b"}


def test_every_attempt_is_the_same_message(session: Session) -> None:
    written(session)
    first = bytes(mail.message_of(claimed(session), SENDER))
    assert bytes(mail.message_of(claimed(session, NOW + CLAIM_LASTS), SENDER)) == first
    message = message_from_bytes(first, policy=policy.default)
    assert message["Message-ID"].endswith("@office.example>")
    assert message["Subject"] == "政府信息公开申请 2026-0001"
    assert "请尽快答复" in message.get_content()


def test_two_letters_have_two_message_ids(session: Session) -> None:
    written(session, letter("a"), letter("b"))
    assert mail.message_id(claimed(session), SENDER) != mail.message_id(claimed(session), SENDER)


def test_an_address_that_is_none_is_a_failed_mail_and_no_crash(session: Session) -> None:
    written(session, letter(recipient="clerk@office.example\nBcc: all@office.example"))
    with pytest.raises(Undelivered, match="address cannot be read"):
        mail.message_of(claimed(session), SENDER)


def test_without_a_mail_server_a_mail_becomes_one_file_however_often_it_is_sent(
    session: Session, tmp_path: Path
) -> None:
    written(session)
    row = claimed(session)
    with carrier("", tmp_path / "mail") as carry:
        for _ in range(2):
            carry(row.key, mail.message_of(row, SENDER))
    files = list((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == ["reminder-1.eml"]
    assert message_from_bytes(files[0].read_bytes(), policy=policy.default)["To"] == "clerk@office.example"


def test_a_mail_server_takes_many_mails_over_one_connection(session: Session, sink: Sink, tmp_path: Path) -> None:
    written(session, letter("a"), letter("b"))
    rows = [claimed(session), claimed(session)]
    with carrier(sink.url, tmp_path) as carry:
        for row in rows:
            carry(row.key, mail.message_of(row, SENDER))
    assert sink.ids == [mail.message_id(row, SENDER) for row in rows]
    assert "请尽快答复" in sink.letters[0].get_content()


def test_a_refused_recipient_is_told_in_a_sentence_and_the_next_mail_goes_out(
    session: Session, sink: Sink, tmp_path: Path
) -> None:
    written(session, letter("a", "refused@office.example"), letter("b"))
    with carrier(sink.url, tmp_path) as carry:
        row = claimed(session)
        with pytest.raises(Undelivered, match=r"^The mail server refused the mail: 550 no such person\.$") as refused:
            carry(row.key, mail.message_of(row, SENDER))
        assert not refused.value.for_all
        row = claimed(session)
        carry(row.key, mail.message_of(row, SENDER))
    assert len(sink.letters) == 1


@pytest.mark.parametrize("login", ["", "office:secret@"])
def test_a_mail_server_that_is_away_or_offers_no_tls_stops_the_round(
    session: Session, sink: Sink, tmp_path: Path, login: str
) -> None:
    written(session)
    row = claimed(session)
    where = f"smtp://127.0.0.1:{free_port()}" if not login else sink.url.replace("//", f"//{login}")
    with ExitStack() as stack:
        carry = stack.enter_context(carrier(where, tmp_path))
        with pytest.raises(Undelivered) as away:
            carry(row.key, mail.message_of(row, SENDER))
    assert away.value.for_all
    assert str(away.value).startswith("The mail server")
    assert sink.letters == []
