"""`requestflow serve`: pages, worker and timetable in one process on this machine, with no other service."""

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from waitress.server import create_server

from requestflow import clock, logs
from requestflow.cli.database import place
from requestflow.cli.demo import tell_logins
from requestflow.cli.shell import said
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services import demo as demo_year
from requestflow.settings import Settings, overrule, settings
from requestflow.store import migrations
from requestflow.store.alone import alone_on
from requestflow.store.session import bind, transaction
from requestflow.web import create_app
from workers.embedded import at_work

_THREADS = 8
_STARTED = Text("RequestFlow 已启动：{address}", "RequestFlow is at {address}")
_HOW_TO_STOP = Text("按 Ctrl-C 停止。", "Ctrl-C stops it.")
_STOPPED = Text("RequestFlow 已停止。", "RequestFlow has stopped.")
_BUSY = Text(
    "端口 {port} 已被其他程序占用：请用 --port 另选一个端口，或者停止该程序。",
    "Port {port} is in use by another program: choose one with --port, or stop that program.",
)
_CLOSED = Text("无法在 {host} 的端口 {port} 上监听：{error}。", "Cannot listen on {host}, port {port}: {error}.")


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo year first, if the database is empty.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default: REQUESTFLOW_PORT or 8000).")
def serve(demo: bool, port: int | None) -> None:
    """Serve everything from this machine until Ctrl-C."""
    if port:
        overrule(port=port)
    chosen = settings()
    logs.set_up(as_json=chosen.logs_json, level=chosen.logs_from)
    url = place()
    with alone_on(url), _listening(chosen.host, chosen.port) as door, _ended_by_signals():
        migrations.upgrade(url)
        bind(url)
        if demo:
            with transaction() as session:
                demo_year.load(session, today=clock.today(), now=clock.now())
        _serve(create_app(chosen), door, chosen, demo)
    click.echo(said(_STOPPED))


def _serve(app: Flask, door: socket.socket, chosen: Settings, demo: bool) -> None:
    with at_work():
        # which headers of a proxy count is said by the settings, so the server leaves them as they came
        server = create_server(app, sockets=[door], threads=_THREADS, ident="", clear_untrusted_proxy_headers=False)
        click.echo(said(_STARTED.fill(address=chosen.base_url)))
        if demo:
            tell_logins()
        click.echo(said(_HOW_TO_STOP))
        server.run()  # until a signal, which it takes for the end of its loop
        server.close()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The door of the pages, open before anything else is done, so that a busy port changes nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            door.listen()
        except OSError as error:
            why = _BUSY if error.errno == errno.EADDRINUSE else _CLOSED
            raise RuleBroken(*why.fill(host=host, port=port, error=error.strerror)) from None
        yield door


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block once; what comes after them does not disturb the end."""

    def end(number: int, _frame: object) -> None:
        for known in (signal.SIGINT, signal.SIGTERM):
            signal.signal(known, signal.SIG_IGN)
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {known: signal.signal(known, end) for known in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for known, handler in before.items():
            signal.signal(known, handler)
