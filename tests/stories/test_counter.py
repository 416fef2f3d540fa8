"""At the counter a faxed request by a known applicant is entered within 60 seconds, by keyboard alone."""

from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlmodel import col, select

from requestflow.clock import now, today
from requestflow.rules.channels import Channel
from requestflow.rules.roles import Hand
from requestflow.services import agencies, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests.make import a_request
from tests.stories.conftest import Site
from tests.stories.keyboard import Keyboard, settled

SECONDS = 60
KEYS_A_SECOND = 2
WANTED = "请公开2025年滨河路东段房屋征收补偿方案，以及该项目的社会稳定风险评估报告。"


def _known(**about: str) -> None:
    """An applicant who asked for something else a month ago."""
    day = today() - timedelta(days=30)
    with transaction() as session:
        new = a_request(submitted_on=day, description="去年的部门预算", **about)
        intake.register(session, agencies.found(session, "CITY"), new, Entry(Hand.ledger, today(), now()))


def _last() -> Case:
    with reading() as session:
        return session.exec(select(Case).order_by(col(Case.id).desc())).first()  # type: ignore[return-value]  # there is one


def _fax(site: Site, page: Page) -> Keyboard:
    """The keyboard at the empty page for a fax, as soon as the field of the name has the focus."""
    page.goto(f"{site.address}/counter?way=fax")
    settled(page)
    return Keyboard(page)


def test_a_faxed_request_by_a_known_applicant_takes_a_minute_at_most(site: Site, page: Page) -> None:
    _known(applicant_name="宁夏正和律师事务所", applicant_kind="legal_service", phone="0951-6012233", address="银川市")
    _known(applicant_name="李秀英", phone="0953-2030001", id_number="640302198001011234", postcode="751100")
    site.sign_in(page, "clerk")
    page.goto(f"{site.address}/desk")
    settled(page)
    keys = Keyboard(page)

    keys.press("n")
    expect(page.get_by_label("当面", exact=True)).to_be_focused()
    keys.press("ArrowRight")  # the first one of the day: from face to face to fax
    keys.tab_to(page.get_by_label("姓名或者名称"))
    keys.type("2030001")  # as it stands on the paper
    keys.press("Tab", "Enter")
    expect(page.get_by_label("姓名或者名称")).to_have_value("李秀英")
    expect(page.get_by_label("申请公开的政府信息")).to_be_focused()
    keys.copy_out(WANTED)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("回执")
    expect(page.get_by_role("link", name="登记下一件")).to_be_focused()

    case = _last()
    assert (case.applicant_name, case.channel, case.submitted_on) == ("李秀英", Channel.fax, today())
    assert (case.id_number, case.postcode, case.description) == ("640302198001011234", "751100", WANTED)
    assert keys.pressed <= 30
    assert keys.pressed <= SECONDS * KEYS_A_SECOND, "beside the text of the request"

    again = Keyboard(page)
    again.press("Enter")
    expect(page.get_by_label("传真")).to_be_checked()
    expect(page.get_by_label("姓名或者名称")).to_be_focused()
    again.type("正和")
    again.press("Tab", "Enter")  # the button beside the name
    expect(page.get_by_label("申请公开的政府信息")).to_be_focused()
    again.copy_out(WANTED)
    again.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("回执")
    assert (_last().applicant_name, _last().phone) == ("宁夏正和律师事务所", "0951-6012233")
    assert again.pressed <= 10, "the second one is quicker still"


def test_of_several_who_fit_one_key_takes_the_first(site: Site, page: Page) -> None:
    for name, phone in (("李秀英", "0953-1"), ("李秀兰", "0953-2")):
        _known(applicant_name=name, phone=phone)
    site.sign_in(page, "clerk")
    keys = _fax(site, page)
    keys.type("李秀")
    keys.press("Tab", "Enter")
    expect(page.get_by_role("group", name="有2位相符的申请人，请选择")).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_label("姓名或者名称")).to_have_value("李秀兰")
    expect(page.get_by_label("联系电话")).to_have_value("0953-2")


def test_a_paper_entered_twice_is_asked_about_and_nothing_is_lost(site: Site, page: Page) -> None:
    _known(applicant_name="李秀英", phone="0953-2030001")
    site.sign_in(page, "clerk")
    for _ in range(2):
        keys = _fax(site, page)
        keys.type("李秀英")
        keys.press("Tab", "Enter")
        expect(page.get_by_label("申请公开的政府信息")).to_be_focused()
        keys.copy_out(WANTED)
        keys.press("Control+Enter")
        expect(page.get_by_role("heading", name="回执", level=1).or_(page.get_by_role("alert"))).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("相似")
    expect(page.get_by_label("申请公开的政府信息")).to_have_value(WANTED)
    keys.tab_to(page.get_by_role("button", name="仍然登记"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("回执")


def test_without_scripts_it_goes_by_tab_and_enter(site: Site, page: Page) -> None:
    _known(applicant_name="李秀英", phone="0953-2030001")
    browser = page.context.browser
    assert browser is not None
    bare = browser.new_context(java_script_enabled=False).new_page()
    site.sign_in(bare, "clerk")
    keys = _fax(site, bare)
    keys.type("秀英")
    keys.press("Tab", "Enter")
    expect(bare.get_by_label("姓名或者名称")).to_have_value("李秀英")
    keys.copy_out(WANTED)
    keys.press("Tab", "Tab", "Tab", "Tab", "Enter")
    expect(bare.get_by_role("heading", level=1)).to_have_text("回执")
    bare.context.close()
