"""Who takes a mail out of the house: a mail server, or, while none is set, a folder of .eml files."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from requestflow.services.mail import Undelivered

Carry = Callable[[str, EmailMessage], None]
"""Hands over the mail of a key; Undelivered if that fails."""

PATIENCE = 20.0  # seconds that a mail server may take for one answer
_PORTS = {"smtp": 25, "smtps": 465}
_AWAY = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


def carrier(smtp_url: str, folder: Path) -> AbstractContextManager[Carry]:
    """The mail server of `smtp_url` (smtp:// or smtps://user:password@host:port), or the folder if that is empty."""
    return by_server(smtp_url) if smtp_url else into(folder)


@contextmanager
def into(folder: Path) -> Iterator[Carry]:
    """Mails become files named by their key, whole or not at all; one that is sent again replaces itself."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def carry(key: str, message: EmailMessage) -> None:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", key)
        draft = folder / f".{name}.draft"
        try:
            with draft.open("wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / f"{name}.eml")
        except OSError as error:
            raise Undelivered(f"The mail folder cannot be written: {error.strerror}.", for_all=True) from error

    yield carry


@contextmanager
def by_server(url: str) -> Iterator[Carry]:
    """Mails go to a server over one connection, opened when the first is sent; a password only over TLS."""
    connection: list[smtplib.SMTP] = []

    def carry(_key: str, message: EmailMessage) -> None:
        try:
            if not connection:
                connection.append(_connected(url))
            connection[0].send_message(message)
        except _AWAY as error:
            raise Undelivered(f"The mail server broke off: {_said(error)}.", for_all=True) from error
        except smtplib.SMTPException as error:
            raise Undelivered(f"The mail server refused the mail: {_said(error)}.") from error
        except OSError as error:
            why = error.strerror or str(error) or "no answer"
            raise Undelivered(f"The mail server cannot be reached: {why}.", for_all=True) from error

    try:
        yield carry
    finally:
        for server in connection:
            with suppress(OSError):  # it has hung up first; everything sent was confirmed before
                server.quit()


def _connected(url: str) -> smtplib.SMTP:
    where = urlsplit(url)
    host, port = where.hostname or "localhost", where.port or _PORTS[where.scheme]
    trusted = ssl.create_default_context()
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trusted)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        _introduce(server, trusted, unquote(where.username or ""), unquote(where.password or ""))
    except Exception:
        server.close()
        raise
    return server


def _introduce(server: smtplib.SMTP, trusted: ssl.SSLContext, user: str, password: str) -> None:
    server.ehlo()
    is_private = isinstance(server, smtplib.SMTP_SSL)
    if not is_private and server.has_extn("starttls"):
        server.starttls(context=trusted)
        server.ehlo()
        is_private = True
    if user:
        if not is_private:
            raise Undelivered("The mail server offers no TLS, and a password is not sent without it.", for_all=True)
        server.login(user, password)


def _said(error: smtplib.SMTPException) -> str:
    """What the server answered, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        text = _text(answer)
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, _text(error.smtp_error)
    else:
        return str(error) or type(error).__name__
    return " ".join(f"{code} {text}".split()).rstrip(".")


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
