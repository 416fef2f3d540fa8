"""Deny by default: who may open what, by role and by place in the tree."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, Response

from requestflow.rules.roles import Role
from requestflow.services import people
from requestflow.services.people import NewPerson
from requestflow.store.session import transaction
from requestflow.web.access import LARGEST_NUMBER, Number, officers, policy_of
from tests.web.conftest import PASSWORD, Visitor


def test_every_route_states_its_policy(app: Flask) -> None:
    unstated = [rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None]
    assert unstated == []


@pytest.mark.parametrize("number", [10**23, 2**63, LARGEST_NUMBER + 1])
def test_a_number_that_no_row_can_have_is_no_page(app: Flask, sign_in: Callable[..., Visitor], number: int) -> None:
    clerk = sign_in(Role.clerk)
    for path in _paths_with_a_number(app, number):
        # A longer address may be that of another page, which is opened or posted to in another way.
        assert {clerk.client.get(path).status_code, clerk.post(path).status} <= {404, 405}, path


def test_the_largest_number_of_all_is_an_answer_and_no_fault(app: Flask, sign_in: Callable[..., Visitor]) -> None:
    head = sign_in(Role.head)
    for path in _paths_with_a_number(app, LARGEST_NUMBER):
        assert head.client.get(path).status_code < 500, path


def _paths_with_a_number(app: Flask, number: int) -> set[str]:
    """The address of every route that has a number in it, with this number."""
    paths = set()
    for rule in app.url_map.iter_rules():
        known = rule._converters.items()
        if any(isinstance(converter, Number) for _, converter in known):
            path = rule.rule
            for name, converter in known:
                said = str(number) if isinstance(converter, Number) else "decide"
                path = re.sub(rf"<[^<>]*\b{name}>", said, path)
            paths.add(path)
    assert len(paths) > 3
    return paths


def test_a_page_without_a_policy_is_refused_even_to_an_administrator(
    app: Flask, sign_in: Callable[..., Visitor]
) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    page = sign_in(Role.admin).get("/forgotten")
    assert page.status == 403
    assert "secret" not in page.text


def test_a_stranger_is_led_to_the_door_and_back(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/inside", "inside", officers()(lambda: "inside"))
    page = visitor.get("/inside?year=2018")
    assert page.status == 302
    assert page.response.location == "/signin?next=/inside?year%3D2018"


def test_a_role_that_is_not_named_may_not_enter(app: Flask, sign_in: Callable[..., Visitor]) -> None:
    app.add_url_rule("/heads", "heads", officers(Role.head)(lambda: Response("heads only", mimetype="text/plain")))
    assert sign_in(Role.clerk).get("/heads").status == 403
    assert sign_in(Role.head).get("/heads").response.text == "heads only"


@pytest.mark.parametrize("seen", ["COUNTY", "HEALTH"])
def test_an_officer_sees_the_own_agency_and_those_below(app: Flask, seen: str) -> None:
    assert seen in _seen_from("COUNTY")


@pytest.mark.parametrize("hidden", ["CITY", "LAND"])
def test_an_officer_sees_neither_the_agency_above_nor_those_beside(app: Flask, hidden: str) -> None:
    assert hidden not in _seen_from("COUNTY")


def _seen_from(agency: str) -> set[str]:
    with transaction() as session:
        new = NewPerson(login="li", name="李", role=Role.clerk, agency=agency, password=PASSWORD)
        return {agency.code for agency in people.agencies_seen(session, people.add(session, new))}


def test_every_page_forbids_foreign_scripts_frames_and_styles(visitor: Visitor) -> None:
    headers = visitor.get("/").response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_without_the_token_of_a_page_is_not_accepted(visitor: Visitor) -> None:
    page = visitor.post("/signin", {"login": "li", "password": PASSWORD})
    assert page.status == 400
    assert "页面停留过久" in page.title


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/signout", 405)])
def test_a_page_that_does_not_open_says_so_in_both_languages(visitor: Visitor, path: str, status: int) -> None:
    chinese, english = visitor.get(path), visitor.get(path, lang="en")
    assert chinese.status == english.status == status
    assert chinese.found("body/main//h1").text != english.found("body/main//h1").text
