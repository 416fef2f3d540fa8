"""Following one's own request by number and code: where it stands, what one may do, and the answer."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from requestflow.clock import today
from requestflow.rules.channels import Delivery
from requestflow.rules.lifecycle import State
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.words import spoken
from requestflow.services import casework, intake, remedies
from requestflow.store.session import reading, transaction
from tests.web.citizen import ANSWERS, an_entry, ask, only_case, own_page, slip_of
from tests.web.conftest import Visitor


def test_a_request_is_followed_by_number_and_code_however_the_code_is_typed(visitor: Visitor, app: Flask) -> None:
    receipt = ask(visitor)
    number, code = slip_of(receipt)
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code.lower().replace("-", " ")}, follow=True)
    assert page.status == 200
    assert ANSWERS["description"] in page.text
    assert "等待行政机关与您确认" in page.text


@pytest.mark.parametrize("wrong", ["number", "code"])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(visitor: Visitor, app: Flask, wrong: str) -> None:
    receipt = ask(visitor)
    number, code = slip_of(receipt)
    stranger = Visitor(app.test_client())
    stranger.get("/follow")
    page = stranger.post("/follow", {"number": number, "code": code, wrong: "2026-9999"})
    assert page.status == 422
    assert "没有找到这件申请" in page.text
    assert ANSWERS["description"] not in page.text


@pytest.mark.parametrize("dash", ["－", "–", "—", "——", " - ", "−"])
def test_a_number_is_found_with_full_width_digits_and_any_dash(visitor: Visitor, dash: str) -> None:
    number, code = slip_of(ask(visitor))
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
    number, code = slip_of(ask(visitor))
    _guess(visitor, number, 11)
    _guess(visitor, "2026-0404", 11)
    assert _guess(visitor, "2026-0405", 1) == [422]
    neighbour = Visitor(app.test_client())
    neighbour.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    neighbour.get("/follow")
    assert neighbour.post("/follow", {"number": number, "code": code}, follow=True).status == 200


def test_looking_at_a_case_again_and_again_is_no_guessing(visitor: Visitor) -> None:
    number, code = slip_of(ask(visitor))
    visitor.get("/follow")
    assert {visitor.post("/follow", {"number": number, "code": code}).status for _ in range(12)} == {303}


def test_a_letter_read_as_a_digit_and_a_number_without_its_noughts_open_the_request(visitor: Visitor) -> None:
    number, code = slip_of(ask(visitor))
    misread = code.translate(str.maketrans("OIB", "018"))
    visitor.get("/follow")
    for short in (f"{number[:4]}-{int(number[5:])}", number.replace("-", "")):
        assert ANSWERS["description"] in visitor.post("/follow", {"number": short, "code": misread}, follow=True).text


def test_whoever_opens_a_page_that_the_browser_has_forgotten_is_told_what_to_give(visitor: Visitor) -> None:
    visitor.get("/follow/none")
    assert "请先输入受理编号和查询码" in visitor.get("/follow").text


def test_without_number_and_code_there_is_nothing_to_see(visitor: Visitor) -> None:
    for path in ("/receipt/none", "/follow/none", "/follow/none/withdraw"):
        assert visitor.get(path).response.location == "/follow"


def test_once_confirmed_the_page_says_by_when_and_why(app: Flask, visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        due_on = case.due_on
    page = visitor.get(own)
    assert due_on is not None
    assert f"{due_on.year}年{due_on.month}月{due_on.day}日" in page.text
    assert "次一工作日为第1日" in page.text
    assert "条例（2019）第31条" in page.text
    assert "Regulation (2019) Art. 31" in visitor.get(own, lang="en").text


def test_who_was_asked_for_an_opinion_is_not_told_to_the_applicant(app: Flask, visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.consult_third_party(session, case, casework.Consultation(on=today(), party="某某建设公司"), an_entry())
    page = visitor.get(own)
    assert "正在征求第三方意见" in page.text
    assert "某某建设公司" not in page.response.text


def test_the_applicant_corrects_the_request_and_the_clock_starts_again(app: Flask, visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, an_entry())
    assert "请写明起止门牌。" in visitor.get(own).text
    assert visitor.post(own, {"text": " "}).status == 422
    page = visitor.post(own, {"text": "光明街1号至20号"}, follow=True)
    assert "已收到您的补正" in page.text
    with reading() as session:
        assert only_case(session).state is State.open


def _asked_to_correct(visitor: Visitor) -> str:
    """The page of a request that the office has asked to be corrected."""
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        notice = casework.CorrectionNotice(on=today(), until=today() + timedelta(15), points="请写明起止门牌。")
        casework.ask_correction(session, case, notice, an_entry())
    return own


def test_every_day_named_to_a_citizen_says_whether_it_counts(visitor: Visitor) -> None:
    own = _asked_to_correct(visitor)
    until = spoken(today() + timedelta(15)).zh
    assert f"请于{until}（含当日）前补正" in visitor.get(own).text
    visitor.post(own, {"text": "光明街1号"})
    with reading() as session:
        due_on = spoken(only_case(session).due_on).zh
    assert f"{due_on}（含当日）" in visitor.get(own).text


def test_a_fee_is_told_with_its_last_day(visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.notice_fee(
            session,
            case,
            casework.FeeNotice(on=today(), way="item", quantity=11, yuan="100", received_on=today()),
            an_entry(),
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
    own = own_page(ask(visitor))
    assert "要撤回申请吗" in visitor.get(f"{own}/withdraw").text
    page = visitor.post(f"{own}/withdraw", follow=True)
    assert "您已撤回申请" in page.text
    with reading() as session:
        assert only_case(session).outcome == "O43"
    assert page.every(f".//a[@href='{own}/withdraw']") == []


def test_once_closed_a_request_asks_nobody_whether_to_withdraw_it(visitor: Visitor) -> None:
    own = own_page(ask(visitor))
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
        ("O02", {}, "予以公开，提供信息", "done", "6个月内直接向人民法院提起行政诉讼"),
        ("O04", {"reason": "第三页涉及他人隐私"}, "部分公开（区分处理）", "neutral", "6个月内直接"),
        ("O11", {"reason": "属于国家秘密"}, "不予公开", "neutral", "应当自收到答复之日起60日内先依法申请行政复议"),
        ("O21", {"record": "检索2020年以来档案，未见"}, "无法提供", "neutral", "6个月内直接"),
        ("O31", {}, "不予处理", "neutral", "6个月内直接"),
    ],
)
def test_an_answer_says_what_it_is_on_what_it_rests_and_what_can_be_done_against_it(
    visitor: Visitor, outcome: str, facts: dict[str, str], heading: str, sort: str, ways: str
) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome=outcome, **facts), an_entry())
        casework.send(session, case, casework.Sending(on=today(), delivery=Delivery.electronic), an_entry())
    page = visitor.get(own)
    notice = page.found(f".//div[@class='notice notice-{sort}']")
    assert notice.findtext("h2") == heading
    said = "".join(notice.itertext())
    assert OUTCOMES[outcome].label.zh in said
    assert OUTCOMES[outcome].article_2019 in said
    assert facts.get("reason", "") in said
    assert ways in page.text
    assert "行政复议法（2023）第20条" in page.text
    assert ("有的法院要求先申请行政复议" in page.text) is (outcome == "O04")


def test_an_answer_is_not_shown_before_it_is_sent(app: Flask, visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome="O02"), an_entry())
    assert "予以公开" not in visitor.get(own).text
    with transaction() as session:
        casework.send(session, only_case(session), casework.Sending(on=today(), delivery=Delivery.post), an_entry())
    page = visitor.get(own)
    assert "予以公开" in page.text
    assert "邮寄送达" in page.text


def test_an_answer_on_its_way_is_told_with_the_place_that_it_goes_to(visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome="O02"), an_entry())
    page = visitor.get(own)
    assert "留意查收答复" in page.text
    assert f"答复将发送至{ANSWERS['email']}" in page.text
    assert "机关正在检索档案" not in page.text


@pytest.mark.parametrize(
    ("outcome", "facts", "leads_to"),
    [("O22", {"record": "临江县人民政府，0953-5551234"}, "/ask"), ("O31", {}, "/before#elsewhere")],
)
def test_who_asked_in_the_wrong_place_is_led_to_the_right_one(
    visitor: Visitor, outcome: str, facts: dict[str, str], leads_to: str
) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome=outcome, **facts), an_entry())
        casework.send(session, case, casework.Sending(on=today(), delivery=Delivery.electronic), an_entry())
    assert visitor.get(own).every(f".//main//a[@href='{leads_to}']")


def test_a_review_and_a_complaint_that_were_made_are_told_beside_their_ways(visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    with transaction() as session:
        case = only_case(session)
        intake.confirm(session, case, today(), an_entry())
        casework.decide(session, case, casework.Decision(on=today(), outcome="O11", reason="国家秘密"), an_entry())
        casework.send(session, case, casework.Sending(on=today(), delivery=Delivery.electronic), an_entry())
    assert "向其上一级机关（吴山市人民政府）或者" in visitor.get(own).text
    with transaction() as session:
        for kind in ("review", "complaint"):
            remedies.file(session, only_case(session), remedies.Filed(on=today(), kind=kind), an_entry())
    page = visitor.get(own)
    assert f"您已于{spoken(today()).zh}提出" in page.text
    assert f"您已于{spoken(today()).zh}投诉举报" in page.text
    assert "由其调查处理" not in page.text


def test_the_code_can_be_forgotten_in_a_borrowed_browser(visitor: Visitor) -> None:
    own = own_page(ask(visitor))
    visitor.get(own)
    visitor.post("/follow/leave")
    assert visitor.get(own).response.location == "/follow"
