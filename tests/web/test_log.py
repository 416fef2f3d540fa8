"""One line for each request, with an id that its reader can quote, and nothing of anybody in it."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from requestflow import logs
from requestflow.rules.roles import Role
from requestflow.store.models import Person
from requestflow.store.session import transaction
from requestflow.web.access import public
from tests.make import a_case
from tests.web.conftest import PASSWORD, Visitor

AN_ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log of this process comes to, as JSON."""
    root, to = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logs.set_up(as_json=True, level="info", to=to)
    for name in ("requestflow.web", "requestflow.web.errors"):
        logging.getLogger(name).disabled = False  # import-linter, in the house tests, switches every logger off
    yield to
    root.handlers[:], root.level = before


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    """Our own lines: the limiter, one for all apps of a process, may still speak of the app of an earlier test."""
    found = (json.loads(line) for line in written.getvalue().splitlines())
    return [line for line in found if line["logger"].startswith("requestflow")]


def test_a_request_is_one_line_that_names_the_page_and_not_the_address(written: io.StringIO, visitor: Visitor) -> None:
    answer = visitor.get("/signin", next="/cases/7").response
    [line] = lines(written)
    assert (line["event"], line["method"], line["endpoint"], line["status"]) == ("request", "GET", "signin.ask", 200)
    assert line["ms"] > 0
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "/cases" not in written.getvalue()
    assert "role" not in line


def test_the_role_of_whoever_is_signed_in_is_told_and_not_who_it_is(
    written: io.StringIO, sign_in: Callable[..., Visitor]
) -> None:
    sign_in(Role.handler, login="zhang.san").get("/desk")
    line = lines(written)[-1]
    assert (line["endpoint"], line["role"]) == ("worklist.queue", "handler")
    assert "zhang" not in written.getvalue()


def test_an_id_that_a_proxy_gave_is_kept_and_each_other_request_gets_its_own(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz", headers={"X-Request-ID": AN_ID}).headers["X-Request-ID"] == AN_ID
    made = {client.get("/healthz").headers["X-Request-ID"] for _ in range(3)}
    assert len(made) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


@pytest.mark.parametrize("given", ["7", "li@example.org-and-more", "x" * 65, "a b c d e f g h i j", "词" * 20])
def test_an_id_that_does_not_look_like_one_is_not_taken(app: Flask, given: str) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given.encode().decode("latin-1")})
    assert answer.headers["X-Request-ID"] != given


def test_a_fault_is_logged_with_its_place_and_the_id_that_the_page_shows(
    written: io.StringIO, app: Flask, visitor: Visitor
) -> None:
    @public
    def view(number: str) -> str:
        raise ValueError(f"no such {number}")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/no/<number>", "no", view)
    page = visitor.get("/no/2026-0007", email="li@example.org")
    fault, line = lines(written)
    assert page.status == 500
    assert line["request_id"] in page.text
    assert fault["request_id"] == line["request_id"]
    assert (fault["event"], fault["endpoint"], fault["exception"][-1]) == ("fault", "no", "ValueError")
    assert any("in view" in place for place in fault["exception"])
    assert "2026-0007" not in written.getvalue()
    assert "example" not in written.getvalue()


def test_no_name_number_address_or_code_is_logged_on_the_way_of_a_case(
    written: io.StringIO, app: Flask, sign_in: Callable[..., Visitor], visitor: Visitor
) -> None:
    clerk = sign_in(Role.clerk, login="zhang.san")
    with transaction() as session:
        person = session.get_one(Person, 1)
        person.email = "zhang@office.example"
        case = a_case(session, applicant_name="李秀英", email="li@example.org", phone="13900000000")
    clerk.get(f"/cases/{case.id}")
    clerk.get("/desk/find", words="李秀英", number=case.number)
    visitor.get("/follow", number=case.number)
    visitor.post("/follow", {"number": case.number, "code": "ABCD-EFGH-JKLM"})
    visitor.post("/signin", {"login": "zhang.san", "password": PASSWORD})
    visitor.get("/signin", next="/desk?words=李秀英")
    visitor.get(f"/no/such/{case.number}")
    told = written.getvalue()
    assert len(told.splitlines()) >= 9
    private = (
        "zhang",
        "某",
        "李秀英",
        "%E6%9D%8E",
        "example",
        "13900000000",
        case.number,
        "ABCD",
        PASSWORD,
        "?",
        "/desk",
    )
    assert [word for word in private if word in told] == []
