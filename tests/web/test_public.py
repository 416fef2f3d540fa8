"""The citizen's room: asking by the form of Art. 29, one question a page, to the receipt."""

import pytest
from flask import Flask
from sqlmodel import delete, select

from requestflow.clock import today
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.lifecycle import State
from requestflow.store.models import Case, Draft, Mail
from requestflow.store.session import reading, transaction
from requestflow.web.public.questions import NAMES, QUESTIONS
from requestflow.web.remembered import DRAFTS, MOST
from tests.web.citizen import (
    ANSWERS,
    ask,
    begin,
    check,
    fill_in,
    follow,
    only_case,
    own_page,
    path_of,
    slip_of,
    to_send,
)
from tests.web.conftest import Page, Visitor, statements


def _wrong(page: Page) -> list[str | None]:
    return [link.get("href") for link in page.every(".//div[@role='alert']//a")]


def test_the_answers_are_shown_once_more_before_anything_is_stored(app: Flask, visitor: Visitor) -> None:
    page = check(visitor)
    assert page.status == 200
    for said in ("吴山市自然资源局", "李秀英", "自然人", "11010519491231002X", "电子邮件发送"):
        assert said in page.text
    with reading() as session:
        assert session.exec(select(Case)).all() == []


def test_a_sent_request_is_a_web_case_that_waits_to_be_confirmed(app: Flask, visitor: Visitor) -> None:
    page = ask(visitor)
    with reading() as session:
        case = only_case(session)
    assert case.channel is Channel.web
    assert case.state is State.received
    assert case.submitted_on == today()
    assert case.received_on is None
    assert case.wanted_delivery is Delivery.electronic
    assert case.id_type == "居民身份证"
    assert case.number in page.text


def test_a_case_is_made_in_ten_statements_of_which_one_commits(visitor: Visitor) -> None:
    checked = check(visitor)
    with statements() as said:
        visitor.post(to_send(checked))
    assert len([statement for statement in said if not statement.startswith(("BEGIN", "PRAGMA"))]) <= 10


def test_each_question_tells_where_one_is_and_the_last_leads_to_the_check(visitor: Visitor) -> None:
    draft = begin(visitor)
    for nth, question in enumerate(QUESTIONS, 1):
        page = visitor.get(f"{draft}/{question.name}")
        assert f"第{nth}问，共6问" in page.text
        assert page.found("body/main//h1").text == question.title.zh
        after = visitor.post(f"{draft}/{question.name}", {name: ANSWERS[name] for name in question.fields}, follow=True)
        assert path_of(after) == (f"{draft}/{NAMES[nth]}" if nth < len(NAMES) else f"{draft}/check")


def test_the_way_back_keeps_what_was_typed_even_if_it_is_wrong(visitor: Visitor) -> None:
    draft = begin(visitor)
    visitor.get(f"{draft}/reach")
    page = visitor.post(f"{draft}/reach?to=back", {"phone": "my son knows"}, follow=True)
    assert path_of(page) != f"{draft}/reach"
    assert visitor.get(f"{draft}/reach").typed("phone") == "my son knows"


def test_the_way_back_leads_from_the_first_question_to_what_one_should_know(visitor: Visitor) -> None:
    draft = begin(visitor)
    visitor.get(f"{draft}/office")
    assert path_of(visitor.post(f"{draft}/office?to=back", {"agency": "CITY"}, follow=True)) == "/before"
    assert visitor.get(f"{draft}/office").typed("agency") == "CITY"
    assert path_of(visitor.post(f"{draft}/what?to=back", {"description": "x"}, follow=True)) == f"{draft}/office"


def test_a_draft_is_gone_on_with_at_the_first_question_without_an_answer(visitor: Visitor) -> None:
    draft = begin(visitor)
    assert path_of(follow(visitor, draft)) == f"{draft}/what"
    assert path_of(fill_in(visitor, draft, applicant_name="")) == f"{draft}/who"
    fill_in(visitor, draft)
    assert path_of(follow(visitor, draft)) == f"{draft}/check"


def test_the_first_page_offers_to_go_on_with_what_is_not_sent_and_to_delete_it(visitor: Visitor) -> None:
    assert "尚未提交的申请" not in visitor.get("/").text
    draft = begin(visitor)
    home = visitor.get("/")
    assert "您有一件尚未提交的申请" in home.text
    assert "吴山市自然资源局" in home.text
    assert home.every(f".//a[@href='{draft}']")
    page = visitor.post(f"{draft}/discard", follow=True)
    assert "没有提交" in page.text
    assert "您有一件尚未提交的申请" not in page.text
    with reading() as session:
        assert session.exec(select(Draft)).all() == []
    assert visitor.get(f"{draft}/what").response.location == "/ask"


