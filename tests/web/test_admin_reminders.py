"""The settings of reminders of an office, and the officer's own page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import people
from requestflow.store.models import Agency, Person
from requestflow.store.session import reading
from tests.web.conftest import PASSWORD, Page, Visitor

SignIn = Callable[..., Visitor]
NEW = "an even quieter sentence"
OPTIONAL = [notice for notice in Notice if not notice.is_statutory]


def silenced(code: str) -> list[str]:
    with reading() as session:
        return session.exec(select(Agency).where(Agency.code == code)).one().silenced


def the(login: str) -> Person:
    with reading() as session:
        return session.exec(select(Person).where(Person.login == login)).one()


def ticked(page: Page) -> set[str]:
    return {str(box.get("value")) for box in page.every(".//input[@name='notices']") if "checked" in box.attrib}


def settled(admin: Visitor, agency: str, wanted: list[Notice], **more: Any) -> Page:
    page = admin.get("/admin/reminders", agency=agency)
    sent = {"agency": agency, "seen": page.typed("seen"), "notices": [notice.value for notice in wanted]}
    return admin.post("/admin/reminders", sent | more)


def test_every_notice_is_shown_and_those_of_the_law_cannot_be_turned_off(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(Role.admin).get("/admin/reminders")
    for notice in Notice:
        assert notice.label.zh in page.text
        assert notice.when.zh in page.text
    assert ticked(page) == {notice.value for notice in OPTIONAL}
    assert page.text.count("必发（法定期限）") == len(Notice) - len(OPTIONAL)


def test_an_office_turns_off_what_it_does_not_want(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    assert settled(admin, "LAND", [Notice.digest]).status == 302
    assert silenced("LAND") == [notice.value for notice in OPTIONAL if notice is not Notice.digest]
    assert silenced("COUNTY") == []
    assert ticked(admin.get("/admin/reminders", agency="LAND")) == {"digest"}


def test_the_same_may_hold_for_all_agencies_below(app: Flask, sign_in: SignIn) -> None:
    settled(sign_in(Role.admin), "COUNTY", [], below="yes")
    assert silenced("HEALTH") == silenced("COUNTY") == [notice.value for notice in OPTIONAL]
    assert silenced("LAND") == []


def test_no_office_above_or_beside_is_settled(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin, "COUNTY")
    for code in ("CITY", "LAND"):
        assert admin.get("/admin/reminders", agency=code).status == 404
        assert admin.post("/admin/reminders", {"agency": code}).status == 404
        assert silenced(code) == []


def test_of_two_who_settle_one_office_the_second_is_told(app: Flask, sign_in: SignIn) -> None:
    first, second = sign_in(Role.admin), sign_in(Role.admin, login="other.admin")
    seen = second.get("/admin/reminders", agency="LAND").typed("seen")
    settled(first, "LAND", [])
    page = settled(second, "LAND", [Notice.digest], seen=seen)
    assert page.status == 409
    assert ticked(page) == {"digest"}
    assert Notice.digest.value in silenced("LAND")


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_a_page_of_their_own_that_the_name_leads_to(app: Flask, sign_in: SignIn, role: Role) -> None:
    officer = sign_in(role)
    page = officer.get("/me")
    assert f"{role}.city" in page.text
    assert "/me" in [link.get("href") for link in officer.get("/").every(".//header//a")]
    shown = {notice for notice in Notice if notice.label.zh in page.text}
    assert shown == {notice for notice in Notice if notice.reaches(role)}


def test_officers_settle_their_language_their_address_and_what_they_are_told(app: Flask, sign_in: SignIn) -> None:
    clerk = sign_in(Role.clerk)
    clerk.get("/me")
    page = clerk.post("/me", {"email": "li@example.org", "language": "en", "notices": ["digest"]}, follow=True)
    assert page.found(".").get("lang") == "en"
    assert "Your settings were kept." in page.text
    person = the("clerk.city")
    assert (person.email, person.language) == ("li@example.org", "en")
    assert person.silenced == [notice.value for notice in OPTIONAL if notice.reaches(Role.clerk) and notice != "digest"]
    assert ticked(page) == {"digest"}


def test_an_address_that_is_none_keeps_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    clerk = sign_in(Role.clerk)
    clerk.get("/me")
    page = clerk.post("/me", {"email": "nonsense", "language": "en", "notices": ["digest"]})
    assert (page.status, page.typed("email"), ticked(page)) == (422, "nonsense", {"digest"})
    assert the("clerk.city").email == ""


def test_what_the_office_has_turned_off_is_said_on_the_own_page(app: Flask, sign_in: SignIn) -> None:
    settled(sign_in(Role.admin), "CITY", [notice for notice in OPTIONAL if notice is not Notice.due_in_5])
    assert sign_in(Role.clerk).get("/me").text.count("本机关已统一关闭") == 1


def changed(officer: Visitor, **typed: str) -> Page:
    officer.get("/me")
    return officer.post("/me/password", {"present": PASSWORD, "password": NEW, "again": NEW} | typed)


def test_a_new_password_ends_every_other_session_but_not_this_one(app: Flask, sign_in: SignIn) -> None:
    here = sign_in(Role.clerk)
    elsewhere = Visitor(app.test_client())
    elsewhere.get("/signin")
    elsewhere.post("/signin", {"login": "clerk.city", "password": PASSWORD})
    assert elsewhere.get("/desk").status == 200
    assert changed(here).status == 302
    assert here.get("/desk").status == 200
    assert elsewhere.get("/desk").status == 302
    with reading() as session:
        assert people.sign_in(session, "clerk.city", NEW).login == "clerk.city"


@pytest.mark.parametrize(
    ("typed", "field"), [({"present": "wrong"}, "present"), ({"again": "x"}, "again"), ({"password": ""}, "password")]
)
def test_a_password_is_refused_beside_its_field_and_never_shown_again(
    app: Flask, sign_in: SignIn, typed: dict[str, str], field: str
) -> None:
    page = changed(sign_in(Role.clerk), **typed)
    assert page.status == 422
    assert page.found(f".//*[@id='e-new-{field}']") is not None
    assert NEW not in page.response.text
    assert page.typed("email") == ""


def test_whoever_guesses_at_a_password_in_a_session_left_open_has_to_wait(app: Flask, sign_in: SignIn) -> None:
    clerk = sign_in(Role.clerk)
    statuses = [changed(clerk, present="wrong").status for _ in range(11)]
    assert (statuses[:10], statuses[10]) == ([422] * 10, 429)
