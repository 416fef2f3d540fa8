"""The daily pass of reminders over 1,000,000 open cases of which one in a hundred is due.

    python -m bench.daily [CASES]

Generates the cases in a private PostgreSQL and lets the pass run twice: the first raises what is due, the second finds
that nothing is left. Counted are the rows of cases that the database read to find what is due, through an index or one
by one, as its own statistics tell; compared with how many cases were due. What its foreign keys look up for each
reminder and letter that is written is counted apart.
Goal: at most twice as many rows read as cases due, however many are open.
"""

import sys
import time
from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine, text
from sqlmodel import Session

from bench.annual import AGENCIES
from requestflow.clock import now
from requestflow.services import reminders
from requestflow.store import migrations
from requestflow.store.session import make_engine
from tests.servers.postgres import private_postgres

CASES = 1_000_000
TODAY = date(2026, 3, 18)  # a Wednesday with ten working days before and after it
BELOW = 200

PEOPLE = """
INSERT INTO person (id, login, name, role, agency_id, email, password_hash, language, is_active)
SELECT n, 'officer' || n, 'Officer ' || n, CASE WHEN n % 5 = 0 THEN 'head' ELSE 'handler' END, 1 + n % :agencies,
       'officer' || n || '@example.org', '', 'zh', true
FROM generate_series(1, 1000) AS n
"""

# In every hundred one has three working days left or is overdue; all others are due in a month or later.
CASES_OPEN = """
INSERT INTO "case" (agency_id, registered_by_id, number, version, channel, submitted_on, entered_at, applicant_kind,
    applicant_name, id_type, id_number, phone, email, address, postcode, description, topic, note, access_code_hash,
    regime, state, received_on, due_on, is_provisional, next_on, extension_workdays, reason, tracking_number,
    handler_id, fee_yuan)
SELECT 1 + n % :agencies, 1 + n % :agencies, '2026-' || lpad(n::text, 8, '0'), 1, 'web', d, now(), 'natural_person',
    '李秀英', '', '', '', '', '', '', '滨河路东段房屋征收补偿方案及其批准文件', '', '', repeat('0', 64), '2019',
    'open', d, due, false, due, 0, '', '', 1 + n % 1000, 0
FROM (
    SELECT n, CAST(:today AS date) - CASE WHEN n % 100 = 0 THEN 26 ELSE 0 END AS d,
        CAST(:today AS date) + CASE WHEN n % 200 = 0 THEN -1 WHEN n % 100 = 0 THEN 3 ELSE 30 + n % 60 END AS due
    FROM generate_series(1, :cases) AS n
) AS generated
"""

READ = """
SELECT coalesce(sum(idx_tup_read) FILTER (WHERE indexrelname <> 'pk_case'), 0)
     + (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = 'case') AS found,
       coalesce(sum(idx_tup_read) FILTER (WHERE indexrelname = 'pk_case'), 0) AS by_key
FROM pg_stat_user_indexes WHERE relname = 'case'
"""


class Pass(NamedTuple):
    """Reminders raised, rows of cases read to find them and by foreign keys, and the seconds that it took."""

    raised: int
    found: int
    by_key: int
    seconds: float


def a_pass(engine: Engine) -> Pass:
    """One pass, and what it read."""
    before = _rows_read(engine)
    started = time.perf_counter()
    with Session(engine) as session, session.begin():
        raised = reminders.raise_due(session, TODAY, now())
        session.execute(text("SELECT pg_stat_force_next_flush()"))
    taken = time.perf_counter() - started
    found, by_key = (after - earlier for earlier, after in zip(before, _rows_read(engine), strict=True))
    return Pass(raised, found, by_key, taken)


def _rows_read(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        found, by_key = connection.execute(text(READ)).one()
    return int(found), int(by_key)


def main(cases: int) -> None:
    with private_postgres() as server, server.database() as url:
        migrations.upgrade(url)
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text(AGENCIES), {"agencies": BELOW})
            connection.execute(text(PEOPLE), {"agencies": BELOW})
            connection.execute(text(CASES_OPEN), {"agencies": BELOW, "cases": cases, "today": TODAY})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        passes = [a_pass(engine), a_pass(engine)]
        engine.dispose()
    due = cases // 100
    print(f"{cases:,} open cases of {BELOW} agencies, {due:,} of them due, PostgreSQL")
    for name, each in zip(("first pass", "second pass"), passes, strict=True):
        read = f"read {each.found:,} rows = {each.found / due:.2f} × due, and {each.by_key:,} by foreign keys"
        print(f"  {name:12} raised {each.raised:,}; {read}; {each.seconds:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