def test_a_draft_lives_in_a_browser_for_a_day_and_its_cookie_tells_no_page_of_it(visitor: Visitor) -> None:
    draft = begin(visitor)
    cookie = visitor.client.get_cookie(DRAFTS)
    assert cookie is not None
    assert cookie.max_age == 24 * 3600
    assert cookie.http_only
    assert draft.rpartition("/")[2] not in cookie.value
    visitor.client.set_cookie(DRAFTS, cookie.value[:-3] + "abc")
    assert visitor.get(f"{draft}/what").response.location == "/ask"


def test_the_office_has_to_confirm_the_same_day_says_every_page(visitor: Visitor) -> None:
    receipt = ask(visitor)
    for page in (visitor.get("/"), visitor.get("/before"), receipt, visitor.get(own_page(receipt))):
        assert "当天" in page.text or "收到当日" in page.text
        assert "第31条" in page.text


def test_the_same_form_sent_twice_makes_one_case_and_shows_one_receipt(app: Flask, visitor: Visitor) -> None:
    checked = check(visitor)
    first, second = (visitor.post(to_send(checked), follow=True) for _ in range(2))
    assert path_of(first) == path_of(second)
    assert slip_of(first) == slip_of(second)
    assert "这件申请已经提交" in second.text
    with reading() as session:
        assert only_case(session).number == slip_of(second)[0]
        assert len(session.exec(select(Mail)).all()) == 1


def test_two_requests_in_two_tabs_keep_their_own_receipts(visitor: Visitor) -> None:
    one, other = (check(visitor, description=what) for what in ("甲方案", "乙方案"))
    receipts = [visitor.post(to_send(checked), follow=True) for checked in (one, other)]
    for receipt, what in zip(receipts, ("甲方案", "乙方案"), strict=True):
        again = visitor.get(path_of(receipt))
        assert what in again.text
        assert slip_of(again) == slip_of(receipt)
        assert what in visitor.get(own_page(receipt)).text
    assert slip_of(receipts[0]) != slip_of(receipts[1])


def test_a_browser_remembers_the_last_twenty_requests_within_what_a_cookie_holds(visitor: Visitor) -> None:
    receipts = [ask(visitor) for _ in range(MOST + 1)]
    assert visitor.get(path_of(receipts[0])).response.location == "/follow"
    assert slip_of(visitor.get(path_of(receipts[1]))) == slip_of(receipts[1])
    for name in ("requestflow", DRAFTS):
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        assert len(cookie.value) < 3000


def test_a_draft_and_a_receipt_open_in_no_other_browser(visitor: Visitor, app: Flask) -> None:
    checked = check(visitor)
    stranger = Visitor(app.test_client())
    page = stranger.get(path_of(checked))
    assert page.response.location == "/ask"
    assert ANSWERS["applicant_name"] not in page.response.text
    receipt = visitor.post(to_send(checked), follow=True)
    assert stranger.get(path_of(receipt)).response.location == "/follow"


