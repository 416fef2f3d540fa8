"""The pages as their visitors meet them: every page that is served must be strict HTML with a title and a language."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from requestflow.rules.roles import Role
from requestflow.services import agencies, people
from requestflow.services.agencies import NewAgency
from requestflow.services.people import NewPerson
from requestflow.settings import Settings
from requestflow.store.session import bound, transaction
from requestflow.web import create_app

PASSWORD = "correct horse battery"  # long enough, and of nobody
TREE = (
    ("CITY", "吴山市人民政府", "", "government"),
    ("LAND", "吴山市自然资源局", "CITY", "department"),
    ("COUNTY", "临江县人民政府", "CITY", "government"),
    ("HEALTH", "临江县卫生健康局", "COUNTY", "department"),
)


@dataclass
class Page:
    """A page as it was served, already found to be strict HTML."""

    response: TestResponse
    tree: Element | None

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """All that can be read on the page, with single blanks."""
        return " ".join("".join(self.found("body").itertext()).split())

    @property
    def title(self) -> str:
        return "".join(self.found("head/title").itertext())

    def found(self, path: str) -> Element:
        assert self.tree is not None, "not a page"
        element = self.tree.find(path)
        assert element is not None, f"no {path} on the page"
        return element

    def every(self, path: str) -> list[Element]:
        assert self.tree is not None, "not a page"
        return self.tree.findall(path)

    def typed(self, name: str) -> str:
        """What a field holds: its value, its text, or the value of its chosen answer."""
        for element in self.every(".//*[@name]"):
            if element.get("name") != name:
                continue
            if element.tag == "textarea":
                return "".join(element.itertext())
            if element.tag == "select":
                return next((o.get("value", "") for o in element if "selected" in o.attrib), "")
            if element.get("type") not in ("radio", "checkbox") or "checked" in element.attrib:
                return element.get("value", "")
        return ""


@dataclass
class Visitor:
    """A browser without JavaScript: keeps cookies and sends back the hidden token of the page it stands on."""

    client: FlaskClient
    token: str = field(default="", repr=False)

    def get(self, path: str, **query: Any) -> Page:
        return self._read(self.client.get(path, query_string=query or None, buffered=True))

    def post(self, path: str, form: Mapping[str, Any] | None = None, *, follow: bool = False) -> Page:
        sent = {"csrf_token": self.token, **(form or {})}
        return self._read(self.client.post(path, data=sent, follow_redirects=follow, buffered=True))

    def _read(self, response: TestResponse) -> Page:
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            return Page(response, None)
        page = Page(response, strict(response.get_data(as_text=True)))
        self.token = page.typed("csrf_token") or self.token
        return page


def strict(text: str) -> Element:
    """The page as a tree. Fails on a parse error, an id used twice, or a missing title or language."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert tree.get("lang") in ("zh-CN", "en"), "the page does not say its language"
    assert "".join(title.text or "" for title in tree.findall("head/title")).strip(" –"), "the page has no title"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"an id is used twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    missing = [
        a.get("href") for a in tree.iter("a") if a.get("href", "").startswith("#") and a.get("href")[1:] not in ids
    ]
    assert not missing, f"a link leads nowhere on the page: {missing}"
    assert not [e.tag for e in tree.iter() if "style" in e.attrib], "an inline style, which the page's policy forbids"
    return tree


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the application sends to its database within the block."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(bound(), "before_cursor_execute", hear)
    yield said
    event.remove(bound(), "before_cursor_execute", hear)


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Flask:
    """The application on a fresh database of each engine, with a small tree of agencies."""
    made = create_app(Settings(home=tmp_path, database_url=empty_database_url, given_secret_key="t" * 40))
    made.config["TESTING"] = True
    with transaction() as session:
        for code, name, parent, level in TREE:
            agencies.set_up(session, NewAgency(code=code, name=name, parent=parent, level=level))
    return made


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Visitor]:
    """Makes an officer of a role in an agency and signs them in: `sign_in(Role.head, "COUNTY")`."""

    def enter(role: Role = Role.clerk, agency: str = "CITY", login: str = "") -> Visitor:
        login = login or f"{role}.{agency}".lower()
        with transaction() as session:
            name = f"{role.label.zh}某"
            people.add(session, NewPerson(login=login, name=name, role=role, agency=agency, password=PASSWORD))
        visitor = Visitor(app.test_client())
        visitor.get("/signin")
        page = visitor.post("/signin", {"login": login, "password": PASSWORD})
        assert page.status == 302, page.text
        return visitor

    return enter
