"""The outbox: a mail is written as a row in the transaction that causes it, and sent from there, once.

A carrier claims one row and commits, sends it while no transaction is open, then marks it and commits. Whoever is
killed in between leaves one claimed row, which is sent again with the same Message-ID: as soon as its claimant is known
to be gone, or else when the claim runs out.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Word
from requestflow.store.inserting import Insert, Inserting, stated
from requestflow.store.models import Mail, Person
from requestflow.store.queries import letters as keys

CLAIM_LASTS = timedelta(minutes=10)  # longer than a mail server may keep us waiting for one letter
MOST_ATTEMPTS = 100  # about four days; after that a person has to look
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_ERROR = 500
_LONGEST_SUBJECT = 200


class Letter(NamedTuple):
    """A mail to be written. The subject shows on locked screens: no text of a case, no name, in it.

    `person_id` is the officer it goes to, if it goes to one; `html` is the text once more with real tables, if it has
    any.
    """

    key: str
    recipient: str
    subject: str
    body: str
    case_id: int | None = None
    person_id: int | None = None
    html: str = ""


class Trouble(Word):
    """What keeps a letter from going out."""

    address = "address", "收件地址无法识别", "The address cannot be read"
    refused = "refused", "邮件服务器拒收", "The mail server refused it for good"
    postponed = "postponed", "邮件服务器要求稍后再试", "The mail server asked to try again later"
    broken_off = "broken_off", "邮件服务器中断了连接", "The mail server broke off the connection"
    interrupted = "interrupted", "发送时程序中断", "The program ended while sending"
    unreachable = "unreachable", "无法连接邮件服务器", "The mail server cannot be reached"
    unsafe = "unsafe", "邮件服务器没有可信的加密连接", "The mail server offers no trusted encryption"
    login = "login", "邮件服务器不接受登录", "The mail server does not accept the login"
    sender = "sender", "邮件服务器不接受发件地址", "The mail server does not accept the sender"
    folder = "folder", "邮件文件夹无法写入", "The mail folder cannot be written"


FINAL = frozenset({Trouble.address, Trouble.refused})
"""Trying again would not help: the letter is given up at once."""
OURS = frozenset({Trouble.unreachable, Trouble.unsafe, Trouble.login, Trouble.sender, Trouble.folder})
"""No letter can go out, whatever it is: this does not count as an attempt, and no letter is given up for it."""


class Undelivered(Exception):
    """A mail could not be handed over; the message is what was said of it, by the server or the machine."""

    def __init__(self, trouble: Trouble, said: str = "") -> None:
        super().__init__(said)
        self.trouble = trouble

    @property
    def is_for_all(self) -> bool:
        """Whether the other letters need not be tried just now."""
        return self.trouble in OURS or self.trouble is Trouble.broken_off


def write(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Puts letters into the outbox; a letter whose key is there already is the same letter and is left alone."""
    if not letters:
        return
    fresh = {"created_at": now, "next_try_at": now, "attempts": 0, "last_error": ""}
    rows = [{**letter._asdict(), "subject": _one_line(letter.subject), **fresh} for letter in letters]
    session.connection().execute(_writing(session), rows)


@stated
def _writing(insert: Inserting) -> Insert:
    return insert(Mail).on_conflict_do_nothing(index_elements=["key"]).inline()


def write_new(session: Session, letters: Sequence[Letter], now: datetime) -> int:
    """Puts those of the letters into the outbox that are not there yet; returns how many."""
    known = keys.known(session, [letter.key for letter in letters])
    new = [letter for letter in letters if letter.key not in known]
    write(session, new, now)
    return len(new)


