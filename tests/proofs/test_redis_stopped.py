"""Redis stops: requests come in and cases go on over HTTP, and mail follows when Redis is back, by itself."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from sqlmodel import func, select

from requestflow.rules.roles import Role
from requestflow.services import agencies, people
from requestflow.services.agencies import NewAgency
from requestflow.services.people import NewPerson
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests.make import PASSWORD, a_case
from tests.proofs.client import Client, Shown
from tests.servers.celery import a_beat, a_worker, celery
from tests.servers.pages import gunicorn
from tests.servers.processes import Server, wait_for
from tests.servers.redis import redis_of_our_own
from tests.servers.smtp import Sink
from tests.web.citizen import ANSWERS

IMPATIENT = "tests.proofs.impatient"
OFFICE = ANSWERS["agency"]
PAGE_WITHIN = 10.0  # seconds, on a machine that does other things too
MAIL_WITHIN = 60.0
LONG_AGO = "2018-03-05"

pytestmark = pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)  # as in production


@pytest.fixture(scope="module")
def redis_server() -> Iterator[tuple[str, Server]]:
    with redis_of_our_own() as both:
        yield both


@pytest.fixture(autouse=True)
def _office(home: Path, redis_server: tuple[str, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_BROKER_URL", redis_server[0])
    monkeypatch.setenv("REQUESTFLOW_BASE_URL", "http://office.example")  # the cookies of these tests travel without TLS
    monkeypatch.setenv("REQUESTFLOW_TRUSTED_PROXIES", "1")
    with transaction() as session:
        agencies.set_up(session, NewAgency(code=OFFICE, name="吴山市自然资源局"))
        for role in (Role.clerk, Role.handler):
            about = {"name": f"{role.label.zh}某", "email": f"{role}@office.example"}
            people.add(session, NewPerson(login=role, role=role, agency=OFFICE, password=PASSWORD, **about))


def opened(client: Client, path: str) -> Shown:
    """A page that comes, and comes soon."""
    return soon(lambda: client.get(path))


def sent(client: Client, page: Shown, **typed: str) -> Shown:
    return soon(lambda: client.submit(page, typed))


def soon(act: Callable[[], Shown]) -> Shown:
    began = time.monotonic()
    shown = act()
    assert shown.status == 200, f"{shown.status} {shown.address}: {shown.text}"
    assert time.monotonic() - began < PAGE_WITHIN, shown.address
    return shown


def asked_online(client: Client) -> Shown:
    page = opened(client, "/ask")
    while "/receipt/" not in page.path:
        page = sent(client, page, **ANSWERS)
    return page


def entered_at_the_counter(clerk: Client, description: str) -> int:
    """A request that is overdue already, so that a letter is due about it; the number of its row."""
    typed = {"submitted_on": LONG_AGO, "description": description}
    about = {"applicant_kind": "natural_person", "applicant_name": "李秀英"}
    return int(sent(clerk, opened(clerk, "/counter"), **typed, **about).path.rpartition("/")[2])


def is_told_of(sink: Sink, case_id: int) -> bool:
    return any(f"/cases/{case_id}" in letter.get_body(("plain",)).get_content() for letter in list(sink.letters))


def test_requests_and_casework_go_on_while_redis_is_away_and_mail_follows_when_it_is_back(
    home: Path, sink: Sink, redis_server: tuple[str, Server]
) -> None:
    url, server = redis_server
    log = home / "worker.log"
    with ExitStack() as stack:
        address, _ = stack.enter_context(gunicorn(home / "pages.log", "--workers=1"))
        programs = [
            stack.enter_context(a_worker(log, app=IMPATIENT)),
            stack.enter_context(a_beat(home / "beat.log", home / "timetable", app=IMPATIENT)),
        ]
        clerk = Client(address)
        sent(clerk, opened(clerk, "/signin"), login="clerk", password=PASSWORD)
        before = entered_at_the_counter(clerk, "滨河路东段房屋征收补偿方案")
        wait_for(lambda: is_told_of(sink, before), log)

        server.stop(signal.SIGKILL)
        asked_online(Client(address))
        while_away = entered_at_the_counter(clerk, "滨河路东段补偿费用到账凭证")
        sent(clerk, opened(clerk, f"/cases/{while_away}/assign"), handler="handler")
        assert guesses(Client(address, "192.0.2.9")) == [422] * 10 + [429]
        assert not is_told_of(sink, while_away)

        server.start()
        wait_for(lambda: is_told_of(sink, while_away), log, MAIL_WITHIN)
        wait_for(lambda: is_counted_in(url, address), home / "pages.log", MAIL_WITHIN)
        assert [program.poll() for program in programs] == [None, None]
    assert len(sink.ids) == len(set(sink.ids))
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 3


def guesses(visitor: Client) -> list[int]:
    """The statuses of eleven wrong passwords: the door is guarded without Redis too."""
    page = visitor.get("/signin")
    return [visitor.submit(page, {"login": "handler", "password": f"guess {nth}"}).status for nth in range(11)]


def is_counted_in(url: str, address: str) -> bool:
    """Whether the pages count in Redis again, where all of their processes do."""
    visitor = Client(address, "192.0.2.10")
    visitor.submit(visitor.get("/signin"), {"login": "nobody", "password": "guess"})
    with redis.Redis.from_url(url) as client:
        return any(b"192.0.2.10" in key for key in client.keys("LIMITS*"))


def test_beat_and_worker_that_start_while_redis_is_away_begin_when_it_comes(
    home: Path, sink: Sink, redis_server: tuple[str, Server]
) -> None:
    _, server = redis_server
    server.stop(signal.SIGKILL)
    log = home / "beat.log"
    with transaction() as session:
        agency = agencies.found(session, OFFICE)
        case_id = a_case(session, agency, submitted_on=LONG_AGO).id
    with ExitStack() as stack:
        worker = stack.enter_context(celery(home / "worker.log", "worker", "--concurrency=1", app=IMPATIENT))
        beat = stack.enter_context(a_beat(log, home / "timetable", app=IMPATIENT))
        wait_for(lambda: b"Connection refused" in log.read_bytes(), log)
        server.start()
        wait_for(lambda: is_told_of(sink, case_id), log, MAIL_WITHIN)
        assert (worker.poll(), beat.poll()) == (None, None)
