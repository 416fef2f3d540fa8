"""A citizen wants to know why a house is to be demolished: asks online, is reached, corrects, and reads the answer."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.words import spoken
from requestflow.services import casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case, Person
from requestflow.store.session import transaction
from requestflow.web.public.questions import NAMES
from tests.stories.conftest import Site

WANTED = "2025年滨河路东段房屋征收补偿方案"


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="继续").last.click()


def _answer_five(page: Page, name: str = "李秀英") -> None:
    """From the second question to the check."""
    page.get_by_label("所需政府信息").fill(WANTED if name == "李秀英" else f"{name}的房屋征收补偿方案")
    _go_on(page)
    page.get_by_label("自然人").check()
    page.get_by_label("姓名或者名称").fill(name)
    _go_on(page)
    page.get_by_label("居民身份证").check()
    page.get_by_label("证件号码").fill("11010519491231002X")
    _go_on(page)
    page.get_by_label("电子邮箱").fill("li@example.org")
    _go_on(page)
    page.get_by_label("电子邮件发送").check()
    _go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("核对填写内容")


def _answer_all(page: Page, site: Site, name: str = "李秀英") -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_label("吴山市自然资源局").check()
    _go_on(page)
    _answer_five(page, name)


def _browser_of(page: Page) -> Browser:
    browser = page.context.browser
    assert browser is not None
    return browser


def _office(session: Session) -> tuple[Case, Entry]:
    """The only case, and an officer of its office who types something in."""
    clerk = session.exec(select(Person).where(Person.login == "land.clerk")).one()
    return session.exec(select(Case)).one(), Entry(by=clerk, today=today(), now=now())


def test_a_citizen_asks_corrects_and_reads_the_answer(site: Site, page: Page) -> None:
    page.goto(site.address)
    page.get_by_role("main").get_by_role("link", name="开始").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请前须知")
    page.get_by_role("main").get_by_role("link", name="提出申请").click()

    _go_on(page)  # too early: the page says what is missing
    expect(page.get_by_role("alert")).to_contain_text("请选择向哪个机关申请")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="受理机关").click()
    expect(page.get_by_role("group", name="受理机关")).to_be_focused()

    page.get_by_label("吴山市自然资源局").check()
    _go_on(page)
    page.get_by_label("所需政府信息").type("为什么要拆我家的房子")  # as a worried person begins
    expect(page.get_by_text("这像是咨询或者投诉")).to_be_visible()
    page.get_by_label("所需政府信息").fill(WANTED)
    expect(page.get_by_text("这像是咨询或者投诉")).to_be_hidden()
    expect(page.get_by_text("已写明").first).to_be_visible()
    _answer_five(page)

    page.get_by_role("link", name="修改 电子邮箱").click()  # and back again: nothing is lost
    expect(page.get_by_label("电子邮箱")).to_have_value("li@example.org")
    page.get_by_label("电子邮箱").fill("li.xiuying@example.org")
    page.get_by_role("button", name="保存并返回核对页").click()
    expect(page.get_by_text("li.xiuying@example.org")).to_be_visible()
    page.get_by_role("button", name="提交申请").dblclick()  # an impatient hand

    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number, code = page.locator(".slip dd").all_inner_texts()[:2]

    with transaction() as session:
        case, entry = _office(session)
        intake.confirm(session, case, today(), entry)
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, entry)

    page.context.clear_cookies()  # another day, another device
    page.goto(f"{site.address}/follow?number={number}")  # as the picture on the receipt leads
    expect(page.get_by_label("受理编号")).to_have_value(number)
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("请写明起止门牌。").first).to_be_visible()
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
    expect(page.get_by_role("heading", name="予以公开，提供信息", exact=True)).to_be_visible()
    expect(page.get_by_text("予以公开，提供信息").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Granted: provided").first).to_be_visible()


def test_enter_in_a_line_of_a_question_goes_on_and_not_back(site: Site, page: Page) -> None:
    _answer_all(page, site)
    page.get_by_role("link", name="修改 联系电话").click()
    page.get_by_label("联系电话").fill("not a number")
    page.get_by_label("联系电话").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("联系电话的格式不对")
    page.get_by_label("联系电话").fill("")
    page.get_by_label("联系电话").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对填写内容")


def test_a_request_is_made_by_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/ask")
    _tab_to(page, "吴山市人民政府", "radio")
    page.keyboard.press("ArrowDown")  # the next office of the list
    page.keyboard.press("Enter")
    _tab_to(page, "所需政府信息", "textbox")
    page.keyboard.type(WANTED)
    _tab_to(page, "继续", "button")
    page.keyboard.press("Enter")
    _tab_to(page, "公民个人（自然人）", "radio")
    page.keyboard.press("Space")
    _tab_to(page, "姓名或者名称", "textbox")
    page.keyboard.type("李秀英")
    page.keyboard.press("Enter")
    _tab_to(page, "证件号码", "textbox")
    page.keyboard.type("11010519491231002X")
    page.keyboard.press("Enter")
    _tab_to(page, "联系电话 （选填）", "textbox")
    page.keyboard.type("139 0953 0000")
    page.keyboard.press("Enter")
    _tab_to(page, "电子邮件发送", "radio")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _tab_to(page, "提交申请", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    with transaction() as session:
        case = session.exec(select(Case)).one()
        assert (case.description, case.wanted_delivery) == (WANTED, "direct")


def _tab_to(page: Page, name: str, role: str) -> None:
    """Presses Tab until the element has the focus, as a hand without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True).last  # type: ignore[arg-type]  # a role by its name
    wanted.wait_for()
    for _nth in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by the keyboard")