def _one_line(subject: str) -> str:
    """The subject without what would begin another header, and no longer than there is room for."""
    line = " ".join(subject.split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"


def claim(session: Session, now: datetime, by: str = "") -> Mail | None:
    """Takes the mail that has waited longest for the process `by`, so that nobody else sends it for a while.

    None if none waits. To be committed before it is sent. A letter at which one process after the other died is given
    up like any that was tried too often.
    """
    while mail := session.exec(_waiting(now).limit(1).with_for_update(skip_locked=True)).first():
        if mail.attempts < MOST_ATTEMPTS:
            mail.claimed_at, mail.claimed_by, mail.next_try_at = now, by, now + CLAIM_LASTS
            mail.attempts += 1
            session.add(mail)
            return mail
        mail.given_up_at, mail.trouble, mail.last_error, mail.claimed_at = now, Trouble.interrupted, "", None
        session.add(mail)
        session.flush()
    return None


def _waiting(now: datetime) -> SelectOfScalar[Mail]:
    is_waiting = col(Mail.sent_at).is_(None), col(Mail.given_up_at).is_(None), Mail.next_try_at <= now
    return select(Mail).where(*is_waiting).order_by(col(Mail.next_try_at), col(Mail.id))


def mark_sent(session: Session, mail: Mail, now: datetime) -> None:
    """Remembers that a claimed mail went out."""
    done = {"sent_at": now, "given_up_at": None, "set_aside_at": None, "set_aside_by_id": None}
    _mark(session, mail, **done, trouble="", last_error="")


def mark_failed(session: Session, mail: Mail, why: Undelivered, now: datetime) -> None:
    """Lets a claimed mail wait for another attempt, or gives it up.

    It waits 1, 2, 4, … minutes, at most an hour, and up to a tenth longer, so that not all come back at once. While no
    letter can go out, it waits a minute, and the attempt does not count.
    """
    attempts = mail.attempts - (why.trouble in OURS)
    is_given_up = why.trouble in FINAL or attempts >= MOST_ATTEMPTS
    next_try_at = now + (timedelta(minutes=1) if why.trouble in OURS else _pause(mail))
    said = {"trouble": why.trouble.value, "last_error": str(why)[:_LONGEST_ERROR]}
    _mark(session, mail, attempts=attempts, next_try_at=next_try_at, given_up_at=now if is_given_up else None, **said)


def _mark(session: Session, mail: Mail, **values: Any) -> None:
    unsent = update(Mail).where(col(Mail.id) == mail.id, col(Mail.sent_at).is_(None))
    session.execute(unsent.values(claimed_at=None, claimed_by="", **values))


def _pause(mail: Mail) -> timedelta:
    pause = min(timedelta(minutes=2 ** min(mail.attempts - 1, 10)), _LONGEST_PAUSE)
    share = int.from_bytes(hashlib.sha256(f"{mail.key} {mail.attempts}".encode()).digest()[:2]) / 0x10000
    return pause * (1 + share / 10)


def release(session: Session, now: datetime, of: Collection[str] | None = None) -> int:
    """Gives back every claim, or those `of` some processes, where it is certain that whoever claimed is gone.

    Returns how many there were.
    """
    left = update(Mail).where(col(Mail.sent_at).is_(None), col(Mail.given_up_at).is_(None))
    left = left.where(col(Mail.claimed_at).is_not(None) if of is None else col(Mail.claimed_by).in_(of))
    done = session.execute(left.values(claimed_at=None, claimed_by="", next_try_at=now))
    return cast(CursorResult[Any], done).rowcount


def try_again(session: Session, mail: Mail, now: datetime) -> None:
    """Puts a letter that was given up back into the outbox, to the address that its reader has now.

    RuleBroken if the reader has no account in use or no address.
    """
    person = session.get(Person, mail.person_id) if mail.person_id else None
    if person is not None and not (person.is_active and person.email):
        raise RuleBroken(
            f"“{person.name}”的账户已停用或者没有填写邮箱，请先更正，再重新发送。",
            f"The account of {person.name} is closed or has no e-mail address: put that right first, then try again.",
        )
    if mail.given_up_at is None:
        return
    mail.recipient = person.email if person else mail.recipient
    mail.given_up_at = mail.set_aside_at = mail.set_aside_by_id = None
    mail.attempts, mail.next_try_at, mail.trouble, mail.last_error = 0, now, "", ""
    session.add(mail)


def set_aside(session: Session, mail: Mail, by: Person, now: datetime) -> None:
    """Takes a letter that was given up off the list; it stays on record, with who did so and when."""
    if mail.given_up_at is not None and mail.set_aside_at is None:
        mail.set_aside_at, mail.set_aside_by_id = now, by.id
        session.add(mail)


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels: equal each time it is sent, so that a repeat can be told from a second letter.

    Undelivered where the recipient cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["Subject"], message["To"] = sender, mail.subject, mail.recipient
    except (ValueError, IndexError):  # what the parser of headers raises on text that is no address
        raise Undelivered(Trouble.address) from None
    if [bool(address.domain) for address in message["To"].addresses] != [True]:
        raise Undelivered(Trouble.address)
    message["Date"] = mail.created_at
    message["Message-ID"] = message_id(mail, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
        message.set_boundary(_mark_of(mail))
    return message


def message_id(mail: Mail, sender: str) -> str:
    """The Message-ID of a row, the same at every attempt."""
    return f"<{_mark_of(mail)}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def _mark_of(mail: Mail) -> str:
    return hashlib.sha256(f"{mail.key} {mail.created_at.isoformat()}".encode()).hexdigest()[:32]
