"""A mail is a row until it is sent: claimed by one, tried again later, and the same letter each time."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import Engine, inspect
from sqlmodel import Session, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.services import mail
from requestflow.services.mail import CLAIM_LASTS, Letter, Trouble, Undelivered
from requestflow.store.models import Mail, Person
from requestflow.store.session import transaction
from tests.make import an_agency, an_officer

NOW = datetime(2026, 3, 25, 0, 10, tzinfo=UTC)
SENDER = "政府信息公开 <open@office.example>"
A_MINUTE = timedelta(minutes=1)


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


def test_what_a_dead_process_claimed_is_given_back_and_what_a_living_one_claimed_is_not(session: Session) -> None:
    written(session, letter("a"), letter("b"))
    for process in ("dead", "alive"):
        assert mail.claim(session, NOW, by=process) is not None
    assert mail.release(session, NOW, of=["dead"]) == 1
    assert claimed(session).key == "a"
    assert mail.claim(session, NOW) is None


def test_every_claim_is_given_back_where_nobody_else_can_be_sending(session: Session) -> None:
    written(session, letter("a"), letter("b"))
    assert mail.claim(session, NOW, by="dead") is not None
    assert mail.claim(session, NOW) is not None
    assert mail.release(session, NOW) == 2
    assert [claimed(session).key for _ in range(2)] == ["a", "b"]


def test_a_sent_mail_is_not_claimed_again(session: Session) -> None:
    written(session)
    mail.mark_sent(session, claimed(session), NOW)
    assert mail.claim(session, NOW + 99 * CLAIM_LASTS) is None


def failed(session: Session, row: Mail, trouble: Trouble, at: datetime = NOW, said: str = "451 later") -> Mail:
    mail.mark_failed(session, row, Undelivered(trouble, said), at)
    session.refresh(row)
    return row


def test_a_mail_that_failed_waits_longer_each_time_and_about_an_hour_at_most(session: Session) -> None:
    written(session)
    now, pauses = NOW, []
    for _ in range(8):
        row = failed(session, claimed(session, now), Trouble.postponed, now)
        pauses.append((row.next_try_at - now) / A_MINUTE)
        assert mail.claim(session, row.next_try_at - timedelta(seconds=1)) is None
        now = row.next_try_at
    for pause, least in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60], strict=True):
        assert least <= pause < 1.1 * least
    assert (row.trouble, row.last_error, row.attempts) == (Trouble.postponed, "451 later", 8)


def test_letters_that_failed_together_do_not_come_back_together(session: Session) -> None:
    written(session, *(letter(f"reminder:{nth}") for nth in range(20)))
    rows = [failed(session, claimed(session), Trouble.postponed) for _ in range(20)]
    assert len({row.next_try_at for row in rows}) > 15


def test_a_mail_is_given_up_after_days_of_trying(session: Session) -> None:
    written(session)
    now = NOW
    for _ in range(mail.MOST_ATTEMPTS):
        row = failed(session, claimed(session, now), Trouble.postponed, now)
        last, now = now, row.next_try_at
    assert row.given_up_at == last
    assert timedelta(days=3) < last - NOW < timedelta(days=5)
    assert mail.claim(session, now + timedelta(days=9)) is None


@pytest.mark.parametrize("trouble", sorted(mail.FINAL))
def test_a_refusal_for_good_gives_the_letter_up_at_once(session: Session, trouble: Trouble) -> None:
    written(session)
    row = failed(session, claimed(session), trouble, said="550 no such person")
    assert (row.given_up_at, row.attempts, row.last_error) == (NOW, 1, "550 no such person")
    assert mail.claim(session, NOW + timedelta(days=9)) is None


@pytest.mark.parametrize("trouble", sorted(mail.OURS))
def test_no_letter_is_given_up_because_the_mail_server_is_away_for_a_week(session: Session, trouble: Trouble) -> None:
    written(session)
    now = NOW
    for _ in range(mail.MOST_ATTEMPTS + 1):
        row = failed(session, claimed(session, now), trouble, now)
        now = row.next_try_at
    assert (row.given_up_at, row.attempts, row.next_try_at) == (None, 0, NOW + (mail.MOST_ATTEMPTS + 1) * A_MINUTE)


def test_a_letter_at_which_every_process_died_is_given_up_and_the_next_one_goes_out(session: Session) -> None:
    written(session, letter("fatal"))
    row = claimed(session)
    row.attempts = mail.MOST_ATTEMPTS
    written(session, letter("next"), at=NOW + CLAIM_LASTS)
    assert claimed(session, NOW + CLAIM_LASTS).key == "next"
    session.refresh(row)
    assert (row.given_up_at, row.trouble) == (NOW + CLAIM_LASTS, Trouble.interrupted)


@pytest.mark.parametrize("is_on_sqlite", [True, False])
def test_what_was_sent_or_given_up_is_not_read_to_find_what_waits(engine: Engine, is_on_sqlite: bool) -> None:
    index = next(index for index in Mail.__table__.indexes if index.name == "ix_mail_waiting")
    where = index.dialect_options["sqlite" if is_on_sqlite else "postgresql"]["where"]
    assert str(where) == "sent_at IS NULL AND given_up_at IS NULL"
    [kept] = [each for each in inspect(engine).get_indexes("mail") if each["name"] == "ix_mail_waiting"]
    assert kept["column_names"] == ["next_try_at", "id"]


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


def test_a_letter_with_a_table_travels_as_text_and_as_html_and_is_the_same_each_time(session: Session) -> None:
    written(session, letter()._replace(html="<p>请尽快<b>答复</b></p>"))
    first = bytes(mail.message_of(claimed(session), SENDER))
    assert bytes(mail.message_of(claimed(session, NOW + CLAIM_LASTS), SENDER)) == first
    message = message_from_bytes(first, policy=policy.default)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "<b>答复</b>" in message.get_body(("html",)).get_content()


def test_two_letters_have_two_message_ids(session: Session) -> None:
    written(session, letter("a"), letter("b"))
    assert mail.message_id(claimed(session), SENDER) != mail.message_id(claimed(session), SENDER)


@pytest.mark.parametrize("address", ["clerk@office.example\nBcc: all@office.example", "clerk", "", "<", "@", "a@b, c"])
def test_an_address_that_is_none_is_a_failed_mail_and_no_crash(session: Session, address: str) -> None:
    written(session, letter(recipient=address))
    with pytest.raises(Undelivered) as why:
        mail.message_of(claimed(session), SENDER)
    assert why.value.trouble is Trouble.address


def test_a_subject_cannot_bring_a_header_of_its_own(session: Session) -> None:
    written(session, letter()._replace(subject="No 1\r\nBcc: all@office.example\x85\u2028X"))
    message = mail.message_of(claimed(session), SENDER)
    assert message["Bcc"] is None
    assert message["Subject"] == "No 1 Bcc: all@office.example X"


def test_a_subject_longer_than_there_is_room_for_ends_early(session: Session) -> None:
    written(session, letter()._replace(subject="长" * 300))
    assert claimed(session).subject == "长" * 199 + "…"


def given_up(session: Session, person: Person | None = None) -> Mail:
    written(session, letter()._replace(person_id=person.id if person else None))
    return failed(session, claimed(session), Trouble.refused)


def test_a_letter_that_was_given_up_goes_to_the_address_that_its_reader_has_now(session: Session) -> None:
    person = an_officer(session, an_agency(session), email="new@office.example")
    row = given_up(session, person)
    mail.try_again(session, row, NOW)
    again = claimed(session)
    assert (again.id, again.recipient, again.attempts, again.given_up_at) == (row.id, "new@office.example", 1, None)


def test_a_letter_is_not_tried_again_while_its_reader_has_no_address(session: Session) -> None:
    person = an_officer(session, an_agency(session), email="")
    row = given_up(session, person)
    with pytest.raises(RuleBroken, match="has no e-mail address"):
        mail.try_again(session, row, NOW)
    assert row.given_up_at is not None


def test_a_letter_set_aside_keeps_who_did_so_and_when_and_can_still_be_tried_again(session: Session) -> None:
    first, second = (an_officer(session, an_agency(session), Role.head) for _ in range(2))
    row = given_up(session)
    mail.set_aside(session, row, first, NOW)
    mail.set_aside(session, row, second, NOW + A_MINUTE)
    assert (row.set_aside_by_id, row.set_aside_at) == (first.id, NOW)
    mail.try_again(session, row, NOW)
    assert (row.set_aside_at, claimed(session).id) == (None, row.id)


def test_a_letter_that_went_out_or_still_waits_is_neither_set_aside_nor_started_anew(session: Session) -> None:
    head = an_officer(session, an_agency(session), Role.head)
    written(session)
    row = claimed(session)
    mail.set_aside(session, row, head, NOW)
    mail.try_again(session, row, NOW)
    assert (row.set_aside_at, row.attempts) == (None, 1)
