"""A day at the desk: a fax and a registered letter come in, and one of them is carried to its answer by two people."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from requestflow.clock import today
from requestflow.rules.words import spoken
from requestflow.rules.workdays import national
from tests.stories.conftest import Site

WANTED = "2025年滨河路东段房屋征收补偿方案"


def _workdays_ago(n: int) -> date:
    day = today()
    while national().count(day, today()) < n:
        day -= timedelta(days=1)
    return day


def _type_in(page: Page, name: str, kind: str, wanted: str) -> None:
    """The rest of the counter's page, by keyboard from the field that has the focus."""
    page.get_by_label("姓名或者名称").fill(name)
    page.get_by_label("申请人类型").select_option(label=kind)
    page.get_by_label("申请公开的政府信息").fill(wanted)
    page.get_by_role("button", name="保存并编号").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回执")


def _step(page: Page, name: str, *, on: date | None = None, **typed: str) -> None:
    """Takes a step from the page of the case."""
    page.get_by_role("complementary").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    if on:
        page.locator("#f-on").fill(on.isoformat())
    for key, value in typed.items():
        page.locator(f"#f-{key}").fill(value)
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status")).to_have_text(f"已办理：{name}")


def test_a_clerk_carries_a_fax_to_its_answer_with_the_consent_of_a_head(site: Site, page: Page) -> None:
    arrived, asked, answered = _workdays_ago(8), _workdays_ago(5), _workdays_ago(3)

    site.sign_in(page, "clerk")
    page.get_by_role("link", name="登记申请").first.click()
    expect(page.get_by_label("当面", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")  # from face to face to fax
    expect(page.get_by_label("传真")).to_be_checked()
    expect(page.get_by_label("签收之日")).to_be_hidden()
    page.get_by_label("提交或者到达之日").fill(arrived.isoformat())
    _type_in(page, "李秀英", "自然人", WANTED)
    number, code = page.locator(".slip dd").all_inner_texts()
    expect(page.get_by_text("尚未确认")).to_be_visible()

    page.get_by_role("link", name="登记下一件").click()
    expect(page.get_by_label("传真")).to_be_checked()  # as the last one came
    page.get_by_label("挂号、特快专递等签收邮件").check()
    page.get_by_label("签收之日").fill(_workdays_ago(1).isoformat())
    _type_in(page, "宁夏正和律师事务所", "法律服务机构", "棚户区改造资金使用情况")

    page.get_by_role("link", name="待办案件").click()
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("李秀英")  # unconfirmed: before the letter, which has its term
    expect(rows.nth(1)).to_contain_text("待确认")
    expect(rows.nth(2)).to_contain_text("剩19个工作日")

    page.get_by_role("link", name=number, exact=True).first.click()
    _step(page, "与申请人确认", on=arrived)
    _step(page, "分派")
    _step(page, "征求第三方意见", on=asked, party="恒远置业有限公司", question="是否同意公开单价")
    expect(page.get_by_role("complementary", name="状态和下一步")).to_contain_text("征求第三方意见")
    page.get_by_role("complementary").get_by_role("link", name="登记反馈意见").click()
    page.locator("#f-on").fill(answered.isoformat())
    page.get_by_label("不同意公开", exact=True).check()
    page.get_by_role("button", name="登记反馈意见").click()

    before = national().add(answered, 17)  # three of twenty were used when the third party was asked
    expect(page.get_by_role("complementary", name="状态和下一步")).to_contain_text(spoken(before).zh)
    _step(page, "报请延期", workdays="10", reason="需要逐份审查合同")
    expect(page.get_by_role("link", name="同意延期")).to_have_count(0)  # that is for the head
    address = page.url

    page.context.clear_cookies()
    site.sign_in(page, "head")
    page.get_by_role("link", name=re.compile("待同意延期")).click()
    page.get_by_role("link", name=number, exact=True).click()
    _step(page, "同意延期")

    page.context.clear_cookies()
    site.sign_in(page, "clerk")
    page.goto(address)
    _step(page, "延期告知")
    after = national().add(answered, 27)
    expect(page.get_by_role("complementary", name="状态和下一步")).to_contain_text(spoken(after).zh)
    page.get_by_text("逐日计算").click()
    expect(page.get_by_text("征求恒远置业有限公司意见，不计入期限").first).to_be_visible()

    page.get_by_role("complementary").get_by_role("link", name="作出答复", exact=True).click()
    page.get_by_label(re.compile("部分公开")).check()
    page.get_by_role("main").get_by_role("button", name="作出答复").click()
    expect(page.get_by_role("alert")).to_contain_text("必须说明理由")
    expect(page.get_by_label(re.compile("部分公开"))).to_be_checked()
    page.get_by_role("textbox", name="理由").fill("单价属于商业秘密，其余予以公开。")
    page.get_by_role("main").get_by_role("button", name="作出答复").click()
    page.get_by_role("complementary").get_by_role("link", name="送达", exact=True).click()
    page.get_by_label("邮寄送达").check()
    page.get_by_label("邮件号").fill("XA12345678962")
    page.get_by_role("main").get_by_role("button", name="送达", exact=True).click()
    expect(page.get_by_role("complementary", name="状态和下一步")).to_contain_text("按时")

    page.get_by_role("link", name="待办案件").first.click()
    expect(page.get_by_text("李秀英")).to_have_count(0)
    page.get_by_role("link", name="查找全部案件").click()
    page.get_by_label("受理编号或者申请人").fill("李秀英")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").nth(1)).to_contain_text("部分公开")

    page.context.clear_cookies()  # the citizen, at home
    page.goto(f"{site.address}/follow")
    page.get_by_label("受理编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("部分公开").first).to_be_visible()
    expect(page.get_by_text("恒远置业")).to_have_count(0)  # who was asked is not the applicant's to know
