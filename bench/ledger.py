"""Rows a second of a ledger that comes in with the law checked, on SQLite and on PostgreSQL, by the size of the ledger.

Run: .venv/bin/python bench/ledger.py [ROWS …]
A ledger of ten years through every channel is made up, written as CSV and taken in as `requestflow ledger import` does,
from opening the file to the commit. The better of two runs counts; the last column is how much memory the process took
at most. Goal: 3,000 rows a second, whatever the size.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from requestflow.paper import sheets
from requestflow.rules.roles import Hand
from requestflow.services import agencies, ledger
from requestflow.services.agencies import NewAgency
from requestflow.services.entry import Entry
from requestflow.store import migrations
from requestflow.store.session import bind, transaction
from tests import ledgers
from tests.servers.postgres import private_postgres

SIZES = (1_000, 5_000, 15_000)
OFFICES = tuple(f"OFFICE{nth}" for nth in range(10))
GOAL = 3_000
RUNS = 2


class Measured(NamedTuple):
    """Seconds by the clock on the wall, and of this process alone."""

    wall: float
    own: float


@contextmanager
def on_sqlite() -> Iterator[str]:
    """The URL of a new file."""
    with TemporaryDirectory(prefix="requestflow-bench-") as folder:
        yield f"sqlite:///{folder}/requestflow.sqlite"


def taken_in(url: str, file: Path) -> Measured:
    """How long the file takes, into an empty database with ten agencies."""
    migrations.upgrade(url)
    engine = bind(url)
    with transaction() as session:
        for code in OFFICES:
            agencies.set_up(session, NewAgency(code=code, name=code))
    entry = Entry(Hand.ledger, date(2026, 11, 24), datetime(2026, 11, 24, 4, tzinfo=UTC))
    started = Measured(perf_counter(), process_time())
    with sheets.opened(file) as sheet, transaction() as session:
        report = ledger.take_in(session, sheet, entry)
    took = Measured(perf_counter() - started.wall, process_time() - started.own)
    engine.dispose()
    assert report.refused == [], report.refused[:3]
    return took


def compare(sizes: tuple[int, ...]) -> bool:
    """Prints the table; whether every size meets the goal on both databases."""
    print(f"{'database':12}{'rows':>8}{'seconds':>10}{'rows/s':>9}{'rows/s of own time':>20}{'MB at most':>12}")
    is_fast = True
    with private_postgres() as server, TemporaryDirectory() as folder:
        for name, database in (("SQLite", on_sqlite), ("PostgreSQL", server.database)):
            for size in sizes:
                file = ledgers.write(Path(folder) / f"{size}.csv", ledgers.a_ledger(size, agencies=OFFICES))
                best = min(_run(database, file) for _ in range(RUNS))
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                print(
                    f"{name:12}{size:8,}{best.wall:10.2f}{size / best.wall:9,.0f}{size / best.own:20,.0f}{memory:12,}"
                )
                is_fast = is_fast and size / best.wall >= GOAL
    return is_fast


def _run(database: Callable[[], object], file: Path) -> Measured:
    with database() as url:  # type: ignore[attr-defined]  # both are context managers
        return taken_in(url, file)


if __name__ == "__main__":
    met = compare(tuple(map(int, sys.argv[1:])) or SIZES)
    print(f"goal of {GOAL:,} rows a second: {'met' if met else 'missed'}")
    sys.exit(not met)
