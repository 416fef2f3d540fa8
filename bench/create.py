"""Creating a case over HTTP, beside a bare Flask view that inserts one row into the same database.

    python -m bench.create [CASES]

Both are served by gunicorn on a private PostgreSQL that syncs its log as in production, and are called in turn by the
same callers. Creating is the citizen's "Send the request": the draft is read and judged once more, the case is stored
with its number, its first event and its receipt, and the draft goes. Afterwards every receipt is counted again.
Goal: at most 10 statements and 1 commit, at least half the rate of the bare view, nothing lost.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from sqlmodel import func, select

from bench import serving
from bench.serving import Call, Reply
from requestflow.clock import now
from requestflow.services import agencies, asking, intake
from requestflow.services.agencies import NewAgency
from requestflow.store import migrations
from requestflow.store.models import Case
from requestflow.store.session import bound, make_engine, reading, transaction
from requestflow.web import create_app
from requestflow.web.remembered import draft_of
from tests.servers import postgres

CASES, ROUNDS = 2_000, 5
OFFICES = 20
TYPED = {
    "description": "滨河路东段房屋征收补偿方案及其批准文件",
    "applicant_kind": "natural_person",
    "applicant_name": "李秀英",
    "id_type": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "139 0953 0000",
    "email": "li@example.org",
    "address": "裕民街1号",
    "postcode": "751100",
    "wanted_delivery": "electronic",
}


def drafts(app: Flask, count: int) -> list[Call]:
    """So many requests that their citizens have checked and will now send."""
    calls = []
    for nth in range(count):
        key = intake.new_key()
        with app.test_request_context(), transaction() as database:
            asking.keep(database, key, TYPED | {"agency": f"A{nth % OFFICES}"}, now=now())
            path = url_for("public.send", draft=draft_of(key))
            calls.append(Call(path, {"csrf_token": generate_csrf()}, serving.cookies(app)))
    return calls


def cost(app: Flask) -> serving.Counted:
    """Statements and commits of one request."""
    (call,) = drafts(app, 1)
    client = app.test_client(use_cookies=False)
    with serving.counting(bound()) as counted:
        reply = client.post(call.path, data=call.form, headers={"Cookie": call.cookie})
    assert reply.status_code == 303, reply.get_data(as_text=True)
    return counted


def measure(cases: int, bare: int, product: int, app: Flask) -> tuple[list[float], list[float], Sequence[Reply]]:
    """The rates of the bare view and of ours, in turn, and all replies of ours; a first round warms both up."""
    plain, ours = [], []
    replies: list[Reply] = []
    for _ in range(1 + ROUNDS):
        share = drafts(app, cases // ROUNDS)
        plain.append(serving.rate(bare, [Call("/", TYPED)] * len(share), []))
        ours.append(serving.rate(product, share, replies))
    return plain[1:], ours[1:], replies


def main(cases: int) -> None:
    postgres.IN_A_HURRY = ("max_connections=100",)  # the log is synced, as in production
    with postgres.private_postgres() as server, server.database() as url, TemporaryDirectory() as home:
        migrations.upgrade(url)
        with make_engine(url).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE bare (id serial PRIMARY KEY, said text NOT NULL)")
        app = create_app(serving.settings_on(url, Path(home)))
        with transaction() as database:
            for nth in range(OFFICES):
                agencies.set_up(database, NewAgency(code=f"A{nth}", name=f"第{nth}机关"))
        counted = cost(app)
        with serving.served("bench.bare:app", url) as bare, serving.served("wsgi:app", url) as product:
            plain, ours, replies = measure(cases, bare, product, app)
        with reading() as database:
            stored = database.exec(select(func.count()).select_from(Case)).one() - 1
            numbers = database.exec(
                select(func.count(func.distinct(Case.registered_by_id * 1_000_000 + Case.id)))
            ).one()
    acknowledged = sum(reply.status == 303 and "/receipt/" in reply.location for reply in replies)
    print(f"{len(replies):,} cases in {1 + ROUNDS} rounds; {serving.environment()}; the log is synced")
    serving.told("statements, commits of one case", f"{counted.statements}, {counted.commits}")
    serving.told("bare view, inserts a second", f"{statistics.median(plain):7.0f}")
    serving.told("RequestFlow, cases a second", f"{statistics.median(ours):7.0f}")
    serving.told("ratio of the rates", f"{statistics.median(ours) / statistics.median(plain):7.2f}")
    serving.told("acknowledged, stored", f"{acknowledged:,}, {stored:,}")
    if acknowledged != stored or numbers != stored + 1 or acknowledged != len(replies):
        sys.exit("Something was lost.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
