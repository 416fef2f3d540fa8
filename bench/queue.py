"""The queue of an office by the number of its open cases: a page from the start or the middle, the piles, a search.

    python -m bench.queue [CASES …]

Generates open cases (1,000 and 1,000,000 unless told otherwise) in a private PostgreSQL, half of them in one agency and
the others in 200 below the same root, and asks what the desk asks, in turn: for the one agency, and for the whole tree.
Goal: flat, a million cases cost what a thousand cost. A pile is counted up to 1,000, so the counts stop growing there;
words that no case holds are looked for in all of them, which grows.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from bench.annual import AGENCIES
from requestflow.store import migrations
from requestflow.store.models import NO_TERM, Agency
from requestflow.store.queries import worklist
from requestflow.store.queries.worklist import Pile, Place, Sought, Wanted
from requestflow.store.session import make_engine
from tests.servers.postgres import Postgres, private_postgres

SIZES = (1_000, 1_000_000)
ROUNDS = 15
TODAY, SOON = date(2026, 3, 20), date(2026, 3, 27)
BELOW = 200
ONE = 2  # the agency that has half of the cases
SOUGHT = {
    "a name of many": {"text": "秀英"},
    "a name of nobody": {"text": "王小明"},
    "words of no case": {"words": "污水处理厂"},
}

PEOPLE = """
INSERT INTO person (id, login, name, role, agency_id, email, password_hash, language, is_active)
SELECT n, 'officer' || n, 'Officer ' || n, 'handler', 1, '', '', 'zh', true FROM generate_series(1, 50) AS n
"""

# One in a hundred overdue, one in fifty unconfirmed, one in ten without a term, one in twenty with nobody.
CASES = """
INSERT INTO "case" (agency_id, registered_by_id, number, version, channel, submitted_on, entered_at, applicant_kind,
    applicant_name, id_type, id_number, phone, email, address, postcode, description, topic, note, access_code_hash,
    regime, state, received_on, due_on, is_provisional, waiting_until, next_on, extension_asked_on, extension_workdays,
    reason, tracking_number, handler_id, fee_yuan)
SELECT agency, agency, '2026-' || lpad(n::text, 8, '0'), 1, 'web', d, now(), 'natural_person', '李秀英', '', '', '', '',
    '', '', '滨河路东段房屋征收补偿方案及其批准文件', '', '', repeat('0', 64),
    CASE WHEN state <> 'received' THEN '2019' END, state, CASE WHEN state <> 'received' THEN d END,
    CASE WHEN state NOT IN ('received', 'waiting_agency') THEN due END, false,
    CASE WHEN state = 'received' THEN due END, CASE WHEN state = 'waiting_agency' THEN :endless ELSE due END,
    CASE WHEN state = 'open' AND random() < 0.01 THEN d END, 0, '', '',
    CASE WHEN random() < 0.95 THEN 1 + floor(random() * 50)::int END, 0
FROM (
    SELECT n, CASE WHEN random() < 0.5 THEN :one ELSE 1 + floor(random() * :agencies)::int END AS agency,
        CAST(:today AS date) - floor(random() * 20)::int AS d,
        CAST(:today AS date) + floor((random() - 0.01) * 100)::int AS due,
        CASE WHEN k < 0.02 THEN 'received' WHEN k < 0.12 THEN 'waiting_agency' WHEN k < 0.3 THEN 'registered'
             ELSE 'open' END AS state
    FROM (SELECT n, random() AS k FROM generate_series(1, :cases) AS n) AS numbered
) AS generated
"""


def wanted(agencies: list[int], pile: Pile = Pile.open) -> Wanted:
    return Wanted(agencies=agencies, person_id=7, today=TODAY, soon_on=SOON, pile=pile)


def measures(agencies: list[int], middle: Place) -> dict[str, Callable[[Session], Any]]:
    pages: dict[str, Callable[[Session], Any]] = {
        f"page of {pile}": lambda session, pile=pile: worklist.queue(session, wanted(agencies, pile)) for pile in Pile
    }
    pages["page in the middle"] = lambda session: worklist.queue(session, wanted(agencies), middle)
    pages["counts of all piles"] = lambda session: worklist.counts(session, wanted(agencies))
    for what, sought in SOUGHT.items():
        pages[f"search for {what}"] = lambda session, sought=sought: worklist.found(
            session, Sought(agencies=agencies, **sought)
        )
    return pages


@contextmanager
def filled(server: Postgres, cases: int) -> Iterator[Session]:
    """A session on a database with so many open cases."""
    with server.database() as url:
        migrations.upgrade(url)
        engine = make_engine(url)
        about = {"cases": cases, "agencies": BELOW, "one": ONE, "today": TODAY, "endless": NO_TERM}
        with engine.begin() as connection:
            connection.execute(text(AGENCIES), {"agencies": BELOW})
            connection.execute(text(PEOPLE))
            connection.execute(text(CASES), about)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        with Session(engine) as session:
            yield session
        engine.dispose()


def took(sessions: list[Session]) -> dict[str, list[float]]:
    """The median milliseconds of each measure by session, all sessions asked in turn."""
    tree = list(sessions[0].exec(select(Agency.id).order_by(col(Agency.id))))
    middle = Place(date(2026, 5, 1), 1)
    asked = {f"one agency, {name}": measure for name, measure in measures([ONE], middle).items()}
    asked |= {f"whole tree, {name}": measure for name, measure in measures(tree, middle).items()}
    times: dict[str, list[list[float]]] = {name: [[] for _ in sessions] for name in asked}
    for _ in range(ROUNDS):
        for name, measure in asked.items():
            for session, taken in zip(sessions, times[name], strict=True):
                started = time.perf_counter()
                measure(session)
                taken.append(time.perf_counter() - started)
    return {name: [statistics.median(taken) * 1000 for taken in each] for name, each in times.items()}


def main(sizes: tuple[int, ...]) -> None:
    with private_postgres() as server, ExitStack() as stack:
        medians = took([stack.enter_context(filled(server, cases)) for cases in sizes])
    print(f"median of {ROUNDS} rounds in ms, with {' and '.join(f'{cases:,}' for cases in sizes)} open cases")
    for name, each in medians.items():
        print(f"  {name:36}{''.join(f'{median:9.1f}' for median in each)}   ratio {each[-1] / each[0]:5.2f}")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
