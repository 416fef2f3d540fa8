"""The pages of agencies: the tree, what is kept of each, and the due dates that another region moves."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from requestflow.rules.roles import Role
from requestflow.services import agencies, intake
from requestflow.store.models import Agency, Person
from requestflow.store.session import reading, transaction
from tests.make import a_request, an_entry
from tests.web.conftest import Page, Visitor
from tests.web.desk import now_at

SignIn = Callable[..., Visitor]
FIELDS = ("seen", "name", "level", "region", "review_body", "phone", "address", "website")


def the(code: str) -> Agency:
    with reading() as session:
        return session.exec(select(Agency).where(Agency.code == code)).one()


def changed(admin: Visitor, agency: Agency, **typed: Any) -> Page:
    """Opens the form of an agency and sends it back with what is typed."""
    page = admin.get(f"/admin/agencies/{agency.id}")
    return admin.post(f"/admin/agencies/{agency.id}", {name: page.typed(name) for name in FIELDS} | typed)


def confirmed(admin: Visitor, agency: Agency, page: Page) -> Page:
    """Sends the page that shows what would move, as it is."""
    names = (*FIELDS, "moves")
    return admin.post(f"/admin/agencies/{agency.id}", {name: page.typed(name) for name in names})


def lines(page: Page) -> list[str]:
    return [" ".join("".join(row.itertext()).split()) for row in page.every(".//tbody/tr")]


def test_the_tree_shows_each_agency_with_its_people_cases_and_who_is_told(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "COUNTY")
    admin = sign_in(Role.admin)
    with transaction() as session:
        intake.register(session, agencies.found(session, "LAND"), a_request(), an_entry())
    shown = lines(admin.get("/admin"))
    assert [line.split()[0] for line in shown] == [
        "吴山市人民政府CITY",
        "吴山市自然资源局LAND",
        "临江县人民政府COUNTY",
        "临江县卫生健康局HEALTH",
    ]
    assert "在办：1" in shown[1]
    assert all("无人接收" in line for line in shown)  # nobody has an e-mail address yet


def test_who_is_told_is_the_nearest_above_where_nobody_can_be(app: Flask, sign_in: SignIn) -> None:
    sign_in(Role.clerk, "COUNTY")
    admin = sign_in(Role.admin)
    with transaction() as session:
        session.exec(select(Person).where(Person.login == "clerk.county")).one().email = "clerk@example.org"
    shown = lines(admin.get("/admin"))
    assert "本机关登记员和负责人" in shown[2]
    assert "临江县人民政府（本机关没有留邮箱" in shown[3]


@pytest.mark.parametrize("hidden", ["CITY", "LAND"])
def test_an_agency_above_or_beside_is_no_page(app: Flask, sign_in: SignIn, hidden: str) -> None:
    admin = sign_in(Role.admin, "COUNTY")
    assert hidden not in admin.get("/admin").text
    for path in (f"/admin/agencies/{the(hidden).id}", f"/admin/agencies/{the(hidden).id}/new"):
        assert admin.get(path).status == 404
        assert admin.post(path, {"name": "改名"}).status == 404
    assert the(hidden).name != "改名"


def test_an_agency_is_set_up_below_another(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    path = f"/admin/agencies/{the('COUNTY').id}/new"
    form = admin.get(path)
    assert form.typed("review_body") == "临江县人民政府"
    page = admin.post(path, {"code": "TAX", "name": "临江县税务局", "level": "vertical", "region": ""}, follow=True)
    assert "已新增临江县税务局" in page.text
    assert the("TAX").path.startswith(the("COUNTY").path)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "LAND"}, "已由其他机关使用"),
        ({"code": ""}, "请填写机关代码"),
        ({"name": ""}, "请填写机关名称"),
        ({"website": "javascript:alert(1)"}, "不是网址"),
    ],
)
def test_an_agency_that_cannot_be_set_up_keeps_what_was_typed(
    app: Flask, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    admin = sign_in(Role.admin)
    path = f"/admin/agencies/{the('COUNTY').id}/new"
    admin.get(path)
    page = admin.post(path, {"code": "TAX", "name": "税务局", "level": "vertical", "phone": "000 0101"} | typed)
    assert page.status == 422
    assert sentence in page.text
    assert page.typed("phone") == "000 0101"


def test_what_is_kept_of_an_agency_is_changed_but_neither_code_nor_place(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    about = {
        "name": "吴山市自然资源和规划局",
        "phone": "000 0101",
        "address": "文化街1号",
        "website": "https://land.example",
    }
    assert changed(admin, the("LAND"), **about, code="OTHER", parent="COUNTY").status == 302
    agency = the("LAND")
    assert {name: getattr(agency, name) for name in about} == about
    assert agency.parent_id == the("CITY").id


def test_of_two_administrators_who_change_one_agency_the_second_is_told(app: Flask, sign_in: SignIn) -> None:
    first, second = sign_in(Role.admin), sign_in(Role.admin, login="other.admin")
    shown = second.get(f"/admin/agencies/{the('LAND').id}").typed("seen")
    changed(first, the("LAND"), name="第一")
    page = changed(second, the("LAND"), name="第二", seen=shown)
    assert (page.status, page.typed("name"), the("LAND").name) == (409, "第二", "第一")


def test_another_region_is_kept_once_its_due_dates_were_shown(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    with transaction() as session:
        land = agencies.found(session, "LAND")
        case = intake.register(session, land, a_request(submitted_on="2021-07-01"), an_entry()).case
    page = changed(admin, the("LAND"), region="宁夏", phone="000 0101")
    assert page.status == 200
    assert "2021年7月29日" in page.text
    assert "2021年8月2日" in page.text
    assert (the("LAND").region, now_at(case).due_on) == ("", date(2021, 7, 29))
    assert confirmed(admin, the("LAND"), page).status == 302
    assert (the("LAND").region, the("LAND").phone) == ("宁夏", "000 0101")
    assert now_at(case).due_on == date(2021, 8, 2)


@pytest.mark.parametrize(("region", "is_told"), [("宁厦", True), ("宁夏吴忠", False), ("", False)])
def test_a_region_of_which_no_days_off_are_known_is_told(sign_in: SignIn, region: str, is_told: bool) -> None:
    admin = sign_in(Role.admin)
    path = f"/admin/agencies/{the('CITY').id}/new"
    admin.get(path)
    page = admin.post(path, {"code": "TAX", "name": "税务局", "level": "vertical", "region": region}, follow=True)
    assert ("没有宁厦自有的节假日" in page.text) is is_told
    settled = changed(admin, the("LAND"), region=region)
    assert ("没有宁厦自有的节假日" in admin.get("/admin").text) is is_told, settled.status


def test_cases_that_came_in_after_the_preview_are_shown_before_the_region_is_kept(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    with transaction() as session:
        intake.register(session, agencies.found(session, "LAND"), a_request(submitted_on="2021-07-01"), an_entry())
    page = changed(admin, the("LAND"), region="宁夏")
    with transaction() as session:
        intake.register(session, agencies.found(session, "LAND"), a_request(submitted_on="2021-07-02"), an_entry())
    again = confirmed(admin, the("LAND"), page)
    assert again.status == 200
    assert "案件有变动" in again.text
    assert len(lines(again)) == 2
    assert the("LAND").region == ""
    assert confirmed(admin, the("LAND"), again).status == 302


def test_an_agency_is_found_by_name_or_code(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(Role.admin)
    assert len(lines(admin.get("/admin", q="health"))) == 1
    assert "没有名称或者代码包含这些字的机关" in admin.get("/admin", q="nowhere").text
