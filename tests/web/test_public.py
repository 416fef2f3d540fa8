"""The citizen's room: asking by the form of Art. 29, the receipt, and following one's own request."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Hand
from requestflow.services import casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests.web.conftest import Page, Visitor

ANSWERS = {
    "agency": "LAND",
    "description": "2025年滨河路东段房屋征收补偿方案",
    "applicant_kind": "natural_person",
    "applicant_name": "李秀英",
    "id_type": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "139 0953 0000",
    "email": "li@example.org",
    "address": "",
    "postcode": "",
    "wanted_delivery": "electronic",
}


def _ask(visitor: Visitor, **changed: str) -> Page:
    """From the empty form over the check to the receipt."""
    key = visitor.get("/ask").typed("key")
    visitor.post("/ask", {**ANSWERS, **changed, "key": key})
    return visitor.post("/ask/send", {**ANSWERS, **changed, "key": key}, follow=True)


def _only_case(session: Session) -> Case:
    return session.exec(select(Case)).one()


def _entry() -> Entry:
    return Entry(by=Hand.ledger, today=today(), now=now())


def test_the_answers_are_shown_once_more_before_anything_is_stored(app: Flask, visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    page = visitor.post("/ask", {**ANSWERS, "key": key})
    assert page.status == 200
    for said in ("吴山市自然资源局", "李秀英", "自然人", "11010519491231002X", "电子邮件发送"):
        assert said in page.text
    with reading() as session:
        assert session.exec(select(Case)).all() == []


def test_a_sent_request_is_a_web_case_that_waits_to_be_confirmed(app: Flask, visitor: Visitor) -> None:
    page = _ask(visitor)
    with reading() as session:
        case = _only_case(session)
    assert case.channel is Channel.web
    assert case.state is State.received
    assert case.submitted_on == today()
    assert case.received_on is None
    assert case.wanted_delivery is Delivery.electronic
    assert case.id_type == "居民身份证"
    assert case.number in page.text
    assert "一个工作日" in visitor.get("/").text


def test_the_same_form_sent_twice_makes_one_case_and_shows_one_receipt(app: Flask, visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    first, second = (visitor.post("/ask/send", {**ANSWERS, "key": key}, follow=True) for _ in range(2))
    assert first.text == second.text
    with reading() as session:
        assert _only_case(session).number in second.text


def test_an_empty_form_says_for_every_field_what_to_do(visitor: Visitor) -> None:
    visitor.get("/ask")
    page = visitor.post("/ask", {})
    assert page.status == 422
    assert page.title.startswith("错误")
    summary = [link.get("href") for link in page.every(".//div[@role='alert']//a")]
    assert summary == [
        "#f-agency",
        "#f-description",
        "#f-applicant_kind",
        "#f-applicant_name",
        "#f-id_type",
        "#f-id_number",
        "#f-wanted_delivery",
    ]
    assert "请写明您想知道什么。" in page.text


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
    visitor.get("/ask")
    page = visitor.post("/ask", {**ANSWERS, **changed})
    assert page.status == 422
    assert sentence in page.text
    assert any(link.get("href") == f"#f-{field}" for link in page.every(".//div[@role='alert']//a"))
    for name in ("description", "applicant_name", "agency", "id_number", "postcode"):
        if name != "agency" or "agency" not in changed:
            assert page.typed(name) == {**ANSWERS, **changed}[name]


def test_going_back_from_the_check_and_changing_the_language_keep_every_answer(visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    visitor.post("/ask", {**ANSWERS, "key": key})
    page = visitor.post("/ask/change?lang=en", {**ANSWERS, "key": key})
    assert page.status == 200
    assert page.found(".").get("lang") == "en"
    assert {name: page.typed(name) for name in ANSWERS} == ANSWERS
    assert page.typed("key") == key


def test_a_request_is_followed_by_number_and_code_however_the_code_is_typed(visitor: Visitor, app: Flask) -> None:
    receipt = _ask(visitor)
    number, code = (dd.text or "" for dd in receipt.every(".//div[@class='slip']//dd")[:2])
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code.lower().replace("-", " ")}, follow=True)
    assert page.status == 200
    assert ANSWERS["description"] in page.text
    assert "等待行政机关与您确认" in page.text


@pytest.mark.parametrize("wrong", ["number", "code"])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(visitor: Visitor, app: Flask, wrong: str) -> None:
    receipt = _ask(visitor)
    number, code = (dd.text or "" for dd in receipt.every(".//div[@class='slip']//dd")[:2])
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code, wrong: "2026-9999"})
    assert page.status == 422
    assert "没有找到这件申请" in page.text
    assert ANSWERS["description"] not in page.text


def test_guessing_at_the_code_of_one_case_has_to_wait(visitor: Visitor) -> None:
    visitor.get("/follow")
    said = [visitor.post("/follow", {"number": "2026-0001", "code": f"guess{n}"}).status for n in range(11)]
    assert said == [422] * 10 + [429]


def test_without_number_and_code_there_is_nothing_to_see(visitor: Visitor) -> None:
    for path in ("/receipt", "/follow/request", "/follow/request/withdraw"):
        assert visitor.get(path).response.location == "/follow"


def test_once_confirmed_the_page_says_by_when_and_why(app: Flask, visitor: Visitor) -> None:
    _ask(visitor)
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        due_on = case.due_on
    page = visitor.get("/follow/request")
    assert due_on is not None
    assert f"{due_on.year}年{due_on.month}月{due_on.day}日" in page.text
    assert "次一工作日为第1日" in page.text
    assert "条例（2019）第31条" in page.text
    assert "Regulation (2019) Art. 31" in visitor.get("/follow/request", lang="en").text


def test_who_was_asked_for_an_opinion_is_not_told_to_the_applicant(app: Flask, visitor: Visitor) -> None:
    _ask(visitor)
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.consult_third_party(session, case, casework.Consultation(on=today(), party="某某建设公司"), _entry())
    page = visitor.get("/follow/request")
    assert "正在征求第三方意见" in page.text
    assert "某某建设公司" not in page.response.text


def test_the_applicant_corrects_the_request_and_the_clock_starts_again(app: Flask, visitor: Visitor) -> None:
    _ask(visitor)
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, _entry())
    assert "请写明起止门牌。" in visitor.get("/follow/request").text
    assert visitor.post("/follow/request", {"text": " "}).status == 422
    page = visitor.post("/follow/request", {"text": "光明街1号至20号"}, follow=True)
    assert "已收到您的补正" in page.text
    with reading() as session:
        assert _only_case(session).state is State.open


def test_a_correction_that_nobody_asked_for_is_refused_in_a_sentence(visitor: Visitor) -> None:
    _ask(visitor)
    page = visitor.post("/follow/request", {"text": "光明街1号"})
    assert page.status == 422
    assert "不能办理“收到补正”" in page.text


def test_the_applicant_withdraws_after_being_asked_once_more(app: Flask, visitor: Visitor) -> None:
    _ask(visitor)
    assert "要撤回申请吗" in visitor.get("/follow/request/withdraw").text
    page = visitor.post("/follow/request/withdraw", follow=True)
    assert "您已撤回申请" in page.text
    with reading() as session:
        assert _only_case(session).outcome == "O43"
    assert page.every(".//a[@href='/follow/request/withdraw']") == []


def test_an_answer_is_not_shown_before_it_is_sent(app: Flask, visitor: Visitor) -> None:
    _ask(visitor)
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome="O02"), _entry())
    assert "予以公开" not in visitor.get("/follow/request").text
    with transaction() as session:
        casework.send(session, _only_case(session), casework.Sending(on=today(), delivery=Delivery.post), _entry())
    page = visitor.get("/follow/request")
    assert "予以公开" in page.text
    assert "邮寄送达" in page.text


def test_the_code_can_be_forgotten_in_a_borrowed_browser(visitor: Visitor) -> None:
    _ask(visitor)
    visitor.get("/follow/request")
    visitor.post("/follow/leave")
    assert visitor.get("/follow/request").response.location == "/follow"


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
