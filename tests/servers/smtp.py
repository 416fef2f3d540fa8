"""A mail server for the tests: takes letters, remembers them, and can refuse, be slow, or hang up."""

import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread


@dataclass
class Sink:
    """What arrived, in order; recipients with `refused` in their address are turned away.

    While `open` is not set, a letter is taken in and its sender is kept waiting for the word that it was; every letter
    takes `pause` seconds.
    """

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    open: Event = field(default_factory=Event)
    pause: float = 0.0

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word == "DATA":
                self._data()
            elif word.startswith("RCPT") and b"refused" in line:
                self._say("550 no such person")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.sink.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.sink.open.wait(30)
        time.sleep(self.sink.pause)
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Sink]:
    """A mail server on a free port while the block lasts."""
    sink = Sink()
    sink.open.set()
    talk = type("Talk", (_Talk,), {"sink": sink})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        sink.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            sink.open.set()
            server.shutdown()
            thread.join()