def test_the_address_of_a_draft_tells_nothing_of_its_key_or_code(visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    draft = path_of(visitor.post("/ask", {"agency": "LAND", "key": key}, follow=True)).rpartition("/")[0]
    checked = fill_in(visitor, draft)
    receipt = visitor.post(to_send(checked), follow=True)
    for page in (checked, receipt):
        assert key not in path_of(page)
        assert slip_of(receipt)[1] not in path_of(page)


def test_whoever_comes_back_to_a_request_that_was_sent_sees_its_receipt(visitor: Visitor) -> None:
    checked = check(visitor)
    receipt = visitor.post(to_send(checked), follow=True)
    draft = path_of(checked).removesuffix("/check")
    for path in (draft, f"{draft}/what", f"{draft}/check"):
        page = Page(visitor.client.get(path), None)
        assert page.response.location == path_of(receipt)
        assert "这件申请已经提交" in visitor.get(path_of(receipt)).text
    changed = visitor.post(f"{draft}/what", {"description": "乙方案"}, follow=True)
    assert path_of(changed) == path_of(receipt)


def test_the_first_question_sent_once_more_after_its_request_was_sent_begins_another(
    app: Flask, visitor: Visitor
) -> None:
    key = visitor.get("/ask").typed("key")
    for what in ("甲方案", "乙方案"):
        first = visitor.post("/ask", {"agency": "LAND", "key": key}, follow=True)
        checked = fill_in(visitor, path_of(first).rpartition("/")[0], description=what)
        assert what in visitor.post(to_send(checked), follow=True).text
    with reading() as session:
        assert set(session.exec(select(Case.description))) == {"甲方案", "乙方案"}


def test_a_draft_that_is_no_longer_kept_leads_to_the_first_question_and_says_that_nothing_was_sent(
    visitor: Visitor,
) -> None:
    checked = check(visitor)
    with transaction() as session:
        session.exec(delete(Draft))
    page = visitor.post(to_send(checked), follow=True)
    assert path_of(page) == "/ask"
    assert "没有提交" in page.text


@pytest.mark.parametrize(
    ("question", "fields", "sentence"),
    [
        ("office", ["agency"], "请选择向哪个机关申请。"),
        ("what", ["description"], "请写明您想知道什么。"),
        ("who", ["applicant_kind", "applicant_name"], "请选择申请人的类型。"),
        ("document", ["id_type", "id_number"], "请填写证件号码。"),
        ("reach", ["phone"], "至少填写一种联系方式"),
        ("receive", ["wanted_delivery"], "请选择以何种方式获取信息。"),
    ],
)
def test_a_question_left_empty_says_what_to_do_on_its_own_page(
    visitor: Visitor, question: str, fields: list[str], sentence: str
) -> None:
    draft = begin(visitor)
    visitor.post(f"{draft}/who", {"applicant_kind": "natural_person"})
    empty = dict.fromkeys(next(asked.fields for asked in QUESTIONS if asked.name == question), "")
    page = visitor.post(f"{draft}/{question}", empty, follow=True)
    assert path_of(page) == f"{draft}/{question}"
    assert page.title.startswith("错误")
    assert _wrong(page) == [f"#f-{field}" for field in fields]
    assert sentence in page.text


@pytest.mark.parametrize(
    ("changed", "question", "field", "sentence"),
    [
        ({"id_number": "110105194912310021"}, "document", "id_number", "请对照证件逐位核对"),
        ({"id_type": "统一社会信用代码"}, "document", "id_type", "请选择个人证件"),
        ({"email": "li at example"}, "reach", "email", "电子邮箱的格式不对"),
        ({"email": ""}, "receive", "email", "请填写电子邮箱"),
        ({"wanted_delivery": "post"}, "receive", "address", "请填写通信地址"),
        ({"wanted_delivery": "direct", "phone": "", "email": ""}, "reach", "phone", "至少填写一种联系方式"),
        ({"postcode": "7510"}, "reach", "postcode", "邮政编码的格式不对"),
        ({"agency": "MOON"}, "office", "agency", "请从列表中选择机关"),
        ({"applicant_kind": "dog"}, "who", "applicant_kind", "请从所列选项中选择一项"),
    ],
)
def test_a_mistake_lands_on_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, changed: dict[str, str], question: str, field: str, sentence: str
) -> None:
    draft = begin(visitor)
    fill_in(visitor, draft, **changed)
    asked = next(asked for asked in QUESTIONS if asked.name == question)
    answers = {**ANSWERS, **changed}
    page = visitor.post(f"{draft}/{question}", {name: answers[name] for name in asked.fields}, follow=True)
    assert path_of(page) == f"{draft}/{question}"
    assert sentence in page.text
    assert f"#f-{field}" in _wrong(page)
    for name in asked.fields:
        if name not in changed:
            assert page.typed(name) == ANSWERS[name]


def test_the_check_leads_to_the_first_question_that_is_wrong(visitor: Visitor) -> None:
    page = check(visitor, email="li at example", wanted_delivery="direct")
    assert path_of(page).endswith("/reach")
    assert _wrong(page) == ["#f-email"]


def test_a_change_from_the_check_returns_to_it(visitor: Visitor) -> None:
    checked = check(visitor)
    links = [a.get("href", "") for a in checked.every(".//dd[@class='change']/a")]
    assert len(links) == len(ANSWERS)
    to_email = next(link for link in links if link.endswith("#f-email")).partition("#")[0]
    page = visitor.get(to_email)
    assert page.typed("email") == ANSWERS["email"]
    action = page.found(".//form[@id='ask']").get("action", "")
    page = visitor.post(action, {"email": "wrong"}, follow=True)
    assert _wrong(page) == ["#f-email"]
    action = page.found(".//form[@id='ask']").get("action", "")
    page = visitor.post(action, {"email": "new@example.org"}, follow=True)
    assert path_of(page) == path_of(checked)
    assert "new@example.org" in page.text


