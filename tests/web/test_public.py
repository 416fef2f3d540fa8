"""The citizen's room: asking by the form of Art. 29, the receipt, and following one's own request."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, delete, select

from requestflow.clock import now, today
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.lifecycle import State
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.roles import Hand
from requestflow.rules.words import spoken
from requestflow.services import casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case, Draft
from requestflow.store.session import reading, transaction
from requestflow.web.remembered import MOST
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


def _check(visitor: Visitor, **changed: str) -> Page:
    """From the empty form to the check, or back to the form if something is wrong."""
    key = visitor.get("/ask").typed("key")
    return visitor.post("/ask", {**ANSWERS, "key": key, **changed}, follow=True)


def _ask(visitor: Visitor, **changed: str) -> Page:
    """From the empty form over the check to the receipt."""
    return visitor.post(_to_send(_check(visitor, **changed)), follow=True)


def _to_send(check: Page) -> str:
    """Where the button of the check sends the request."""
    return check.found("body/main//form").get("action", "")


def _path(page: Page) -> str:
    """The address of a page, without what follows a question mark."""
    return page.response.request.path


def _own(receipt: Page) -> str:
    """The address of the page on which the applicant follows the request of a receipt."""
    return next(a.get("href", "") for a in receipt.every(".//main//a") if "/follow/" in a.get("href", ""))


def _slip(receipt: Page) -> tuple[str, str]:
    number, code = (dd.text or "" for dd in receipt.every(".//div[@class='slip']//dd")[:2])
    return number, code


def _only_case(session: Session) -> Case:
    return session.exec(select(Case)).one()


def _entry() -> Entry:
    return Entry(by=Hand.ledger, today=today(), now=now())


def test_the_answers_are_shown_once_more_before_anything_is_stored(app: Flask, visitor: Visitor) -> None:
    page = _check(visitor)
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


def test_the_office_has_to_confirm_the_same_day_says_every_page(visitor: Visitor) -> None:
    receipt = _ask(visitor)
    for page in (visitor.get("/"), receipt, visitor.get(_own(receipt))):
        assert "行政机关应当于收到当日" in page.text


def test_the_same_form_sent_twice_makes_one_case_and_shows_one_receipt(app: Flask, visitor: Visitor) -> None:
    check = _check(visitor)
    first, second = (visitor.post(_to_send(check), follow=True) for _ in range(2))
    assert _path(first) == _path(second)
    assert _slip(first) == _slip(second)
    assert "这件申请已经提交" in second.text
    with reading() as session:
        assert _only_case(session).number == _slip(second)[0]


def test_two_requests_in_two_tabs_keep_their_own_receipts(visitor: Visitor) -> None:
    one, other = (_check(visitor, description=what) for what in ("甲方案", "乙方案"))
    receipts = [visitor.post(_to_send(check), follow=True) for check in (one, other)]
    for receipt, what in zip(receipts, ("甲方案", "乙方案"), strict=True):
        again = visitor.get(_path(receipt))
        assert what in again.text
        assert _slip(again) == _slip(receipt)
        assert what in visitor.get(_own(receipt)).text
    assert _slip(receipts[0]) != _slip(receipts[1])


def test_a_browser_remembers_the_last_twenty_requests_within_what_a_cookie_holds(visitor: Visitor) -> None:
    receipts = [_ask(visitor) for _ in range(MOST + 1)]
    assert visitor.get(_path(receipts[0])).response.location == "/follow"
    assert _slip(visitor.get(_path(receipts[1]))) == _slip(receipts[1])
    cookie = visitor.client.get_cookie("requestflow")
    assert cookie is not None
    assert len(cookie.value) < 3000


def test_a_draft_and_a_receipt_open_in_no_other_browser(visitor: Visitor, app: Flask) -> None:
    check = _check(visitor)
    stranger = Visitor(app.test_client())
    page = stranger.get(_path(check))
    assert page.response.location == "/ask"
    assert ANSWERS["applicant_name"] not in page.response.text
    receipt = visitor.post(_to_send(check), follow=True)
    assert stranger.get(_path(receipt)).response.location == "/follow"


def test_the_address_of_a_draft_tells_nothing_of_its_key_or_code(visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    check = visitor.post("/ask", {**ANSWERS, "key": key}, follow=True)
    receipt = visitor.post(_to_send(check), follow=True)
    for page in (check, receipt):
        assert key not in _path(page)
        assert _slip(receipt)[1] not in _path(page)


def test_whoever_comes_back_to_a_request_that_was_sent_sees_its_receipt(visitor: Visitor) -> None:
    check = _check(visitor)
    receipt = visitor.post(_to_send(check), follow=True)
    form = _path(check).removesuffix("/check")
    for path in (form, f"{form}/check"):
        page = Page(visitor.client.get(path), None)
        assert page.response.location == _path(receipt)
        assert "这件申请已经提交" in visitor.get(_path(receipt)).text


def test_a_form_changed_after_it_was_sent_is_another_request(app: Flask, visitor: Visitor) -> None:
    key = visitor.get("/ask").typed("key")
    for what in ("甲方案", "乙方案"):
        check = visitor.post("/ask", {**ANSWERS, "key": key, "description": what}, follow=True)
        assert what in visitor.post(_to_send(check), follow=True).text
    with reading() as session:
        assert set(session.exec(select(Case.description))) == {"甲方案", "乙方案"}


def test_a_draft_that_is_no_longer_kept_leads_to_an_empty_form_and_says_that_nothing_was_sent(visitor: Visitor) -> None:
    check = _check(visitor)
    with transaction() as session:
        session.exec(delete(Draft))
    page = visitor.post(_to_send(check), follow=True)
    assert _path(page) == "/ask"
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
    page = _check(visitor, agency="MOON", applicant_name="", id_number="123", email="li at example", postcode="75")
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
    page = _check(visitor, **changed)
    assert sentence in page.text
    assert any(link.get("href") == f"#f-{field}" for link in page.every(".//div[@role='alert']//a"))
    for name in ("description", "applicant_name", "agency", "id_number", "postcode"):
        if name != "agency" or "agency" not in changed:
            assert page.typed(name) == {**ANSWERS, **changed}[name]


def test_going_back_from_the_check_and_changing_the_language_keep_every_answer(visitor: Visitor) -> None:
    check = _check(visitor)
    back = next(a.get("href", "") for a in check.every(".//main//a") if a.get("href", "").endswith("#f-email"))
    form = visitor.get(back.partition("#")[0])
    assert {name: form.typed(name) for name in ANSWERS} == ANSWERS
    page = visitor.post("/ask/keep?lang=en", {**ANSWERS, "email": "", "key": form.typed("key")}, follow=True)
    assert page.found(".").get("lang") == "en"
    assert {name: page.typed(name) for name in ANSWERS} == {**ANSWERS, "email": ""}
    assert page.every(".//div[@role='alert']") == []


def test_the_other_language_of_a_form_with_mistakes_says_them_again(visitor: Visitor) -> None:
    page = _check(visitor, email="li at example")
    to_english = next(b for b in page.every(".//button[@class='tongue']")).get("formaction", "")
    page = visitor.post(to_english, {**ANSWERS, "email": "li at example", "key": page.typed("key")}, follow=True)
    assert "This is not an e-mail address" in page.text


def test_a_request_is_followed_by_number_and_code_however_the_code_is_typed(visitor: Visitor, app: Flask) -> None:
    receipt = _ask(visitor)
    number, code = _slip(receipt)
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code.lower().replace("-", " ")}, follow=True)
    assert page.status == 200
    assert ANSWERS["description"] in page.text
    assert "等待行政机关与您确认" in page.text


@pytest.mark.parametrize("wrong", ["number", "code"])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(visitor: Visitor, app: Flask, wrong: str) -> None:
    receipt = _ask(visitor)
    number, code = _slip(receipt)
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code, wrong: "2026-9999"})
    assert page.status == 422
    assert "没有找到这件申请" in page.text
    assert ANSWERS["description"] not in page.text


@pytest.mark.parametrize("dash", ["－", "–", "—", "——", " - ", "−"])
def test_a_number_is_found_with_full_width_digits_and_any_dash(visitor: Visitor, dash: str) -> None:
    number, code = _slip(_ask(visitor))
    wide = str.maketrans(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    )
    visitor.get("/follow")
    typed = {"number": number.translate(wide).replace("-", dash), "code": code.translate(wide).replace("-", dash)}
    assert ANSWERS["description"] in visitor.post("/follow", typed, follow=True).text


def test_what_was_typed_of_a_number_and_a_code_stays_when_they_are_wrong(visitor: Visitor) -> None:
    visitor.get("/follow")
    page = visitor.post("/follow", {"number": "2026-0001", "code": "ABCD-EFGH-IJKL"})
    assert (page.typed("number"), page.typed("code")) == ("2026-0001", "ABCD-EFGH-IJKL")


def _guess(visitor: Visitor, number: str, times: int) -> list[int]:
    visitor.get("/follow")
    return [visitor.post("/follow", {"number": number, "code": f"guess{n}"}).status for n in range(times)]


def test_guessing_at_the_code_of_one_case_has_to_wait_and_is_told_how_long(visitor: Visitor) -> None:
    assert _guess(visitor, "2026-0001", 11) == [422] * 10 + [429]
    page = visitor.post("/follow", {"number": "２０２６–0001", "code": "guess"})
    assert page.status == 429
    minutes = re.search(r"请在(\d+)分钟后再试", page.text)
    assert minutes
    assert 1 <= int(minutes[1]) <= 10
    assert "您的申请和时限不受影响" in page.text


def test_guesses_at_one_case_keep_nobody_from_another_nor_from_the_same_elsewhere(visitor: Visitor, app: Flask) -> None:
    number, code = _slip(_ask(visitor))
    _guess(visitor, number, 11)
    _guess(visitor, "2026-0404", 11)
    assert _guess(visitor, "2026-0405", 1) == [422]
    neighbour = Visitor(app.test_client())
    neighbour.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    neighbour.get("/follow")
    assert neighbour.post("/follow", {"number": number, "code": code}, follow=True).status == 200


def test_looking_at_a_case_again_and_again_is_no_guessing(visitor: Visitor) -> None:
    number, code = _slip(_ask(visitor))
    visitor.get("/follow")
    assert {visitor.post("/follow", {"number": number, "code": code}).status for _ in range(12)} == {303}


def test_without_number_and_code_there_is_nothing_to_see(visitor: Visitor) -> None:
    for path in ("/receipt/none", "/follow/none", "/follow/none/withdraw"):
        assert visitor.get(path).response.location == "/follow"


def test_once_confirmed_the_page_says_by_when_and_why(app: Flask, visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        due_on = case.due_on
    page = visitor.get(own)
    assert due_on is not None
    assert f"{due_on.year}年{due_on.month}月{due_on.day}日" in page.text
    assert "次一工作日为第1日" in page.text
    assert "条例（2019）第31条" in page.text
    assert "Regulation (2019) Art. 31" in visitor.get(own, lang="en").text


def test_who_was_asked_for_an_opinion_is_not_told_to_the_applicant(app: Flask, visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.consult_third_party(session, case, casework.Consultation(on=today(), party="某某建设公司"), _entry())
    page = visitor.get(own)
    assert "正在征求第三方意见" in page.text
    assert "某某建设公司" not in page.response.text


def test_the_applicant_corrects_the_request_and_the_clock_starts_again(app: Flask, visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, _entry())
    assert "请写明起止门牌。" in visitor.get(own).text
    assert visitor.post(own, {"text": " "}).status == 422
    page = visitor.post(own, {"text": "光明街1号至20号"}, follow=True)
    assert "已收到您的补正" in page.text
    with reading() as session:
        assert _only_case(session).state is State.open


def _asked_to_correct(visitor: Visitor) -> str:
    """The page of a request that the office has asked to be corrected."""
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, _entry())
    return own


def test_every_day_named_to_a_citizen_says_whether_it_counts(visitor: Visitor) -> None:
    own = _asked_to_correct(visitor)
    until = spoken(today() + timedelta(15)).zh
    assert f"请于{until}（含当日）前补正" in visitor.get(own).text
    visitor.post(own, {"text": "光明街1号"})
    with reading() as session:
        due_on = spoken(_only_case(session).due_on).zh
    assert f"{due_on}（含当日）" in visitor.get(own).text


def test_a_fee_is_told_with_its_last_day(visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.notice_fee(
            session,
            case,
            casework.FeeNotice(on=today(), way="item", quantity=11, yuan="100", received_on=today()),
            _entry(),
        )
        until = case.waiting_until
    page = visitor.get(own)
    assert f"于{spoken(until).zh}（含当日）前缴纳信息处理费" in page.text


def test_the_applicant_sees_what_was_sent_as_a_correction(visitor: Visitor) -> None:
    own = _asked_to_correct(visitor)
    page = visitor.post(own, {"text": "光明街1号至20号"}, follow=True)
    assert f"您于{spoken(today()).zh}提交的补正" in page.text
    assert "光明街1号至20号" in page.text


def test_a_correction_typed_in_a_second_tab_is_not_lost_on_whoever_wrote_it(visitor: Visitor) -> None:
    own = _asked_to_correct(visitor)
    visitor.post(own, {"text": "光明街1号至20号"})
    page = visitor.post(own, {"text": "光明街1号至22号"})
    assert page.status == 409
    assert "您的补正没有提交" in page.text
    assert "光明街1号至22号" in page.text
    assert [a.get("href") for a in page.every(".//main//a") if a.text == "返回这件申请"] == [own]


def test_the_applicant_withdraws_after_being_asked_once_more(app: Flask, visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    assert "要撤回申请吗" in visitor.get(f"{own}/withdraw").text
    page = visitor.post(f"{own}/withdraw", follow=True)
    assert "您已撤回申请" in page.text
    with reading() as session:
        assert _only_case(session).outcome == "O43"
    assert page.every(f".//a[@href='{own}/withdraw']") == []


def test_once_closed_a_request_asks_nobody_whether_to_withdraw_it(visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    visitor.get(own)
    visitor.post(f"{own}/withdraw")
    for page in (visitor.get(f"{own}/withdraw"), visitor.post(f"{own}/withdraw")):
        assert "不能再撤回" in page.text
        assert page.every(".//main//form") == []
        assert [a.get("href") for a in page.every(".//main//a") if a.text == "返回这件申请"] == [own]
    assert page.status == 409


@pytest.mark.parametrize(
    ("outcome", "facts", "heading", "sort", "ways"),
    [
        ("O02", {}, "予以公开", "done", "6个月内直接向人民法院提起行政诉讼"),
        ("O04", {"reason": "第三页涉及他人隐私"}, "部分公开", "plain", "6个月内直接"),
        ("O11", {"reason": "属于国家秘密"}, "不予公开", "plain", "应当自收到答复之日起60日内先依法申请行政复议"),
        ("O21", {"record": "检索2020年以来档案，未见"}, "无法提供", "plain", "6个月内直接"),
        ("O31", {}, "不予处理", "plain", "6个月内直接"),
    ],
)
def test_an_answer_says_what_it_is_on_what_it_rests_and_what_can_be_done_against_it(
    visitor: Visitor, outcome: str, facts: dict[str, str], heading: str, sort: str, ways: str
) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome=outcome, **facts), _entry())
        casework.send(session, case, casework.Sending(on=today(), delivery=Delivery.electronic), _entry())
    page = visitor.get(own)
    notice = page.found(f".//div[@class='notice notice-{sort}']")
    assert notice.findtext("h2") == heading
    said = "".join(notice.itertext())
    assert OUTCOMES[outcome].label.zh in said
    assert OUTCOMES[outcome].article_2019 in said
    assert facts.get("reason", "") in said
    assert ways in page.text
    assert "行政复议法（2023）第20条" in page.text


def test_an_answer_is_not_shown_before_it_is_sent(app: Flask, visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    with transaction() as session:
        case = _only_case(session)
        intake.confirm(session, case, today(), _entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome="O02"), _entry())
    assert "予以公开" not in visitor.get(own).text
    with transaction() as session:
        casework.send(session, _only_case(session), casework.Sending(on=today(), delivery=Delivery.post), _entry())
    page = visitor.get(own)
    assert "予以公开" in page.text
    assert "邮寄送达" in page.text


def test_the_code_can_be_forgotten_in_a_borrowed_browser(visitor: Visitor) -> None:
    own = _own(_ask(visitor))
    visitor.get(own)
    visitor.post("/follow/leave")
    assert visitor.get(own).response.location == "/follow"


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
