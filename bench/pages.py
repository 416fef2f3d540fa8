"""The pages of the desk over HTTP with 1,000 and with 1,000,000 cases, beside an empty page of the same layout.

    python -m bench.pages [CASES …]

Half of the cases are open, half were closed in 2024; half of the open ones lie in one agency, the others in 200 below
the same root. A head opens the queue, one case with a story, the year of one agency and the year of the whole tree, on
pages that gunicorn serves from a private PostgreSQL, in turn with the empty page. The worker's pass over the events has
been, and every page was opened once before: a year is measured that nothing has touched since it was counted.
Goal: flat, at most 10 statements each, p95 at most 3 times that of the empty page.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import session as flask_session
from sqlalchemy import text
from sqlmodel import Session, select

from bench import annual, queue, serving
from bench.serving import Call, Caller, Reply
from requestflow.clock import now, today
from requestflow.rules.channels import Channel
from requestflow.rules.roles import Role
from requestflow.services import casework, counts, intake, people
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase
from requestflow.store import migrations
from requestflow.store.models import Agency, Person
from requestflow.store.session import bound, make_engine, transaction
from requestflow.web import create_app
from requestflow.web.access import Officer
from tests.servers.postgres import Postgres, private_postgres

SIZES = (1_000, 1_000_000)
ROUNDS = 40
EMPTY = "an empty page"
_SECOND_HALF = "SELECT setval(pg_get_serial_sequence('\"case\"', 'id'), (SELECT max(id) FROM \"case\"))"


@contextmanager
def filled(server: Postgres, cases: int) -> Iterator[str]:
    """The URL of a database with so many cases, half of them open."""
    with server.database() as url:
        migrations.upgrade(url)
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text(annual.AGENCIES), {"agencies": queue.BELOW})
            connection.execute(text(queue.PEOPLE))
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('person', 'id'), 50)")
            about = {"cases": cases // 2, "agencies": queue.BELOW}
            connection.execute(text(annual.CASES), about | {"year": annual.YEAR})
            open_ones = about | {"one": queue.ONE, "today": today(), "endless": queue.NO_TERM}
            connection.execute(text(queue.CASES), open_ones)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
        yield url


def a_story(session: Session, head: Person) -> int:
    """A case with a story of its own, of which the id is given."""
    agency = session.exec(select(Agency).where(Agency.id == queue.ONE)).one()
    new = NewCase(
        channel=Channel.face_to_face,
        submitted_on=today(),
        applicant_kind="natural_person",
        applicant_name="李秀英",
        description="滨河路东段房屋征收补偿方案及其批准文件",
    )
    entry = Entry(by=head, today=today(), now=now())
    case = intake.register(session, agency, new, entry).case
    for _ in range(20):
        casework.note(session, case, casework.Dated(on=today(), note="查阅了规划处的档案。"), entry)
    return case.id


def calls(url: str) -> tuple[dict[str, Call], dict[str, serving.Counted]]:
    """The pages by name, asked by a head of the root, and what each costs the database."""
    with TemporaryDirectory() as home:
        app = create_app(serving.settings_on(url, Path(home)))
    with transaction() as session:
        about = {"login": "bench.head", "name": "负责人", "role": Role.head, "agency": "A1", "password": serving.SECRET}
        head = people.add(session, people.NewPerson(**about))
        paths = {
            "the queue, whole tree": "/desk",
            "the queue, one agency": f"/desk?agency=A{queue.ONE}",
            "a case": f"/cases/{a_story(session, head)}",
            "the office, whole tree": "/office",
            "the year, one agency": f"/annual/{annual.YEAR}?agency=A7&scope=own",
            "the year, whole tree": f"/annual/{annual.YEAR}?agency=A1&scope=tree",
        }
        counts.keep(session, now() + timedelta(hours=1))  # as the worker does; by then every event is settled
        officer = Officer(head, session.get_one(Agency, head.agency_id))
    with app.test_request_context():
        flask_session.update(_user_id=officer.get_id(), _fresh=True)
        cookie = serving.cookies(app)
    client = app.test_client(use_cookies=False)
    costs = {}
    for name, path in paths.items():
        client.get(path, headers={"Cookie": cookie})  # the first to open a year has it counted
        with serving.counting(bound()) as costs[name]:
            reply = client.get(path, headers={"Cookie": cookie})
        assert reply.status_code == 200, (path, reply.status)
    bound().dispose()
    return {name: Call(path, cookie=cookie) for name, path in {EMPTY: "/empty", **paths}.items()}, costs


def measure(port: int, asked: dict[str, Call]) -> dict[str, float]:
    """The 95th percentile of each page in milliseconds, all asked in turn by one caller."""
    caller = Caller(port)
    replies: dict[str, list[Reply]] = {name: [] for name in asked}
    for nth in range(ROUNDS + 4):
        for name, call in asked.items():
            reply = caller(call)
            assert reply.status == 200, (name, reply.status, reply.location)
            if nth >= 4:  # each process has opened each page before it counts
                replies[name].append(reply)
    return {name: serving.p95(each) for name, each in replies.items()}


def main(sizes: tuple[int, ...]) -> None:
    with private_postgres() as server, ExitStack() as stack:
        results = []
        for cases in sizes:
            url = stack.enter_context(filled(server, cases))
            asked, costs = calls(url)
            with serving.served("bench.empty:app", url) as port:
                results.append(measure(port, asked))
    print(f"p95 of {ROUNDS} rounds in ms, with {' and '.join(f'{cases:,}' for cases in sizes)} cases, one caller")
    for name in results[0]:
        each = [result[name] for result in results]
        times_empty = [result[name] / result[EMPTY] for result in results]
        cost = f"   {costs[name].statements} statements" if name in costs else ""
        shown = "".join(f"{ms:9.1f} ({ratio:5.2f} × empty)" for ms, ratio in zip(each, times_empty, strict=True))
        serving.told(name, f"{shown}   last/first {each[-1] / each[0]:5.2f}{cost}")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