def test_whoever_becomes_an_organisation_at_the_check_is_asked_for_its_document(visitor: Visitor) -> None:
    checked = check(visitor)
    draft = path_of(checked).removesuffix("/check")
    page = visitor.post(
        f"{draft}/who?from=check", {"applicant_kind": "business", "applicant_name": "某公司"}, follow=True
    )
    assert path_of(page) == f"{draft}/document"
    options = [box.get("value") for box in page.every(".//input[@name='id_type']")]
    assert options == ["统一社会信用代码", "其他"]
    answer = {"id_type": "统一社会信用代码", "id_number": "91350100M000100Y43"}
    page = visitor.post(page.found(".//form[@id='ask']").get("action", ""), answer, follow=True)
    assert path_of(page) == f"{draft}/check"


def test_the_documents_are_those_of_the_kind_of_applicant_who_has_to_be_known_first(visitor: Visitor) -> None:
    draft = begin(visitor)
    assert path_of(follow(visitor, f"{draft}/document")) == f"{draft}/who"
    visitor.post(f"{draft}/who", {"applicant_kind": "natural_person", "applicant_name": "李秀英"})
    page = visitor.get(f"{draft}/document")
    options = [box.get("value") for box in page.every(".//input[@name='id_type']")]
    assert "统一社会信用代码" not in options
    assert page.typed("id_type") == "居民身份证"


def test_offices_stand_in_groups_and_are_found_by_a_part_of_their_name(visitor: Visitor) -> None:
    page = visitor.get("/ask")
    assert [h2.text for h2 in page.every(".//fieldset//h2")] == ["吴山市人民政府及其部门", "临江县人民政府及其部门"]
    found = visitor.get("/ask", find="自然 资源")
    assert [box.get("value") for box in found.every(".//input[@name='agency']")] == ["LAND"]
    none = visitor.get("/ask", find="月球")
    assert "没有名称含“月球”的机关" in none.text
    assert none.every(".//a[@href='?']")
    draft = begin(visitor)
    kept = visitor.get(f"{draft}/office", find="月球")
    assert [box.get("value") for box in kept.every(".//input[@name='agency']")] == ["LAND"]


def test_what_makes_a_description_findable_is_ticked_off_and_a_complaint_is_told_where_to_go(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.get(f"{draft}/what")
    assert page.every(".//li[@class='is-found']") == []
    assert page.found(".//div[@id='complaint']").get("hidden") is not None
    visitor.post(f"{draft}/what", {"description": "为什么要拆我家的房子"})
    page = visitor.get(f"{draft}/what")
    assert page.found(".//div[@id='complaint']").get("hidden") is None
    assert "这像是咨询或者投诉" in fill_in(visitor, draft, description="为什么要拆我家的房子").text
    visitor.post(f"{draft}/what", {"description": ANSWERS["description"]})
    page = visitor.get(f"{draft}/what")
    assert len(page.every(".//li[@class='is-found']")) == 3
    assert page.found(".//div[@id='complaint']").get("hidden") is not None


def test_rare_characters_and_a_very_long_name_come_through_to_the_receipt(app: Flask, visitor: Visitor) -> None:
    name = "㐂䶮𠅤" * 66
    receipt = ask(visitor, applicant_name=name, description="㐂䶮𠅤路规划")
    assert "㐂䶮𠅤路规划" in receipt.text
    with reading() as session:
        assert only_case(session).applicant_name == name


def test_changing_the_language_keeps_every_answer_and_says_no_mistakes(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.get(f"{draft}/reach")
    to_english = page.found(".//button[@lang='en']").get("formaction", "")
    page = visitor.post(to_english, {"phone": "", "email": "li at example"}, follow=True)
    assert page.found(".").get("lang") == "en"
    assert page.typed("email") == "li at example"
    assert page.every(".//div[@role='alert']") == []


def test_the_other_language_of_a_question_with_mistakes_says_them_again(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.post(f"{draft}/reach", {"email": "li at example"}, follow=True)
    to_english = page.found(".//button[@lang='en']").get("formaction", "")
    page = visitor.post(to_english, {"email": "li at example"}, follow=True)
    assert "This is not an e-mail address" in page.text


@pytest.mark.parametrize("path", ["/", "/before", "/offices", "/ask", "/follow", "/signin"])
def test_every_open_page_speaks_both_languages_and_remembers_the_choice(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).found(".").get("lang") == "zh-CN"
    assert visitor.get(path, lang="en").found(".").get("lang") == "en"
    assert visitor.get(path).found(".").get("lang") == "en"


def test_the_other_language_of_a_posted_page_is_the_page_itself_and_keeps_the_question(visitor: Visitor) -> None:
    def tongue(page: Page) -> str | None:
        return page.found(".//a[@hreflang]").get("href")

    assert tongue(visitor.get("/follow?number=2026-0001&lang=zh")) == "/follow?number=2026-0001&lang=en"
    assert tongue(visitor.post("/follow", {})) == "/follow?lang=en"
    assert tongue(visitor.get("/nowhere")) == "/?lang=en"
