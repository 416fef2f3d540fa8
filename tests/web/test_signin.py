"""The door of the office: who gets in, how often one may knock, and what leaving means."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from requestflow.rules.roles import Role
from requestflow.services import people
from requestflow.store.models import Person
from requestflow.store.session import transaction
from requestflow.web.access import officers
from tests.web.conftest import PASSWORD, Page, Visitor

WRONG = "登录名或者密码不对"


def test_an_officer_signs_in_and_out_again(app: Flask, sign_in: Callable[..., Visitor]) -> None:
    head = sign_in(Role.head, "COUNTY")
    page = head.get("/")
    assert "负责人某" in page.text
    assert "临江县人民政府" in page.text
    assert head.post("/signout").response.location == "/signin"
    assert "负责人某" not in head.get("/").text


@pytest.mark.parametrize(("login", "password"), [("clerk.city", "not the password"), ("nobody", PASSWORD)])
def test_a_wrong_login_and_a_wrong_password_are_told_apart_by_nobody(
    sign_in: Callable[..., Visitor], visitor: Visitor, login: str, password: str
) -> None:
    sign_in(Role.clerk, "CITY")
    visitor.get("/signin")
    page = visitor.post("/signin", {"login": login, "password": password})
    assert page.status == 422
    assert WRONG in page.text
    assert page.typed("login") == login
    assert page.typed("password") == ""


def test_somebody_who_left_the_office_cannot_sign_in_and_is_signed_out(sign_in: Callable[..., Visitor]) -> None:
    clerk = sign_in(Role.clerk, "CITY")
    with transaction() as session:
        session.exec(select(Person)).one().is_active = False
    assert "登记员某" not in clerk.get("/").text
    clerk.get("/signin")
    assert WRONG in clerk.post("/signin", {"login": "clerk.city", "password": PASSWORD}).text


def test_a_new_password_ends_every_older_session(app: Flask, sign_in: Callable[..., Visitor]) -> None:
    app.add_url_rule("/inside", "inside", officers()(lambda: "inside"))
    clerk = sign_in(Role.clerk, "CITY")
    with transaction() as session:
        person = session.exec(select(Person)).one()
        person.password_hash = people.hashed(person.login, "another long sentence")
    assert clerk.get("/inside").status == 302


def _sent_after_the_session_ended(clerk: Visitor, path: str, form: Mapping[str, Any]) -> Page:
    clerk.get(path)
    clerk.client.delete_cookie("requestflow")
    return clerk.post(path, form)


def test_what_was_typed_when_the_session_had_ended_is_there_again_after_signing_in(
    sign_in: Callable[..., Visitor],
) -> None:
    clerk = sign_in()
    said = {"applicant_name": "李秀英", "description": "第一行\n“第二行” <b>", "way": "fax"}
    door = _sent_after_the_session_ended(clerk, "/counter", said)
    assert door.status == 401
    assert "登录已失效，刚才的操作没有保存" in door.text
    kept = {"next": door.typed("next"), "typed": door.typed("typed")}
    assert "csrf" not in kept["typed"]
    wrong = clerk.post("/signin", {**kept, "login": "clerk.city", "password": "wrong"})
    kept = {"next": wrong.typed("next"), "typed": wrong.typed("typed")}
    back = clerk.post("/signin", {**kept, "login": "clerk.city", "password": PASSWORD})
    assert "您已重新登录" in back.title
    form = clerk.post(str(back.found(".//main//form").get("action")), {name: back.typed(name) for name in said})
    assert form.status == 200
    assert {name: form.typed(name).strip() for name in said} == said
    assert "错误" not in form.title, "it is opened, not sent"


def test_another_language_at_the_door_keeps_what_was_typed(sign_in: Callable[..., Visitor]) -> None:
    clerk = sign_in()
    door = _sent_after_the_session_ended(clerk, "/counter", {"applicant_name": "李秀英"})
    kept = {"next": door.typed("next"), "typed": door.typed("typed")}
    english = clerk.post("/signin?again=yes&lang=en", kept)
    assert {name: english.typed(name) for name in kept} == kept
    assert "What you typed is kept on this page" in english.text


@pytest.mark.parametrize("path", ["/desk/assign", "/me/password"])
def test_what_no_page_can_show_again_is_not_kept_and_that_is_said(sign_in: Callable[..., Visitor], path: str) -> None:
    clerk = sign_in()
    clerk.get("/me")
    clerk.client.delete_cookie("requestflow")
    door = clerk.post(path, {"present": PASSWORD, "password": "another long sentence"})
    assert door.status == 401
    assert "请登录后重新操作" in door.text
    assert PASSWORD not in door.response.text
    assert "another long sentence" not in door.response.text


@pytest.mark.parametrize("typed", ["", "[", '{"a": 1}', '[["name"]]'])
def test_what_nobody_typed_is_not_shown(sign_in: Callable[..., Visitor], visitor: Visitor, typed: str) -> None:
    sign_in()
    visitor.get("/signin")
    form = {"next": "/counter?again=yes&", "typed": typed, "login": "clerk.city", "password": PASSWORD}
    assert visitor.post("/signin", form).response.location == "/counter?again=yes&"


def test_the_eleventh_guess_at_one_account_has_to_wait(visitor: Visitor) -> None:
    visitor.get("/signin")
    pages = [visitor.post("/signin", {"login": "head", "password": f"guess {nth}"}) for nth in range(11)]
    assert [page.status for page in pages] == [422] * 10 + [429]
    minutes = re.search(r"请在(\d+)分钟后再试", pages[-1].text)
    assert minutes
    assert 1 <= int(minutes[1]) <= 5
    waits = [page.response.headers.get("Retry-After") for page in pages]
    assert waits[:10] == [None] * 10
    assert 0 < int(waits[10]) <= int(minutes[1]) * 60
    assert "您的申请" not in pages[-1].text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "/\r/evil.example", "evil"],
)
def test_signing_in_never_leads_to_another_site(
    sign_in: Callable[..., Visitor], visitor: Visitor, elsewhere: str
) -> None:
    sign_in(Role.clerk, "CITY")
    assert visitor.get("/signin", next=elsewhere).typed("next") == ""
    page = visitor.post("/signin", {"login": "clerk.city", "password": PASSWORD, "next": elsewhere})
    assert "evil" not in page.response.location


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    sign_in: Callable[..., Visitor], visitor: Visitor
) -> None:
    sign_in(Role.clerk, "CITY")
    hidden = visitor.get("/signin", next="/follow?number=2026-0001").typed("next")
    page = visitor.post("/signin", {"login": "CLERK.city", "password": PASSWORD, "next": hidden})
    assert page.response.location == "/follow?number=2026-0001"


def test_what_was_in_the_session_before_signing_in_does_not_survive(
    app: Flask, sign_in: Callable[..., Visitor], visitor: Visitor
) -> None:
    sign_in(Role.clerk, "CITY")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    visitor.get("/signin")
    visitor.post("/signin", {"login": "clerk.city", "password": PASSWORD})
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
