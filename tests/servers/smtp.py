"""A mail server for the tests: takes letters, remembers them, and can refuse, be slow or dumb, hang up, or want TLS."""

import socketserver
import ssl
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread
from typing import Any

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Of localhost, with its key, signed by itself until 2120; SSL_CERT_FILE makes it trusted."""
_ANSWERS = {b"refused": "550 no such person", b"busy": "451 mailbox busy", b"gone": "421 closing"}


@dataclass
class Sink:
    """What arrived, in order, and the logins that were tried; a recipient that holds a word of _ANSWERS gets that one.

    While `open` is not set, a letter is taken in and its sender is kept waiting for the word that it was; every letter
    takes `pause` seconds. Each connection takes `most` letters.
    """

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[list[str]] = field(default_factory=list)
    connections: int = 0
    open: Event = field(default_factory=Event)
    pause: float = 0.0
    most: int = 1_000_000
    is_dumb: bool = False
    offers_tls: bool = False
    bad_sender: bool = False
    password: str = "secret"

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink
    taken = 0

    def handle(self) -> None:
        self.sink.connections += 1
        if self.sink.is_dumb:
            self.rfile.readline()  # until the other side hangs up
            return
        self._say("220 here")
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            answer = getattr(self, f"_{word.lower()}", self._other)
            if answer(rest, line) == "221 bye":
                return

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()  # the server knows only the socket below it

    def _other(self, *_line: Any) -> str:
        return self._say("250 ok")

    def _quit(self, *_line: Any) -> str:
        return self._say("221 bye")

    def _ehlo(self, *_line: Any) -> str:
        is_private = isinstance(self.request, ssl.SSLSocket)
        extensions = ["STARTTLS"] if self.sink.offers_tls and not is_private else ["AUTH PLAIN"] if is_private else []
        said = ["localhost", *extensions]
        for each in said[:-1]:
            self._say(f"250-{each}")
        return self._say(f"250 {said[-1]}")

    def _starttls(self, *_line: Any) -> str:
        self._say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        try:
            self.request = context.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, OSError):
            return "221 bye"  # the client does not trust us
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        return ""

    def _auth(self, rest: str, *_line: Any) -> str:
        login = b64decode(rest.split()[1]).decode().split("\0")[1:]
        self.sink.logins.append(login)
        return self._say("235 welcome" if login[1] == self.sink.password else "535 wrong")

    def _mail(self, *_line: Any) -> str:
        if self.taken >= self.sink.most:
            return self._say("421 enough for one connection")
        return self._say("550 not from you" if self.sink.bad_sender else "250 ok")

    def _rcpt(self, _rest: str, line: bytes) -> str:
        return self._say(next((answer for word, answer in _ANSWERS.items() if word in line), "250 ok"))

    def _data(self, *_line: Any) -> str:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.sink.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.taken += 1
        self.sink.open.wait(30)
        time.sleep(self.sink.pause)
        return self._say("250 taken")

    def _say(self, line: str) -> str:
        self.wfile.write(f"{line}\r\n".encode())
        return line


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed hangs up in the middle: that is what some tests are for."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def mail_server(**how: Any) -> Iterator[Sink]:
    """A mail server on a free port while the block lasts; `how` are fields of Sink."""
    sink = Sink(**how)
    sink.open.set()
    talk = type("Talk", (_Talk,), {"sink": sink})
    with _Server(("127.0.0.1", 0), talk) as server:
        sink.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            sink.open.set()
            server.shutdown()
            thread.join()
