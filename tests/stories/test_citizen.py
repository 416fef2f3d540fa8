"""A citizen wants to know why a house is to be demolished: asks online, is reached, corrects, and reads the answer."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.words import spoken
from requestflow.services import casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case, Person
from requestflow.store.session import transaction
from tests.stories.conftest import Site

WANTED = "2025年滨河路东段房屋征收补偿方案"


def _fill_in(page: Page) -> None:
    page.get_by_label("向哪个机关申请").select_option(label="吴山市自然资源局")
    page.get_by_label("所需政府信息").fill(WANTED)
    page.get_by_label("自然人").check()
    page.get_by_label("姓名或者名称").fill("李秀英")
    page.get_by_label("证件类型").select_option(label="居民身份证")
    page.get_by_label("证件号码").fill("11010519491231002X")
    page.get_by_label("电子邮箱").fill("li@example.org")
    page.get_by_label("电子邮件发送").check()


def _office(session: Session) -> tuple[Case, Entry]:
    """The only case, and an officer of its office who types something in."""
    clerk = session.exec(select(Person).where(Person.login == "land.clerk")).one()
    return session.exec(select(Case)).one(), Entry(by=clerk, today=today(), now=now())


def test_a_citizen_asks_corrects_and_reads_the_answer(site: Site, page: Page) -> None:
    page.goto(site.address)
    page.get_by_role("main").get_by_role("link", name="提出申请").click()

    page.get_by_role("button", name="核对填写内容").click()  # too early: the page says what is missing
    expect(page.get_by_role("alert")).to_contain_text("请写明您想知道什么")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="所需政府信息").click()
    expect(page.get_by_label("所需政府信息")).to_be_focused()

    _fill_in(page)
    page.get_by_role("button", name="核对填写内容").click()
    page.get_by_role("link", name="修改 电子邮箱").click()  # and back again: nothing is lost
    expect(page.get_by_label("所需政府信息")).to_have_value(WANTED)
    page.get_by_label("电子邮箱").fill("li.xiuying@example.org")
    page.get_by_role("button", name="核对填写内容").click()
    expect(page.get_by_text("li.xiuying@example.org")).to_be_visible()
    page.get_by_role("button", name="提交申请").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number, code = page.locator(".slip dd").all_inner_texts()[:2]

    with transaction() as session:
        case, entry = _office(session)
        intake.confirm(session, case, today(), entry)
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, entry)

    page.context.clear_cookies()  # another day, another device
    page.goto(f"{site.address}/follow")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("请写明起止门牌。")).to_be_visible()
    page.get_by_label("补正内容").fill("光明街1号至20号")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_role("status")).to_contain_text("已收到您的补正")

    page.get_by_text("日期是怎样算出来的").click()
    expect(page.get_by_text("重新起算").first).to_be_visible()
    with transaction() as session:
        case, entry = _office(session)
        assert case.due_on is not None
        expect(page.get_by_text(spoken(case.due_on).zh).first).to_be_visible()
        casework.decide(session, case, casework.Decision(on=today(), outcome="O02"), entry)
        casework.send(session, case, casework.Sending(on=today(), delivery="electronic"), entry)

    page.reload()
    expect(page.get_by_role("heading", name="予以公开", exact=True)).to_be_visible()
    expect(page.get_by_text("予以公开，提供信息").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Granted: provided").first).to_be_visible()


def test_enter_in_a_line_of_the_form_does_what_the_form_is_for(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/ask")
    _fill_in(page)
    page.get_by_label("姓名或者名称").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对填写内容")
    page.get_by_role("link", name="修改 联系电话").click()
    page.get_by_label("联系电话").fill("not a number")
    page.get_by_label("联系电话").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("联系电话的格式不对")
    page.get_by_label("联系电话").fill("")
    page.get_by_label("联系电话").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对填写内容")


def test_the_way_back_is_open_from_the_receipt_to_the_form(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_role("button", name="核对填写内容").click()
    _fill_in(page)
    page.get_by_role("button", name="核对填写内容").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对填写内容")
    page.go_back()
    expect(page.get_by_label("所需政府信息")).to_have_value(WANTED)
    page.go_forward()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number = page.locator(".slip dd").first.inner_text()
    for _ in range(3):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("申请已提交|提出申请"))
    page.go_forward()
    expect(page.locator(".slip dd").first).to_have_text(number)
    with transaction() as session:
        assert session.exec(select(Case.number)).one() == number


def test_two_requests_in_two_tabs_stay_apart(site: Site, page: Page) -> None:
    tabs = page, page.context.new_page()
    for tab, name in zip(tabs, ("李秀英", "王大山"), strict=True):
        tab.bring_to_front()
        tab.goto(f"{site.address}/ask")
        _fill_in(tab)
        tab.get_by_label("所需政府信息").fill(f"{name}的房屋征收补偿方案")
        tab.get_by_role("button", name="核对填写内容").click()
    for tab in tabs:
        tab.bring_to_front()
        tab.get_by_role("button", name="提交申请").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("申请已提交")
    slips = [tab.locator(".slip dd").all_inner_texts() for tab in tabs]
    for tab, slip, name in zip(tabs, slips, ("李秀英", "王大山"), strict=True):
        tab.bring_to_front()
        tab.reload()
        assert tab.locator(".slip dd").all_inner_texts() == slip
        expect(tab.get_by_text(f"{name}的房屋征收补偿方案")).to_be_visible()
    assert slips[0] != slips[1]


def test_the_language_can_be_changed_in_the_middle_of_the_form(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/ask")
    _fill_in(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a request")
    expect(page.get_by_label("The information you want")).to_have_value(WANTED)
    expect(page.get_by_label("Natural person")).to_be_checked()


def test_the_pages_fit_a_narrow_screen(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/ask", "/follow", "/signin", "/nowhere"):
        for tongue in ("zh", "en"):
            page.goto(f"{site.address}{path}?lang={tongue}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, f"{path} in {tongue} is {wide} px wide"
