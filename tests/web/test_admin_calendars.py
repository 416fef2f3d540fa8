"""The pages of days off: what is known, a notice shown before it is loaded, and days taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from requestflow.clock import today
from requestflow.paper import sheets
from requestflow.rules.roles import Role
from requestflow.rules.workdays import national
from requestflow.store.models import CalendarDay, Case
from requestflow.store.session import reading
from tests.web.conftest import Page, Visitor
from tests.web.desk import came_in, now_at

SignIn = Callable[..., Visitor]
LOAD, BACK = "/admin/calendar/load", "/admin/calendar/take-back"


def loaded() -> list[tuple[date, bool, str]]:
    with reading() as session:
        return [(row.day, row.worked, row.name) for row in session.exec(select(CalendarDay).order_by(CalendarDay.day))]


def shown(admin: Visitor, days: str, **more: Any) -> Page:
    """Types days into the form and asks what they would change."""
    admin.get(LOAD)
    return admin.post(LOAD, {"days": days, "source": "临时放假的通知", **more})


def applied(admin: Visitor, page: Page, **more: Any) -> Page:
    """Sends the page that shows what would change, as it is."""
    sent = {name: page.typed(name) for name in ("days", "source", "shown")}
    return admin.post(LOAD, sent | {"apply": "yes"} | more)


@pytest.fixture
def admin(sign_in: SignIn) -> Visitor:
    sign_in(Role.clerk)
    return sign_in(Role.admin)


@pytest.fixture
def case(admin: Visitor) -> Case:
    """A case received today, on whose last day the office will turn out to be closed."""
    return came_in()


def off(day: date) -> str:
    return f"{day}, 放假, 临时放假"


def test_every_year_is_listed_with_its_notice_and_one_year_with_its_days(admin: Visitor) -> None:
    page = admin.get("/admin/calendar")
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page.text
    assert "地区自有的节假日" in page.text
    year = admin.get("/admin/calendar", year=2026)
    assert "2026年2月14日 星期六 调休上班 春节 全国" in year.text
    assert "法定节假日" in admin.get("/admin/calendar", year=2090).text
    assert admin.get("/admin/calendar", year="x").status == 200


def test_a_notice_is_shown_first_and_changes_nothing_until_it_is_loaded(admin: Visitor, case: Case) -> None:
    due_on = case.due_on
    assert due_on is not None
    page = shown(admin, off(due_on))
    later = national().add(due_on, 1)
    assert case.number in page.text
    assert "1件案件的到期日将变动" in page.text
    assert (loaded(), now_at(case).due_on) == ([], due_on)
    done = applied(admin, page)
    assert done.status == 302
    assert loaded() == [(due_on, False, "临时放假")]
    assert now_at(case).due_on == later
    assert "1件案件的到期日随之变动" in admin.get("/admin/calendar").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_read_and_its_days_stay_between_preview_and_loading(
    admin: Visitor, case: Case, tmp_path: Path, kind: str
) -> None:
    assert case.due_on is not None
    file = tmp_path / f"notice.{kind}"
    sheets.write(file, ["日期", "上班", "名称", "地区"], [[case.due_on, 0, "临时放假, 全市", ""]])
    admin.get(LOAD)
    page = admin.post(LOAD, {"source": "", "days": "", "file": (BytesIO(file.read_bytes()), f"2026年 通知.{kind}")})
    assert case.number in page.text
    assert applied(admin, page).status == 302
    assert loaded() == [(case.due_on, False, "临时放假, 全市")]


def test_rows_that_are_not_understood_are_named_and_nothing_is_loaded_with_them(admin: Visitor) -> None:
    page = shown(admin, "2027-01-01 放假 元旦\n2027-02-30 放假 春节\n2027-02-06 maybe 春节")
    assert "有2行读不懂" in page.text
    assert "第2行“日期”" in page.text
    assert "第3行“上班”" in page.text
    assert not page.every(".//button[@name='apply']")
    assert applied(admin, page).status == 200
    assert loaded() == []
    assert page.typed("days").splitlines()[1] == "2027-02-30 放假 春节"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"days": ""}, "请选择文件，或者逐行填写日期"),
        ({"file": (b"day,name\n", "notice.csv")}, "文件缺少这些列"),
        ({"file": (b"not a workbook", "notice.xlsx")}, "不是可以读取的XLSX工作簿"),
        ({"file": (b"x", "notice.pdf")}, "不是CSV或者XLSX文件"),
        ({"file": (b"day,worked,name\n", "../../etc/notice.csv")}, "请选择文件，或者逐行填写日期"),
        ({"source": "长" * 201}, "最多写 200 个字"),
    ],
)
def test_what_is_no_notice_is_refused_and_what_was_typed_stays(
    admin: Visitor, sent: dict[str, Any], sentence: str
) -> None:
    admin.get(LOAD)
    if "file" in sent:
        content, name = sent["file"]
        sent = {"file": (BytesIO(content), name)}
    page = admin.post(LOAD, {"source": "通知", "days": "", **sent})
    assert page.status == 422
    assert sentence in page.text
    assert page.typed("source") == sent.get("source", "通知")


@pytest.mark.parametrize("name", ["关于" * 60 + ".csv", f"通知.{'长' * 200}", "..", "通\0知.csv"])
def test_a_file_of_any_name_is_taken(admin: Visitor, name: str) -> None:
    admin.get(LOAD)
    page = admin.post(LOAD, {"file": (BytesIO("day,worked,name\n2027-02-05,0,春节\n".encode()), name)})
    assert page.status == (200 if name.endswith(".csv") else 422)


def test_a_number_that_no_day_can_have_is_none(admin: Visitor) -> None:
    assert [admin.get(f"/admin/calendar/{page}", id=10**12).status for page in ("load", "take-back")] == [200, 200]


def test_a_case_that_came_in_after_the_preview_is_shown_before_anything_is_loaded(admin: Visitor, case: Case) -> None:
    assert case.due_on is not None
    page = shown(admin, off(case.due_on))
    other = came_in()
    again = applied(admin, page)
    assert again.status == 200
    assert "因此没有导入" in again.text
    assert other.number in again.text
    assert loaded() == []
    assert applied(admin, again).status == 302


def test_days_edited_after_the_preview_are_shown_again_before_they_are_loaded(admin: Visitor, case: Case) -> None:
    assert case.due_on is not None
    page = shown(admin, off(case.due_on))
    again = applied(admin, page, days=off(case.due_on + timedelta(days=7)))
    assert "因此没有导入" in again.text
    assert loaded() == []


def test_loaded_days_are_taken_back_after_their_effect_was_shown(admin: Visitor, case: Case) -> None:
    due_on = case.due_on
    assert due_on is not None
    applied(admin, shown(admin, off(due_on)))
    link = next(a for a in admin.get("/admin/calendar").every(".//a") if BACK in str(a.get("href")))
    page = admin.get(str(link.get("href")))
    assert case.number in page.text
    sent = {"id": page.typed("id"), "shown": page.typed("shown")}
    came_in()
    moved = admin.post(BACK, sent)
    assert "因此没有撤销" in moved.text
    assert admin.post(BACK, {"id": moved.typed("id"), "shown": moved.typed("shown")}).status == 302
    assert (loaded(), now_at(case).due_on) == ([], due_on)
    assert "已不在导入之列" in admin.get(str(link.get("href"))).text


def test_a_loaded_day_may_be_replaced_from_its_year(admin: Visitor) -> None:
    applied(admin, shown(admin, "2027-01-04, 放假, 元旦"))
    year = admin.get("/admin/calendar", year=2027)
    link = next(a for a in year.every(".//a") if f"{LOAD}?id=" in str(a.get("href")))
    form = admin.get(str(link.get("href")))
    assert form.typed("days").strip() == "2027-01-04, 放假, 元旦"
    page = admin.post(LOAD, {"days": "2027-01-04 上班 元旦", "source": "更正"})
    assert "替换原来的“放假”" in page.text
    applied(admin, page)
    assert loaded() == [(date(2027, 1, 4), True, "元旦")]


def test_an_administrator_below_the_top_reads_the_calendar_but_does_not_change_it(app: Flask, sign_in: SignIn) -> None:
    county = sign_in(Role.admin, "COUNTY")
    page = county.get("/admin/calendar")
    assert "由最上级机关的管理员导入" in page.text
    assert LOAD not in [a.get("href") for a in page.every(".//a")]
    for path in (LOAD, BACK):
        assert county.get(path).status == 403
        assert county.post(path, {"days": off(today()), "apply": "yes"}).status == 403
    assert loaded() == []


def test_of_many_moved_cases_the_first_hundred_are_shown_and_all_are_counted(admin: Visitor) -> None:
    cases = [came_in() for _ in range(102)]
    assert cases[0].due_on is not None
    page = shown(admin, off(cases[0].due_on))
    assert "102件案件的到期日将变动" in page.text
    assert "共102件，以上列出前100件" in page.text
    assert cases[-1].number not in page.text


def test_a_notice_that_leaves_a_holiday_out_is_asked_about_before_it_is_loaded(admin: Visitor) -> None:
    year = next(year for year in range(today().year + 1, 2040) if national().is_provisional(date(year, 6, 1)))
    named = ["元旦", "春节假期", "Tomb-Sweeping Day", "劳动节", "端午节", "中秋节"]
    days = [f"{date(year, 1, 1) + timedelta(20 * nth)}, 放假, {name}" for nth, name in enumerate(named)]
    page = shown(admin, "\n".join(days))
    assert f"{year}年的安排是否完整？" in page.text
    assert "没有一天写明是这些节日：国庆节。" in page.text
    assert "是否完整" not in shown(admin, "\n".join([*days, f"{year}-10-01, 放假, 国庆"])).text
    applied(admin, page)
    assert len(loaded()) == len(named), "it is a question, not a refusal"
    assert "是否完整" not in shown(admin, f"{year}-10-01, 放假, 国庆").text, "what is loaded already counts"
