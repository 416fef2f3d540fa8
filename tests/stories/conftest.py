"""A real server for the journeys: the application behind waitress on a free port, on a database of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from requestflow.rules.roles import Role
from requestflow.services import agencies, people
from requestflow.services.agencies import NewAgency
from requestflow.services.people import NewPerson
from requestflow.settings import Settings
from requestflow.store.session import transaction
from requestflow.web import create_app
from tests.servers.threaded import serving

PASSWORD = "a long and quiet sentence"
TREE = (("CITY", "吴山市人民政府", ""), ("LAND", "吴山市自然资源局", "CITY"), ("COUNTY", "临江县人民政府", "CITY"))
STAFF = (
    ("clerk", "周晓梅", Role.clerk, "CITY"),
    ("handler", "陈建国", Role.handler, "CITY"),
    ("head", "马志远", Role.head, "CITY"),
    ("land.clerk", "吴敏", Role.clerk, "LAND"),
)


@dataclass(frozen=True)
class Site:
    """Where the pages are, and the way in for each of STAFF."""

    address: str

    def sign_in(self, page: Page, login: str) -> None:
        """Signs one of STAFF in, in Chinese."""
        page.goto(f"{self.address}/signin")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_role("button", name="退出登录").wait_for()


@pytest.fixture
def site(empty_database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The running pages on each engine, with TREE and STAFF in place; stopped at the end of the test."""
    app = create_app(Settings(home=tmp_path, database_url=empty_database_url, given_secret_key="s" * 40))
    with transaction() as session:
        for code, name, parent in TREE:
            agencies.set_up(session, NewAgency(code=code, name=name, parent=parent))
        for login, name, role, agency in STAFF:
            people.add(session, NewPerson(login=login, name=name, role=role, agency=agency, password=PASSWORD))
    with serving(app) as address:
        yield Site(address)
