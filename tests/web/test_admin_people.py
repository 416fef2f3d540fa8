"""The pages of people and roles: whom an administrator reaches, and what two of them do to each other."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from requestflow.rules.roles import Role
from requestflow.services import casework, people
from requestflow.store.models import Case, Person
from requestflow.store.session import reading
from tests.web.conftest import PASSWORD, Page, Visitor
from tests.web.desk import came_in, now_at, take

SignIn = Callable[..., Visitor]


def the(login: str) -> Person:
    with reading() as session:
        return session.exec(select(Person).where(Person.login == login)).one()


def revised(admin: Visitor, person: Person, **typed: Any) -> Page:
    """Opens the form of an account and sends it back with what is typed."""
    page = admin.get(f"/admin/people/{person.id}")
    names = ("seen", "name", "role", "agency", "email", "language")
    return admin.post(f"/admin/people/{person.id}", {name: page.typed(name) for name in names} | typed)


def a_case_of(login: str) -> Case:
    case = came_in()
    take(casework.assign, now_at(case), casework.Assignment(on=case.received_on, handler=login))
    return case


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.admin])
def test_only_administrators_enter_the_room(app: Flask, sign_in: SignIn, role: Role) -> None:
    officer = sign_in(role)
    person = the(f"{role}.city")
    for path in ("/admin", "/admin/people", "/admin/calendar", "/admin/reminders", f"/admin/people/{person.id}"):
        assert officer.get(path).status == 403
    assert "系统管理" not in [link.text for link in officer.get("/desk").every(".//nav//a")]


def test_an_administrator_of_a_county_reaches_nobody_of_the_city(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "CITY")
    sign_in(Role.clerk, "LAND")
    admin = sign_in(Role.admin, "COUNTY")
    listed = admin.get("/admin/people").text
    assert "admin.county" in listed
    assert "clerk.city" not in listed
    for person in (the("clerk.city"), the("clerk.land")):
        for path in ("", "/password", "/cases", "/close", "/open"):
            assert admin.client.get(f"/admin/people/{person.id}{path}").status_code in (404, 405)
            assert admin.post(f"/admin/people/{person.id}{path}", {"name": "改名", "seen": ""}).status == 404
    assert admin.get("/admin/people", agency="CITY").status == 404
    assert the("clerk.city").name == "登记员某"


def test_nobody_is_made_an_administrator_of_an_agency_above(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin, "COUNTY")
    admin.get("/admin/people/new")
    new = {"login": "new.one", "name": "新", "role": "admin", "agency": "CITY", "language": "zh"}
    page = admin.post("/admin/people/new", new)
    assert page.status == 422
    assert "不在您管理的范围内" in page.text
    assert page.typed("login") == "new.one"


def test_a_new_account_opens_with_the_password_that_is_told_once(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    admin.get("/admin/people/new")
    told = admin.post(
        "/admin/people/new",
        {"login": "New.One", "name": "新人", "role": "handler", "agency": "LAND", "email": "", "language": "en"},
    )
    password = str(told.every(".//dd")[-1].text)
    assert told.status == 200
    assert told.response.headers["Cache-Control"] == "no-store"
    with reading() as session:
        assert people.sign_in(session, "new.one", password).name == "新人"
    assert password not in admin.get("/admin/people").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"login": "admin.city"}, "已有人使用"),
        ({"login": ""}, "请填写登录名"),
        ({"role": ""}, "请选择角色"),
        ({"email": "nonsense"}, "不是电子邮件地址"),
    ],
)
def test_an_account_that_cannot_be_opened_keeps_what_was_typed(
    app: Flask, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    admin = sign_in(Role.admin)
    admin.get("/admin/people/new")
    good = {"login": "new.one", "name": "新人", "role": "handler", "agency": "LAND", "language": "zh"}
    page = admin.post("/admin/people/new", good | typed)
    assert page.status == 422
    assert sentence in page.text
    assert page.typed("name") == "新人"


def test_a_changed_account_is_listed_as_it_is_now(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "LAND")
    admin = sign_in(Role.admin)
    page = revised(admin, the("clerk.land"), name="王芳", role="head", agency="COUNTY")
    assert page.response.location == "/admin/people"
    person = the("clerk.land")
    assert (person.name, person.role) == ("王芳", Role.head)
    assert "王芳" in admin.get("/admin/people", agency="COUNTY").text


def test_of_two_administrators_who_change_one_account_the_second_is_told(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "LAND")
    person = the("clerk.land")
    first, second = sign_in(Role.admin), sign_in(Role.admin, login="other.admin")
    shown = second.get(f"/admin/people/{person.id}").typed("seen")
    revised(first, person, name="第一")
    page = revised(second, person, name="第二", seen=shown)
    assert page.status == 409
    assert "他人已作修改" in page.text
    assert the("clerk.land").name == "第一"
    assert page.typed("name") == "第二"
    again = second.post(f"/admin/people/{person.id}", {n: page.typed(n) for n in ("seen", "name", "role", "agency")})
    assert again.status == 302
    assert the("clerk.land").name == "第二"


def test_an_administrator_cannot_lock_themselves_out(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    own = the("admin.city")
    page = admin.get(f"/admin/people/{own.id}")
    assert f"/admin/people/{own.id}/close" not in [link.get("href") for link in page.every(".//a")]
    assert revised(admin, own, role="clerk").status == 422
    assert admin.post(f"/admin/people/{own.id}/close").status == 422
    assert (the("admin.city").role, the("admin.city").is_active) == (Role.admin, True)


def test_an_account_with_open_cases_is_closed_only_with_somebody_to_take_them_over(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk)
    leaving = sign_in(Role.handler)
    sign_in(Role.handler, login="staying")
    admin = sign_in(Role.admin)
    case, person = a_case_of("handler.city"), the("handler.city")
    assert "移交并停用账户" in admin.get(f"/admin/people/{person.id}/close").text
    page = admin.post(f"/admin/people/{person.id}/close")
    assert page.status == 422
    assert "请选择由谁接手" in page.text
    assert the("handler.city").is_active
    done = admin.post(f"/admin/people/{person.id}/close", {"handler": "staying"}, follow=True)
    assert "已停用" in done.text
    assert "承办的在办案件已移交" in done.text
    assert now_at(case).handler_id == the("staying").id
    assert leaving.get("/desk").status == 302  # signed out everywhere
    assert admin.post(f"/admin/people/{person.id}/open").status == 302
    assert the("handler.city").is_active


def test_open_cases_may_go_back_to_the_desk_as_nobody_s(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk)
    sign_in(Role.handler)
    admin = sign_in(Role.admin)
    case, person = a_case_of("handler.city"), the("handler.city")
    admin.get(f"/admin/people/{person.id}/cases")
    assert admin.post(f"/admin/people/{person.id}/cases", {"handler": "-"}).status == 302
    assert now_at(case).handler_id is None
    assert now_at(case).number in admin.get("/desk", pile="unassigned").text
    assert "没有在办案件" in admin.get(f"/admin/people/{person.id}/cases").text
    assert admin.get(f"/cases/{case.id}").status == 200


def test_a_role_in_which_open_cases_are_out_of_reach_is_refused_beside_the_role(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk)
    sign_in(Role.handler)
    admin = sign_in(Role.admin)
    a_case_of("handler.city")
    page = revised(admin, the("handler.city"), role="statistics")
    assert page.status == 422
    assert "请先移交" in "".join(page.found(".//*[@id='e-role']").itertext())


def test_a_renewed_password_ends_the_sessions_of_before(app: Flask, sign_in: SignIn) -> None:
    clerk, admin = sign_in(Role.clerk), sign_in(Role.admin)
    person = the("clerk.city")
    admin.get(f"/admin/people/{person.id}/password")
    told = admin.post(f"/admin/people/{person.id}/password")
    assert clerk.get("/desk").status == 302
    with reading() as session:
        assert people.sign_in(session, "clerk.city", str(told.every(".//dd")[-1].text)).id == person.id


def test_no_page_shows_what_is_kept_of_a_password(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    for path in ("/admin/people", f"/admin/people/{the('admin.city').id}", "/me"):
        text = admin.get(path).response.text
        assert "argon2" not in text
        assert PASSWORD not in text


def test_people_are_found_by_name_login_or_address(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "LAND")
    admin = sign_in(Role.admin)
    assert "clerk.land" in admin.get("/admin/people", q="clerk.l").text
    assert "没有符合条件的人员" in admin.get("/admin/people", q="nobody at all").text
