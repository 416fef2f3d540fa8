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

from requestflow.services.mail import Trouble, Undelivered

Carry = Callable[[str, EmailMessage], None]
"""Hands over the mail of a key; Undelivered if that fails."""

PATIENCE = 30.0  # seconds that a mail server may take for one answer; a letter needs nine, and is tried twice at most
_PORTS = {"smtp": 25, "smtps": 465}
_CLOSING = 421  # what a server says before it hangs up (RFC 5321)
_FOR_GOOD = 500


def carrier(smtp_url: str, folder: Path) -> AbstractContextManager[Carry]:
    """The mail server of `smtp_url` (smtp:// or smtps://user:password@host:port), or the folder if that is empty."""
    return by_server(smtp_url) if smtp_url else into(folder)


@contextmanager
def into(folder: Path) -> Iterator[Carry]:
    """Mails become files named by their key, whole or not at all; one that is sent again replaces itself."""

    def carry(key: str, message: EmailMessage) -> None:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", key)
        draft = folder / f".{name}.draft"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / f"{name}.eml")
        except OSError as error:
            raise Undelivered(Trouble.folder, error.strerror or "") from error

    yield carry


@contextmanager
def by_server(url: str) -> Iterator[Carry]:
    """Mails go to a server over one connection, opened when the first is sent; a password only over TLS."""
    line: list[smtplib.SMTP] = []

    def carry(_key: str, message: EmailMessage) -> None:
        was_open = bool(line)
        if not was_open:
            line.append(_connected(url))
        try:
            _hand_over(line[0], message)
        except Undelivered as why:
            if not (was_open and why.trouble is Trouble.broken_off):
                raise
            line.pop().close()  # a server may end a connection after so many letters
            line.append(_connected(url))
            _hand_over(line[0], message)

    try:
        yield carry
    finally:
        for server in line:
            with suppress(OSError):  # it has hung up first; everything sent was confirmed before
                server.quit()


def is_private(url: str) -> bool:
    """Whether the mail server can be reached only over TLS; nothing is sent. Undelivered if it does not take us in."""
    server = _connected(url)
    try:
        return isinstance(server.sock, ssl.SSLSocket)
    finally:
        server.close()


def _connected(url: str) -> smtplib.SMTP:
    """A connection on which letters can be handed over; whatever fails here would fail for every letter."""
    where = urlsplit(url)
    host, port = where.hostname or "localhost", where.port or _PORTS[where.scheme]
    trusted = ssl.create_default_context()
    try:
        if where.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trusted)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE)
        try:
            _introduce(server, trusted, unquote(where.username or ""), unquote(where.password or ""))
        except Exception:
            server.close()
            raise
    except ssl.SSLError as error:
        raise Undelivered(Trouble.unsafe, error.reason or str(error)) from error
    except OSError as error:  # every error of smtplib is one
        raise Undelivered(Trouble.unreachable, _said(error)) from error
    return server


def _introduce(server: smtplib.SMTP, trusted: ssl.SSLContext, user: str, password: str) -> None:
    server.ehlo()
    is_private = isinstance(server, smtplib.SMTP_SSL)
    if not is_private and server.has_extn("starttls"):
        try:
            server.starttls(context=trusted)
        except smtplib.SMTPResponseException as error:
            raise Undelivered(Trouble.unsafe, _said(error)) from error
        server.ehlo()
        is_private = True
    if user and not is_private:
        raise Undelivered(Trouble.unsafe, "no STARTTLS, and a password is not sent without it")
    if user:
        try:
            server.login(user, password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise Undelivered(Trouble.login, _said(error)) from error


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except OSError as error:
        raise Undelivered(_trouble(error), _said(error)) from error


def _trouble(error: OSError) -> Trouble:
    """What a failure in the middle of a letter means for it: a 5yz answer is for good, a 4yz one for now (RFC 5321)."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Trouble.refused  # an address with letters that this server cannot read
    code, _ = _answer(error)
    if code is None or code == _CLOSING:
        return Trouble.broken_off
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Trouble.sender
    return Trouble.refused if code >= _FOR_GOOD else Trouble.postponed


def _said(error: OSError) -> str:
    """What the server, or else the machine, said, on one line."""
    code, text = _answer(error)
    said = text if code is None else f"{code} {text}"
    return " ".join(said.split()).rstrip(".")


def _answer(error: OSError) -> tuple[int | None, str]:
    """The code and the text of the server's answer; no code where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return code, _text(text)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _text(error.smtp_error)
    return None, error.strerror or str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
