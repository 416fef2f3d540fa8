"""The year table over a million cases on PostgreSQL, beside the bare GROUP BY.

    python -m bench.annual [CASES [AGENCIES]]

Generates the cases in a private PostgreSQL, then measures both in one run, each through the same driver and in turn:

* bare: SELECT agency, month, channel, kind, outcome, timeliness, count(*) … GROUP BY …, its rows only counted (the
  server alone), or fetched;
* report: the whole report of the tree in the form of 2021: its 200 figures in sum and agency by agency, the names of
  the overdue cases, every check, the workbook written and read back.

Goal: report ≤ 1.5 × bare, fetched.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from requestflow.rules.verdicts import Verdict
from requestflow.services import annual
from requestflow.store import migrations
from requestflow.store.models import Agency
from requestflow.store.session import make_engine
from tests.servers.postgres import private_postgres

YEAR = 2024
ROUNDS = 7

AGENCIES = """
INSERT INTO agency (id, code, name, parent_id, path, level, region, review_body)
SELECT n, 'A' || n, 'Agency ' || n, CASE WHEN n > 1 THEN 1 END, CASE WHEN n > 1 THEN '1.' || n || '.' ELSE '1.' END,
       'department', '', ''
FROM generate_series(1, :agencies) AS n
"""

# Received from December of the year before on, answered within six weeks, one in twenty still open; most people ask
# online, for themselves, and are told that the information is given or not held.
CASES = """
INSERT INTO "case" (agency_id, registered_by_id, number, version, channel, mail_kind, submitted_on, entered_at,
    applicant_kind, applicant_name, id_type, id_number, phone, email, address, postcode, description, topic, note,
    access_code_hash, regime, state, received_on, due_on, next_on, is_provisional, extension_workdays, outcome, reason,
    decided_on, sent_on, closed_on, timeliness, tracking_number, fee_yuan)
SELECT a, a, :year || '-' || lpad(n::text, 8, '0'), 1, channel, CASE WHEN channel = 'mail' THEN 'signed' END, d, now(),
    (ARRAY['natural_person', 'natural_person', 'natural_person', 'natural_person', 'natural_person', 'natural_person',
           'business', 'legal_service', 'research', 'public_interest', 'other_organisation'])[1 + floor(k * 11)::int],
    '李秀英', '身份证', '640302198001010000', '13900000000', '', '裕民街1号', '751100',
    '滨河路东段房屋征收补偿方案及其批准文件', '征地拆迁', '', repeat('0', 64), '2019',
    CASE WHEN is_open THEN 'open' ELSE 'sent' END, d, d + 28, CASE WHEN is_open THEN d + 28 END, false, 0,
    CASE WHEN is_open THEN NULL ELSE outcome END, '', CASE WHEN NOT is_open THEN d + took END,
    CASE WHEN NOT is_open THEN d + took END, CASE WHEN NOT is_open THEN d + took END,
    CASE WHEN is_open THEN NULL WHEN t < 0.9 THEN 'on_time' WHEN t < 0.998 THEN 'extended' ELSE 'overdue' END, '', 0
FROM (
    SELECT n, 1 + floor(random() * :agencies)::int AS a, random() AS k, random() AS t, random() < 0.05 AS is_open,
        (ARRAY['web', 'web', 'web', 'mail', 'face_to_face', 'fax'])[1 + floor(random() * 6)::int] AS channel,
        CASE WHEN random() < 0.6 THEN (ARRAY['O02', 'O21', 'O22', 'O01'])[1 + floor(random() * 4)::int]
             ELSE (ARRAY['O03', 'O04', 'O11', 'O12', 'O13', 'O14A', 'O14B', 'O14C', 'O15A', 'O15B', 'O15C', 'O16A',
                         'O16B', 'O16C', 'O16D', 'O17', 'O18', 'O23', 'O24', 'O31', 'O32', 'O33', 'O34', 'O35', 'O41',
                         'O42', 'O43', 'O44', 'O45'])[1 + floor(random() * 29)::int] END AS outcome,
        make_date(:year, 1, 1) - 31 + floor(random() * 396)::int AS d, floor(random() * 42)::int AS took
    FROM generate_series(1, :cases) AS n
) AS generated
"""

BARE = """
SELECT agency_id, extract(month FROM received_on)::int, channel, applicant_kind, outcome, timeliness, count(*)
FROM "case"
WHERE received_on < make_date(:next, 1, 1) AND (closed_on IS NULL OR closed_on >= make_date(:year, 1, 1))
GROUP BY 1, 2, 3, 4, 5, 6
"""


def main(cases: int, agencies: int) -> None:
    with private_postgres() as server, server.database() as url:
        migrations.upgrade(url)
        engine = make_engine(url)
        fill(engine, cases, agencies)
        measures: dict[str, Callable[[Session], str]] = {"counted": counted, "fetched": fetched, "report": report}
        said: dict[str, str] = {}
        took: dict[str, list[float]] = {name: [] for name in measures}
        for _ in range(ROUNDS):
            for name, measure in measures.items():
                with Session(engine) as session:
                    started = time.perf_counter()
                    said[name] = measure(session)
                    took[name].append(time.perf_counter() - started)
        engine.dispose()
    median = {name: statistics.median(times) for name, times in took.items()}
    print(f"{cases:,} cases of {agencies} agencies, PostgreSQL, median of {ROUNDS} rounds")
    for name, times in took.items():
        print(f"  {name:7} {median[name] * 1000:7.0f} ms  (best {min(times) * 1000:.0f})  {said[name]}")
    for bare in ("fetched", "counted"):
        print(f"  report / bare {bare}: {median['report'] / median[bare]:.2f}")


def fill(engine: Engine, cases: int, agencies: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(AGENCIES), {"agencies": agencies})
        connection.execute(text(CASES), {"year": YEAR, "cases": cases, "agencies": agencies})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def counted(session: Session) -> str:
    bare = text(f"SELECT count(*) FROM ({BARE}) AS bare")
    return f"{session.execute(bare, {'year': YEAR, 'next': YEAR + 1}).scalar_one():,} rows"


def fetched(session: Session) -> str:
    return f"{len(session.execute(text(BARE), {'year': YEAR, 'next': YEAR + 1}).fetchall()):,} rows"


def report(session: Session) -> str:
    root = session.exec(select(Agency).where(Agency.path == "1.")).one()
    told = annual.report(session, root, YEAR, scope=annual.Scope.tree, today=date(YEAR + 1, 2, 1))
    failed = sorted({check.id for check in told.checks if check.result is Verdict.failed})
    groups = len(told.tally.groups)
    return f"{groups:,} rows, {len(told.checks)} checks, failed: {failed or 'none'}, {len(told.overdue):,} overdue"


if __name__ == "__main__":
    cases, agencies, *_ = (*map(int, sys.argv[1:]), *(1_000_000, 200)[len(sys.argv) - 1 :])
    main(cases, agencies)
