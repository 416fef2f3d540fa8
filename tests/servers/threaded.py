"""The pages, served by a thread of the test process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from waitress.server import create_server

PATIENCE = 10.0


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which the app answers while the block lasts."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        with server.trigger.lock:  # so that the thread does not close the door before it is called to it
            server.trigger.thunks.append(server.close)  # in its own thread, which else waits on a door that is gone
            server.trigger.pull_trigger()
        thread.join(PATIENCE)
    assert not thread.is_alive(), "the server did not stop"
