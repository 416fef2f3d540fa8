"""The citizen's room: asking by the form of Art. 29, one page after the other, to the receipt."""

import pytest
from flask import Flask
from sqlmodel import delete, select

from requestflow.clock import today
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.lifecycle import State
from requestflow.store.models import Case, Draft
from requestflow.store.session import reading, transaction
from requestflow.web.remembered import MOST
from tests.web.citizen import ANSWERS, ask, check, only_case, own_page, path_of, slip_of, to_send
from tests.web.conftest import Page, Visitor


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


def test_the_office_has_to_confirm_the_same_day_says_every_page(visitor: Visitor) -> None:
    receipt = ask(visitor)
    for page in (visitor.get("/"), receipt, visitor.get(own_page(receipt))):
        assert "行政机关应当于收到当日" in page.text


def test_the_same_form_sent_twice_makes_one_case_and_shows_one_receipt(app: Flask, visitor: Visitor) -> None:
    checked = check(visitor)
    first, second = (visitor.post(to_send(checked), follow=True) for _ in range(2))
    assert path_of(first) == path_of(second)
    assert slip_of(first) == slip_of(second)
    assert "这件申请已经提交" in second.text
    with reading() as session:
        assert only_case(session).number == slip_of(second)[0]


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
    cookie = visitor.client.get_cookie("requestflow")
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
    checked = visitor.post("/ask", {**ANSWERS, "key": key}, follow=True)
    receipt = visitor.post(to_send(checked), follow=True)
    for page in (checked, receipt):
        assert key not in path_of(page)
        assert slip_of(receipt)[1] not in path_of(page)


def test_whoever_comes_back_to_a_request_that_was_sent_sees_its_receipt(visitor: Visitor) -> None:
    checked = check(visitor)
    receipt = visitor.post(to_send(checked), follow=True)
    form = path_of(checked).removesuffix("/check")
    for path in (form, f"{form}/check"):
        page = Page(visitor.client.get(path), None)
        assert page.response.location == path_of(receipt)
        assert "这件申请已经提交" in visitor.get(path_of(receipt)).text


def test_a_form_changed_after_it_was_sent_is_another_request(app: Flask, visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    for what in ("甲方案", "乙方案"):
        checked = visitor.post("/ask", {**ANSWERS, "key": key, "description": what}, follow=True)
        assert what in visitor.post(to_send(checked), follow=True).text
    with reading() as session:
        assert set(session.exec(select(Case.description))) == {"甲方案", "乙方案"}


def test_a_draft_that_is_no_longer_kept_leads_to_an_empty_form_and_says_that_nothing_was_sent(visitor: Visitor) -> None:
    checked = check(visitor)
    with transaction() as session:
        session.exec(delete(Draft))
    page = visitor.post(to_send(checked), follow=True)
    assert path_of(page) == "/ask"
    assert "没有提交" in page.text


def test_an_empty_form_says_for_every_field_what_to_do(visitor: Visitor) -> None:
    visitor.get("/ask")
    page = visitor.post("/ask", {}, follow=True)
    assert page.title.startswith("错误")
    summary = [link.get("href") for link in page.every(".//div[@role='alert']//a")]
    assert summary == [
        "#f-agency",
        "#f-description",
        "#f-applicant_kind",
        "#f-applicant_name",
        "#f-id_type",
        "#f-id_number",
        "#f-phone",
        "#f-wanted_delivery",
    ]
    assert "请写明您想知道什么。" in page.text
    assert "至少填写一种联系方式" in page.text


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_form(visitor: Visitor) -> None:
    page = check(visitor, agency="MOON", applicant_name="", id_number="123", email="li at example", postcode="75")
    wrong = [link.get("href") for link in page.every(".//div[@role='alert']//a")]
    assert wrong == ["#f-agency", "#f-applicant_name", "#f-id_number", "#f-email", "#f-postcode"]
    assert {name: page.typed(name) for name in ("id_number", "email")} == {"id_number": "123", "email": "li at example"}


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"id_number": "110105194912310021"}, "id_number", "请对照证件逐位核对"),
        ({"email": "li at example"}, "email", "电子邮箱的格式不对"),
        ({"email": ""}, "email", "请填写电子邮箱"),
        ({"wanted_delivery": "post"}, "address", "请填写通信地址"),
        ({"wanted_delivery": "direct", "phone": "", "email": ""}, "phone", "至少填写一种联系方式"),
        ({"postcode": "7510"}, "postcode", "邮政编码的格式不对"),
        ({"agency": "MOON"}, "agency", "请从列表中选择机关"),
        ({"applicant_kind": "dog"}, "applicant_kind", "请从所列选项中选择一项"),
    ],
)
def test_a_mistake_lands_on_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, changed: dict[str, str], field: str, sentence: str
) -> None:
    page = check(visitor, **changed)
    assert sentence in page.text
    assert any(link.get("href") == f"#f-{field}" for link in page.every(".//div[@role='alert']//a"))
    for name in ("description", "applicant_name", "agency", "id_number", "postcode"):
        if name != "agency" or "agency" not in changed:
            assert page.typed(name) == {**ANSWERS, **changed}[name]


def test_going_back_from_the_check_and_changing_the_language_keep_every_answer(visitor: Visitor) -> None:
    checked = check(visitor)
    back = next(a.get("href", "") for a in checked.every(".//main//a") if a.get("href", "").endswith("#f-email"))
    form = visitor.get(back.partition("#")[0])
    assert {name: form.typed(name) for name in ANSWERS} == ANSWERS
    page = visitor.post("/ask/keep?lang=en", {**ANSWERS, "email": "", "key": form.typed("key")}, follow=True)
    assert page.found(".").get("lang") == "en"
    assert {name: page.typed(name) for name in ANSWERS} == {**ANSWERS, "email": ""}
    assert page.every(".//div[@role='alert']") == []


def test_the_other_language_of_a_form_with_mistakes_says_them_again(visitor: Visitor) -> None:
    page = check(visitor, email="li at example")
    to_english = next(b for b in page.every(".//button[@class='tongue']")).get("formaction", "")
    page = visitor.post(to_english, {**ANSWERS, "email": "li at example", "key": page.typed("key")}, follow=True)
    assert "This is not an e-mail address" in page.text


@pytest.mark.parametrize("path", ["/", "/ask", "/follow", "/signin"])
def test_every_open_page_speaks_both_languages_and_remembers_the_choice(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).found(".").get("lang") == "zh-CN"
    assert visitor.get(path, lang="en").found(".").get("lang") == "en"
    assert visitor.get(path).found(".").get("lang") == "en"


def test_the_other_language_of_a_posted_page_is_the_page_itself_and_keeps_the_question(visitor: Visitor) -> None:
    def tongue(page: Page) -> str | None:
        return page.found(".//a[@class='tongue']").get("href")

    assert tongue(visitor.get("/follow?number=2026-0001&lang=zh")) == "/follow?number=2026-0001&lang=en"
    assert tongue(visitor.post("/follow", {})) == "/follow?lang=en"
    assert tongue(visitor.get("/nowhere")) == "/?lang=en"
