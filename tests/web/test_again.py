"""Whoever chooses another language or text size loses nothing that is typed on the page, and sends nothing by it."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlmodel import func, select

from requestflow.clock import today
from requestflow.rules.lifecycle import Action
from requestflow.rules.roles import Role
from requestflow.services import casework
from requestflow.store.models import Agency, Case, Event, Person
from requestflow.store.session import reading
from requestflow.web.access import policy_of
from requestflow.web.steps import STEPS_BY_HAND
from tests.web.conftest import Page, Visitor
from tests.web.desk import SignIn, came_in, now_at, take

FORM = ".//form[@id='typed']"
NOT_TYPED = ("hidden", "password", "file")
NOTHING_IS_SENT = "/design"  # it shows how fields look
TICKED = "/desk"  # a list to work through, in which ticks and the name of a view are made in a moment
ASKED_ONE_BY_ONE = "/ask"  # where each answer is kept as it is given, and tried by tests of its own


def _fields(form: Element) -> Iterator[Element]:
    """What somebody types or chooses in a form."""
    yield from form.iter("textarea")
    yield from form.iter("select")
    yield from (field for field in form.iter("input") if field.get("type") not in NOT_TYPED)


def _filled_in(form: Element) -> dict[str, Any]:
    """The form as somebody leaves it half done: every field with something else in it than was there."""
    sent: dict[str, Any] = {field.get("name", ""): field.get("value", "") for field in form.iter("input")
                            if field.get("type") == "hidden"}  # fmt: skip
    for field in _fields(form):
        name, kind = field.get("name", ""), field.get("type", "text")
        if field.tag == "select":
            sent[name] = [option.get("value") for option in field.iter("option")][-1]
        elif kind in ("radio", "checkbox"):
            if kind == "radio" or "checked" not in field.attrib:
                sent[name] = field.get("value")  # the last radio; and one box that was not ticked
        else:
            sent[name] = f"半句 half a word of {name}"
    return sent


def _reads(page: Page, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the fields of the form hold, by name, of those that were sent."""
    form = page.found(FORM)
    return {field.get("name", ""): page.typed(field.get("name", "")) for field in _fields(form)
            if field.get("name") in sent}  # fmt: skip


def _choices(page: Page) -> list[str]:
    """The addresses of the buttons that choose another language or text size."""
    return [
        str(button.get("formaction")) for button in page.every(".//button[@form='typed']") if button.get("formaction")
    ]


def _holds_typing(page: Page) -> bool:
    forms = [form for form in page.every(".//form") if form.get("method") == "post"]
    return any(True for form in forms for _ in _fields(form))


def _addresses(app: Flask, case: Case, person: Person, agency: Agency) -> list[tuple[str, Role | None]]:
    """Every page that opens by an address for known rows, each step of a case among them, and who reads it."""
    about = {"case_id": case.id, "year": today().year, "person_id": person.id, "agency_id": agency.id}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            policy = policy_of(app, rule.endpoint)
            if "GET" not in (rule.methods or ()) or policy is None or rule.arguments - {*about, "action"}:
                continue
            reader = None if policy.roles is None else next(r for r in (Role.admin, Role.head) if r in policy.roles)
            for action in STEPS_BY_HAND if "action" in rule.arguments else (Action.note,):
                known = {**about, "action": action.value}
                address = app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
                found.append((address, reader))
    return found


@pytest.fixture
def walked(app: Flask, sign_in: SignIn) -> Iterator[tuple[Visitor, str, Page]]:
    """Every page with a form that is typed into, with the one who reads it."""
    readers: dict[Role | None, Visitor] = {role: sign_in(role) for role in (Role.clerk, Role.admin, Role.head)}
    readers[None] = Visitor(app.test_client())
    case = came_in()
    take(casework.assign, case, casework.Assignment(on=today(), handler="head.city"))
    with reading() as session:
        person = session.exec(select(Person).where(Person.login == "clerk.city")).one()
        agency = session.exec(select(Agency).where(Agency.code == "LAND")).one()

    def walk() -> Iterator[tuple[Visitor, str, Page]]:
        for address, role in _addresses(app, now_at(case), person, agency):
            reader = readers[Role.head if "/cases/" in address else role]
            page = reader.get(address)
            if page.status == 200 and page.tree is not None and _holds_typing(page):
                yield reader, address, page

    return walk()


def test_every_page_that_is_typed_into_keeps_it_in_another_language_and_size(
    walked: Iterator[tuple[Visitor, str, Page]],
) -> None:
    seen = set()
    with reading() as session:
        before = session.exec(select(func.count()).select_from(Event)).one()
    for reader, address, page in walked:
        if address in (NOTHING_IS_SENT, TICKED, ASKED_ONE_BY_ONE):
            continue
        seen.add(address)
        assert len(_choices(page)) == 2, f"{address}: nobody can choose another language there without losing the form"
        sent = _filled_in(page.found(FORM))
        for choice in _choices(page):
            shown = reader.post(choice, sent)
            assert shown.status == 200, (address, choice)
            kept = _reads(shown, sent)
            assert kept == {name: sent[name] for name in kept}, address
            assert ("lang=" in choice) == (shown.found(".").get("lang") == "en"), address
            reader.get(address, lang="zh", text="ordinary")
    assert len(seen) > len(STEPS_BY_HAND) + 8
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Event)).one() == before, "and nothing was done"


def test_a_form_opened_once_more_is_the_same_request_when_it_is_sent_twice(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.get("/counter")
    shown = clerk.post(_choices(page)[0], {"key": page.typed("key"), "applicant_name": "李秀英"})
    assert (shown.typed("key"), shown.typed("applicant_name")) == (page.typed("key"), "李秀英")


def test_nothing_is_opened_once_more_that_does_not_open(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.get("/desk")
    assert clerk.post("/desk/assign?again=yes&lang=en", {"handler": "clerk.city"}).status == 405


def test_only_those_who_may_open_a_page_open_it_once_more(app: Flask, sign_in: SignIn) -> None:
    clerk, stranger = sign_in(), Visitor(app.test_client())
    case = came_in("COUNTY")
    other = sign_in(Role.clerk, "HEALTH")
    other.get("/desk")
    assert other.post(f"/cases/{case.id}/note?again=yes&lang=en", {"note": "x"}).status == 404
    assert clerk.client.post("/counter?again=yes&lang=en").status_code == 400, "the token of the form is asked for"
    stranger.get("/signin")
    assert stranger.post("/counter?again=yes&lang=en", {}).status == 401
