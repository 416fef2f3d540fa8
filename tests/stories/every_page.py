"""Finds every page of the demo year by following links, for the first reader who may open it; opens it in a browser."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page
from sqlmodel import func, select
from werkzeug.exceptions import HTTPException

from requestflow.rules.roles import Role
from requestflow.services import demo
from requestflow.store.models import Case
from requestflow.store.session import reading
from requestflow.web.access import FILES
from requestflow.web.language import COOKIE as LANGUAGE
from requestflow.web.remembered import DRAFTS
from tests.servers.browser import PATIENCE_MS
from tests.web.citizen import ask, begin, fill_in, own_page, path_of
from tests.web.conftest import Visitor

READERS = (None, Role.head, Role.admin, Role.statistics, Role.clerk, Role.handler)
"""Who pays a visit: the first of these who finds the page (None: somebody not signed in)."""
STARTS = ("/desk", "/annual/2018", "/annual/2026/figures", "/cases?q=nobody", "/outbox", "/desk/filters")
STARTS += ("/admin/people/2/cases", "/admin/people/2/close", "/admin/calendar/take-back")
OFFICE = "WUZHONG"
SESSION = "requestflow"
LINK = re.compile(r'<a\b[^>]*?href="(/[^"]*)"')


@dataclass(frozen=True)
class Visit:
    """A page to be looked at: the endpoint that answers, the address, and who reads it."""

    endpoint: str
    address: str
    reader: Role | None


@dataclass(frozen=True)
class Walk:
    """Where the pages are, one visit for each kind of page, the endpoints that never answered, the readers' cookies."""

    at: str
    visits: Sequence[Visit]
    unreached: frozenset[str]
    cookies: Mapping[Role | None, Mapping[str, str]]

    @contextmanager
    def readers(
        self, beside: BrowserContext, lang: str, script: str = "", **about: Any
    ) -> Iterator[dict[Role | None, Page]]:
        """A page for each reader in the language, in the browser of another page; `script` runs in each."""
        with ExitStack() as stack:
            pages = {reader: stack.enter_context(self._reader(beside, reader, lang, **about)) for reader in READERS}
            for page in pages.values():
                page.add_init_script(script)
            yield pages

    @contextmanager
    def _reader(self, beside: BrowserContext, reader: Role | None, lang: str, **about: Any) -> Iterator[Page]:
        assert beside.browser is not None
        context = beside.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=True, **about)
        context.set_default_timeout(PATIENCE_MS)
        known = {**self.cookies[reader], LANGUAGE: lang}
        context.add_cookies([{"name": name, "value": value, "url": self.at} for name, value in known.items()])
        try:
            yield context.new_page()
        finally:
            context.close()


def walk_through(app: Flask, at: str) -> Walk:
    """One visit for each endpoint, each question to a citizen and each step of a case."""
    visits: dict[tuple[str, str], Visit] = {}
    unreached = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - FILES
    citizen, theirs = _citizen(app)
    clients = {reader: _officer(app, reader) if reader else citizen for reader in READERS}
    cases = _cases_by_state()
    for reader, client in clients.items():
        ahead = deque([*STARTS, *_links(client.get("/me").text), *cases] if reader else theirs)
        seen = set(ahead)
        while ahead:
            address = ahead.popleft()
            known = _answers(app, address, cases)
            if known is None or known in visits:
                continue
            answer = client.get(address)
            if answer.status_code >= 400:
                continue
            unreached.discard(known[0])
            if answer.location:
                ahead.append(answer.location)
            if answer.location or answer.mimetype != "text/html":
                continue
            visits[known] = Visit(known[0], address, reader)
            fresh = [href for href in _links(answer.text) if href not in seen]
            seen.update(fresh)
            ahead.extend(fresh)
    return Walk(
        at, list(visits.values()), frozenset(unreached), {reader: _cookies(clients[reader]) for reader in READERS}
    )


def _links(page: str) -> list[str]:
    return list(dict.fromkeys(unescape(urldefrag(href).url) for href in LINK.findall(page)))


def _cookies(client: FlaskClient) -> dict[str, str]:
    kept = {name: client.get_cookie(name) for name in (SESSION, DRAFTS)}
    assert kept[SESSION] is not None
    return {name: cookie.value for name, cookie in kept.items() if cookie}


def _citizen(app: Flask) -> tuple[FlaskClient, list[str]]:
    """Somebody who has asked once and is about to ask again, and the addresses that only they can open."""
    visitor = Visitor(app.test_client())
    receipt = ask(visitor, agency=OFFICE)
    check = fill_in(visitor, begin(visitor, OFFICE), agency=OFFICE)
    return visitor.client, ["/", path_of(receipt), own_page(receipt), path_of(check), "/ask"]


def _officer(app: Flask, role: Role) -> FlaskClient:
    visitor = Visitor(app.test_client())
    visitor.get("/signin")
    assert visitor.post("/signin", {"login": role.value, "password": demo.PASSWORD}).status == 302
    return visitor.client


def _cases_by_state() -> list[str]:
    """The address of a case in each state."""
    with reading() as session:
        return [f"/cases/{number}" for number in session.exec(select(func.max(Case.id)).group_by(Case.state))]


def _answers(app: Flask, address: str, cases: list[str]) -> tuple[str, str] | None:
    """Which kind of page answers: its endpoint, and the words of the address that make it another one."""
    path = urlsplit(address).path
    try:
        endpoint, about = app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return None
    if endpoint in FILES:
        return None
    words = [str(value) for name, value in sorted(about.items()) if name in ("action", "question", "kind", "year")]
    return endpoint, path if path in cases else " ".join(words)
