"""The outbox: a mail is written as a row in the transaction that causes it, and sent from there, once.

A carrier claims one row and commits, sends it while no transaction is open, then marks it and commits. Whoever is
killed in between leaves one claimed row, which is claimed again when its claim runs out, with the same Message-ID.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from requestflow.store.models import Mail

CLAIM_LASTS = timedelta(minutes=5)  # longer than a mail server may keep us waiting
MOST_ATTEMPTS = 100  # about four days; after that a person has to look
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_ERROR = 500


class Letter(NamedTuple):
    """A mail to be written. The subject shows on locked screens: no text of a case, no name, in it."""

    key: str
    recipient: str
    subject: str
    body: str
    case_id: int | None = None


class Undelivered(Exception):
    """A mail could not be handed over; the message is a sentence. `for_all`: the others need not be tried now."""

    def __init__(self, why: str, *, for_all: bool = False) -> None:
        super().__init__(why)
        self.for_all = for_all


def write(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Puts letters into the outbox; a letter whose key is there already is the same letter and is left alone."""
    if not letters:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{**letter._asdict(), "created_at": now, "next_try_at": now, "attempts": 0, "last_error": ""}
            for letter in letters]  # fmt: skip
    session.execute(insert(Mail).on_conflict_do_nothing(index_elements=["key"]), rows)


def claim(session: Session, now: datetime) -> Mail | None:
    """Takes the mail that has waited longest, so that nobody else sends it for a while; None if none waits.

    To be committed before it is sent.
    """
    mail = session.exec(_waiting(now).limit(1).with_for_update(skip_locked=True)).first()
    if mail is not None:
        mail.claimed_at, mail.next_try_at, mail.attempts = now, now + CLAIM_LASTS, mail.attempts + 1
        session.add(mail)
    return mail


def _waiting(now: datetime) -> SelectOfScalar[Mail]:
    is_waiting = col(Mail.sent_at).is_(None), Mail.next_try_at <= now, Mail.attempts < MOST_ATTEMPTS
    return select(Mail).where(*is_waiting).order_by(col(Mail.next_try_at), col(Mail.id))


def mark_sent(session: Session, mail: Mail, now: datetime) -> None:
    """Remembers that a claimed mail went out."""
    done = update(Mail).where(col(Mail.id) == mail.id, col(Mail.sent_at).is_(None))
    session.execute(done.values(sent_at=now, claimed_at=None, last_error=""))


def mark_failed(session: Session, mail: Mail, why: Undelivered, now: datetime) -> None:
    """Lets a claimed mail wait for another attempt: 1, 2, 4, … minutes, at most an hour."""
    pause = min(timedelta(minutes=2 ** min(mail.attempts - 1, 10)), _LONGEST_PAUSE)
    failed = update(Mail).where(col(Mail.id) == mail.id, col(Mail.sent_at).is_(None))
    values = {"claimed_at": None, "next_try_at": now + pause, "last_error": str(why)[:_LONGEST_ERROR]}
    session.execute(failed.values(values))


def release(session: Session, now: datetime) -> int:
    """Gives back every claim, where it is certain that whoever claimed is gone; returns how many there were."""
    left = update(Mail).where(col(Mail.sent_at).is_(None), col(Mail.claimed_at).is_not(None))
    done = session.execute(left.values(claimed_at=None, next_try_at=now))
    return cast(CursorResult[Any], done).rowcount


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels: equal each time it is sent, so that a repeat can be told from a second letter.

    Undelivered where recipient or subject cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    except (ValueError, IndexError):  # what the parser of headers raises on text that is no address
        raise Undelivered("The recipient's address cannot be read.") from None
    message["Date"] = mail.created_at
    message["Message-ID"] = message_id(mail, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def message_id(mail: Mail, sender: str) -> str:
    """The Message-ID of a row, the same at every attempt."""
    digest = hashlib.sha256(f"{mail.key} {mail.created_at.isoformat()}".encode()).hexdigest()[:32]
    return f"<{digest}@{parseaddr(sender)[1].rpartition('@')[2]}>"
