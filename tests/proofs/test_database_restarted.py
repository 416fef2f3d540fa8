"""PostgreSQL falls and comes back under load: no receipt lies, no case is there twice, the pages recover alone."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import select

from requestflow.services import agencies, intake
from requestflow.services.agencies import NewAgency
from requestflow.settings import settings
from requestflow.store import migrations
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests.proofs.client import Client, Shown
from tests.servers.databases import bound
from tests.servers.pages import gunicorn
from tests.servers.postgres import Postgres, postgres_of_our_own
from tests.servers.processes import Server, wait_for
from tests.web.citizen import ANSWERS

CLIENTS = 4
PAGES = 2  # processes of gunicorn
FALLS = 3
BETWEEN = 6  # receipts at least, before the next fall
AWAY = 1.0  # seconds
BACK_WITHIN = 30.0  # seconds, on a machine that does other things too
AWAY_STATUS = 503
_RECEIPT = re.compile(r"(\d{4}-\d{4,}).*?((?:[A-Z2-7]{4}-){2}[A-Z2-7]{4})")


@dataclass
class Citizen:
    """Asks one thing after the other, and sends each until there is a receipt for it."""

    client: Client
    stop: Event
    receipts: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def work(self) -> None:
        while not self.stop.is_set():
            self._ask()

    def _ask(self) -> None:
        page = self._until_answered(lambda: self.client.get("/ask"))
        while not (found := "/receipt/" in page.path and _RECEIPT.search(page.text)):
            if page.status != 200:
                self.faults.append(f"{page.status} {page.address}: {page.text}")
                self.stop.set()
                return
            page = self._until_answered(lambda page=page: self.client.submit(page, ANSWERS))
        self.receipts.append((found[1], found[2]))

    def _until_answered(self, act: Callable[[], Shown]) -> Shown:
        latest = time.monotonic() + BACK_WITHIN
        while (shown := act()).status in (0, 500, AWAY_STATUS) and time.monotonic() < latest:
            self.refusals.append(shown.status)
            time.sleep(0.2)
        return shown


@pytest.fixture(scope="module")
def durable() -> Iterator[tuple[Postgres, Server]]:
    with postgres_of_our_own() as both:
        yield both


@pytest.fixture
def home(durable: tuple[Postgres, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """REQUESTFLOW_HOME of an office on a database that keeps what it said it keeps."""
    with durable[0].database() as url:
        migrations.upgrade(url)
        known = {"HOME": str(tmp_path), "DATABASE_URL": url, "SECRET_KEY": "t" * 40, "TRUSTED_PROXIES": "1"}
        for name, value in known.items():
            monkeypatch.setenv(f"REQUESTFLOW_{name}", value)
        settings.cache_clear()
        with bound(url), transaction() as session:
            agencies.set_up(session, NewAgency(code=ANSWERS["agency"], name="吴山市自然资源局"))
            session.commit()
            yield tmp_path
        settings.cache_clear()


def test_no_acknowledged_case_is_lost_or_doubled_and_the_pages_recover_by_themselves(
    home: Path, durable: tuple[Postgres, Server]
) -> None:
    _, server = durable
    log = home / "log"
    stop = Event()
    with gunicorn(log, f"--workers={PAGES}") as (address, _):
        citizens = [Citizen(Client(address, f"192.0.2.{nth}"), stop) for nth in range(CLIENTS)]
        threads = [Thread(target=citizen.work) for citizen in citizens]
        for thread in threads:
            thread.start()
        try:
            for _ in range(FALLS):
                fallen_under_load(server, citizens, log)
                assert back_after(address, log) < BACK_WITHIN
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        receipts = [receipt for citizen in citizens for receipt in citizen.receipts]
        assert follows(Client(address), *receipts[0])
        assert log.read_text(encoding="utf-8").count("Booting worker") == PAGES  # none had to be started anew
    assert [fault for citizen in citizens for fault in citizen.faults] == []
    assert {status for citizen in citizens for status in citizen.refusals} == {AWAY_STATUS}
    with reading() as session:
        followed = [intake.followed(session, number, code).id for number, code in receipts]
        assert sorted(followed) == sorted(session.exec(select(Case.id)))  # each once, and none that nobody knows of


def follows(client: Client, number: str, code: str) -> bool:
    """Whether number and access code of a receipt lead to a page of the case."""
    return "/follow/" in client.submit(client.get("/follow"), {"number": number, "code": code}).path


def fallen_under_load(server: Server, citizens: list[Citizen], log: Path) -> None:
    """The database is ended at once while requests come in, and is back after a while."""
    goal = sum(len(citizen.receipts) for citizen in citizens) + BETWEEN
    wait_for(lambda: sum(len(citizen.receipts) for citizen in citizens) >= goal or citizens[0].stop.is_set(), log)
    refused = sum(len(citizen.refusals) for citizen in citizens)
    server.stop(signal.SIGQUIT)
    wait_for(lambda: sum(len(citizen.refusals) for citizen in citizens) > refused, log)
    time.sleep(AWAY)
    server.start()


def back_after(address: str, log: Path) -> float:
    """Seconds until a page that reads the database is there again."""
    began = time.monotonic()
    wait_for(lambda: Client(address).get("/ask").status == 200, log)
    return time.monotonic() - began
