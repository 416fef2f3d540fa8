"""The letter keys of the desk, in a real browser: they lead where they say, not while one types, and can be off."""

import re

import pytest
from playwright.sync_api import Page, expect

from requestflow.clock import now, today
from requestflow.rules.roles import Hand
from requestflow.services import agencies, intake
from requestflow.services.entry import Entry
from requestflow.store.session import transaction
from tests.make import a_request
from tests.stories.conftest import Site
from tests.stories.keyboard import settled

NAMES = ("李秀英", "王建国", "赵淑芬")


@pytest.fixture
def desk(site: Site, page: Page) -> Page:
    """The queue of a clerk, with three cases on it, the first first."""
    with transaction() as session:
        for name in NAMES:
            new = a_request(applicant_name=name, submitted_on=today())
            intake.register(session, agencies.found(session, "CITY"), new, Entry(Hand.ledger, today(), now()))
    site.sign_in(page, "clerk")
    page.goto(f"{site.address}/desk")
    settled(page)
    return page


def _at(page: Page, title: str) -> None:
    """Waits for the page of that title, its script and its focus."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settled(page)


def _row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.querySelector('.who-asks').textContent ?? ''"))


def test_the_rows_of_the_queue_are_walked_ticked_and_opened(desk: Page) -> None:
    assert _row(desk) == "李秀英", "the focus is where the next key belongs"
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    assert _row(desk) == "赵淑芬", "the last row is the last"
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    assert desk.locator("input[name=case]").evaluate_all("all => all.map(one => one.checked)") == [False, True, False]
    assert _row(desk) == "王建国"
    desk.keyboard.press("Enter")
    _at(desk, "王建国")


def test_a_case_is_carried_on_by_its_letters(desk: Page) -> None:
    desk.keyboard.press("Enter")
    _at(desk, "李秀英")
    expect(desk.get_by_role("complementary").get_by_role("link", name="分派", exact=True)).to_be_focused()
    desk.keyboard.press("d")
    _at(desk, "作出答复")
    desk.get_by_label(re.compile("予以公开，提供信息")).check()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("status")).to_have_text("已办理：作出答复")
    settled(desk)
    desk.keyboard.press("g")
    desk.keyboard.press("q")
    _at(desk, "待办案件")


def test_no_letter_fires_while_somebody_types_or_leads_away_from_what_is_not_sent(desk: Page) -> None:
    desk.keyboard.press("/")
    expect(desk.get_by_label("受理编号或者申请人")).to_be_focused()
    desk.keyboard.type("ngq?jd")
    expect(desk.get_by_label("受理编号或者申请人")).to_have_value("ngq?jd")
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    _at(desk, "登记申请")
    desk.get_by_label("申请公开的政府信息").fill("写了很久")
    desk.keyboard.press("Escape")
    for letter in "gqn/":
        desk.keyboard.press(letter)
    expect(desk.get_by_label("申请公开的政府信息")).to_have_value("写了很久")


def test_the_list_of_keys_opens_on_every_page_of_the_desk(desk: Page) -> None:
    for _ in range(2):
        desk.keyboard.press("?")
        expect(desk.get_by_text("列表中的下一件、上一件")).to_be_visible()
        desk.keyboard.press("?")
        expect(desk.get_by_text("列表中的下一件、上一件")).to_be_hidden()
        desk.keyboard.press("n")
        _at(desk, "登记申请")
    desk.keyboard.press("?")
    desk.get_by_role("link", name="全部按键").click()
    _at(desk, "键盘操作")


def test_the_letters_can_be_turned_off_and_on(site: Site, desk: Page) -> None:
    desk.goto(f"{site.address}/help/keys")
    desk.get_by_role("button", name="关闭单键").click()
    expect(desk.get_by_text("本浏览器已关闭单键")).to_be_visible()
    desk.goto(f"{site.address}/desk")
    settled(desk)
    desk.keyboard.press("n")
    desk.keyboard.press("j")
    assert _row(desk) == "李秀英"
    assert desk.locator("[data-key='n']").count() == 0
    desk.get_by_text("键盘操作").click()
    desk.get_by_role("link", name="全部按键").click()
    desk.get_by_role("button", name="开启单键").click()
    expect(desk.get_by_text("本浏览器已开启单键")).to_be_visible()
    settled(desk)
    desk.keyboard.press("g")
    desk.keyboard.press("q")
    _at(desk, "待办案件")
