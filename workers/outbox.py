"""Empties the outbox: claim one mail, send it while no transaction is open, mark it, and so on."""

from pathlib import Path
from threading import Lock
from typing import NamedTuple

from celery.worker import state

from requestflow.clock import now
from requestflow.services import mail
from requestflow.services.carriers import Carry, carrier
from requestflow.services.mail import Undelivered, message_of
from requestflow.settings import settings
from requestflow.store import living
from requestflow.store.models import Mail
from requestflow.store.session import transaction


class Sent(NamedTuple):
    """How many mails went out, and how many did not this time."""

    sent: int
    failed: int


_ALONE = Lock()


def send_waiting() -> Sent:
    """Sends every waiting mail, until none is left, the mail server is away, or this worker is asked to stop.

    One thread of a process does so at a time: a slow mail server keeps no other from what else is due.
    """
    if not _ALONE.acquire(blocking=False):
        return Sent(0, 0)
    try:
        return _sent()
    finally:
        _ALONE.release()


def _sent() -> Sent:
    """What a process that is gone had claimed is given back before."""
    sent = failed = 0
    chosen = settings()
    _give_back()
    with carrier(chosen.smtp_url.get_secret_value(), chosen.mail_folder) as carry:
        while not _is_stopping() and (claimed := _claimed()):
            why = _tried(carry, claimed, chosen.mail_from)
            with transaction() as session:
                if why is None:
                    mail.mark_sent(session, claimed, now())
                else:
                    mail.mark_failed(session, claimed, why, now())
            sent, failed = (sent + 1, failed) if why is None else (sent, failed + 1)
            if why and why.is_for_all:
                break
    return Sent(sent, failed)


def _give_back() -> None:
    folder = _senders()
    if gone := living.gone(folder):
        with transaction() as session:
            mail.release(session, now(), of=gone)
        living.forget(folder, gone)


def _senders() -> Path:
    """The folder in which each process that sends mail shows that it lives."""
    return settings().home / "senders"


def _claimed() -> Mail | None:
    with transaction() as session:
        return mail.claim(session, now(), by=living.mark(_senders()))


def _tried(carry: Carry, claimed: Mail, sender: str) -> Undelivered | None:
    try:
        carry(claimed.key, message_of(claimed, sender))
    except Undelivered as why:
        return why
    return None


def _is_stopping() -> bool:
    # an exit status, 0 among them, says stop
    return any(asked is not None and asked is not False for asked in (state.should_stop, state.should_terminate))