def test_a_request_is_made_without_javascript(site: Site, page: Page) -> None:
    page = _browser_of(page).new_context(java_script_enabled=False).new_page()
    _answer_all(page, site)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    page.get_by_role("link", name="查看办理进度").click()
    expect(page.get_by_text("到").first).to_be_visible()
    expect(page.get_by_text(WANTED)).to_be_visible()
    page.context.close()


def test_the_way_back_is_open_from_the_receipt_to_the_first_question(site: Site, page: Page) -> None:
    _answer_all(page, site)
    page.go_back()
    expect(page.get_by_label("电子邮件发送")).to_be_checked()
    for title in ("怎样联系您？", "申请人的证件", "申请人是谁？"):
        page.get_by_role("button", name="返回").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_label("姓名或者名称")).to_have_value("李秀英")
    for _nth in range(4):
        _go_on(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    number = page.locator(".slip dd").first.inner_text()
    for _ in range(5):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("没有找到这一页")
        expect(page.get_by_role("main")).to_be_visible()
    with transaction() as session:
        assert session.exec(select(Case.number)).one() == number


def test_a_request_is_left_and_gone_on_with_after_the_browser_was_closed(site: Site, page: Page) -> None:
    browser = _browser_of(page)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.address}/ask")
    page.get_by_label("吴山市自然资源局").check()
    _go_on(page)
    lasting = [cookie for cookie in context.cookies() if cookie["expires"] > 0]  # what outlives the browser
    context.close()
    again = browser.new_context()
    again.add_cookies(lasting)  # type: ignore[arg-type]  # as the browser gave them
    page = again.new_page()
    page.goto(site.address)
    expect(page.get_by_text("您有一件尚未提交的申请")).to_be_visible()
    page.get_by_role("link", name="接着填写").click()
    _answer_five(page)
    again.close()


def test_two_requests_in_two_tabs_stay_apart(site: Site, page: Page) -> None:
    tabs = page, page.context.new_page()
    names = ("李秀英", "王大山")
    for tab, name in zip(tabs, names, strict=True):
        tab.bring_to_front()
        _answer_all(tab, site, name)
    for tab in tabs:
        tab.bring_to_front()
        tab.get_by_role("button", name="提交申请").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("申请已提交")
    slips = [tab.locator(".slip dd").all_inner_texts() for tab in tabs]
    for tab, slip, wanted in zip(tabs, slips, (WANTED, "王大山的房屋征收补偿方案"), strict=True):
        tab.bring_to_front()
        tab.reload()
        assert tab.locator(".slip dd").all_inner_texts() == slip
        expect(tab.get_by_text(wanted)).to_be_visible()
    assert slips[0] != slips[1]


def test_the_language_can_be_changed_in_the_middle_of_a_question(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_label("吴山市自然资源局").check()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which office do you want to ask?")
    expect(page.get_by_label("吴山市自然资源局")).to_be_checked()
    page.get_by_role("button", name="Continue").last.click()
    page.get_by_label("The information you want").fill(WANTED)
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_label("所需政府信息")).to_have_value(WANTED)


def test_only_the_address_that_is_needed_is_asked_for(site: Site, page: Page) -> None:
    _answer_all(page, site)
    page.get_by_role("link", name="修改 获取信息的方式").click()
    expect(page.get_by_label("发送到这个电子邮箱")).to_have_value("li@example.org")
    expect(page.get_by_label("寄到这个地址")).to_be_hidden()
    page.get_by_label("邮寄").check()
    expect(page.get_by_label("发送到这个电子邮箱")).to_be_hidden()
    page.get_by_role("button", name="保存并返回核对页").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写通信地址")
    page.get_by_label("寄到这个地址").fill("吴山市光明街1号")
    page.get_by_role("button", name="保存并返回核对页").click()
    expect(page.get_by_text("吴山市光明街1号")).to_be_visible()


def test_the_pages_fit_a_narrow_screen(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    _answer_all(page, site)
    draft = page.url.rpartition("/")[0].removeprefix(site.address)
    questions = [f"{draft}/{name}" for name in (*NAMES, "check")]
    for path in ("/", "/before", "/offices", "/ask", *questions, "/follow", "/signin", "/nowhere"):
        for tongue in ("zh", "en"):
            page.goto(f"{site.address}{path}?lang={tongue}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, f"{path} in {tongue} is {wide} px wide"
    page.get_by_role("heading", level=1).wait_for()
    page.goto(f"{site.address}{draft}/check?lang=zh")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
