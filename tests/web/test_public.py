"""The citizen's room: asking by the form of Art. 29, one question a page, to the receipt."""

from datetime import date

import pytest
from flask import Flask
from sqlmodel import delete, select

from requestflow.clock import today
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.lifecycle import State
from requestflow.store.models import Case, Draft, Mail
from requestflow.store.session import reading, transaction
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


def test_a_draft_is_gone_on_with_at_the_first_question_without_an_answer(visitor: Visitor) -> None:
    draft = begin(visitor)
    assert path_of(follow(visitor, draft)) == f"{draft}/what"
    assert path_of(fill_in(visitor, draft, applicant_name="")) == f"{draft}/who"
    fill_in(visitor, draft)
    assert path_of(follow(visitor, draft)) == f"{draft}/check"


def test_the_first_page_and_the_first_question_offer_to_go_on_with_what_is_not_sent_and_to_delete_it(
    visitor: Visitor,
) -> None:
    assert "尚未提交的申请" not in visitor.get("/").text
    draft = begin(visitor)
    home = visitor.get("/")
    for page in (home, visitor.get("/ask")):
        assert "您有一件尚未提交的申请" in page.text
        assert "吴山市自然资源局" in page.text
        assert page.every(f".//a[@href='{draft}']")
        assert page.every(f".//a[@href='{draft}/discard']")
    assert "尚未提交的申请" not in visitor.get(f"{draft}/office").text
    assert "删除后不能恢复" in visitor.get(f"{draft}/discard").text
    page = visitor.post(f"{draft}/discard", follow=True)
    assert "没有提交" in page.text
    assert "您有一件尚未提交的申请" not in page.text
    with reading() as session:
        assert session.exec(select(Draft)).all() == []
    assert visitor.get(f"{draft}/what").response.location == "/ask"


def test_whoever_wants_to_delete_in_the_middle_is_asked_first_and_loses_nothing_by_it(visitor: Visitor) -> None:
    draft = begin(visitor)
    asked = visitor.post(f"{draft}/what?to=discard", {"description": "写到一半"}, follow=True)
    assert path_of(asked) == f"{draft}/discard"
    assert asked.every(f".//a[@href='{draft}']")
    assert visitor.get(f"{draft}/what").typed("description") == "写到一半"


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


def test_before_asking_a_day_that_a_notice_of_days_off_may_move_is_called_provisional(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requestflow.web.public.home.today", lambda: date(2050, 12, 1))
    said = visitor.get("/before").text
    assert said.count("该日期为暂定") == 2


def test_the_same_form_sent_twice_makes_one_case_and_shows_one_receipt(app: Flask, visitor: Visitor) -> None:
    checked = check(visitor)
    first, second = (visitor.post(to_send(checked), follow=True) for _ in range(2))
    assert path_of(first) == path_of(second)
    assert slip_of(first) == slip_of(second)
    assert "这件申请已经提交" in second.text
    with reading() as session:
        assert only_case(session).number == slip_of(second)[0]
        assert len(session.exec(select(Mail)).all()) == 1


def test_whoever_asks_the_same_again_is_shown_the_first_unless_it_was_withdrawn(visitor: Visitor, app: Flask) -> None:
    receipt = ask(visitor)
    number, _code = slip_of(receipt)
    told = f"提交过同样的申请，受理编号为{number}"
    again = check(visitor)
    assert told in again.text
    assert visitor.get(own_page(again)).title.startswith(f"申请 {number}")
    assert told not in check(visitor, description="2026年滨河路西段房屋征收决定").text
    assert told not in check(Visitor(app.test_client())).text
    visitor.get(own_page(receipt))
    visitor.post(f"{own_page(receipt)}/withdraw")
    assert told not in check(visitor).text


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
    receipts = [ask(visitor, description=f"第{nth}号方案") for nth in range(MOST + 1)]
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


def test_rare_characters_and_a_very_long_name_come_through_to_the_receipt(app: Flask, visitor: Visitor) -> None:
    name = "㐂䶮𠅤" * 66
    receipt = ask(visitor, applicant_name=name, description="㐂䶮𠅤路规划")
    assert "㐂䶮𠅤路规划" in receipt.text
    with reading() as session:
        assert only_case(session).applicant_name == name


@pytest.mark.parametrize("path", ["/", "/before", "/offices", "/ask", "/follow", "/signin"])
def test_every_open_page_speaks_both_languages_and_remembers_the_choice(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).found(".").get("lang") == "zh-CN"
    assert visitor.get(path, lang="en").found(".").get("lang") == "en"
    assert visitor.get(path).found(".").get("lang") == "en"


def test_the_other_language_of_a_posted_page_is_the_page_itself_and_keeps_the_question(visitor: Visitor) -> None:
    def tongue(page: Page) -> str | None:
        return page.found(".//header//*[@lang]").get("formaction") or page.found(".//header//*[@lang]").get("href")

    assert tongue(visitor.get("/offices?find=x&lang=zh")) == "/offices?find=x&lang=en"
    assert tongue(visitor.get("/follow?number=2026-0001&lang=zh")) == "/follow?number=2026-0001&again=yes&lang=en"
    assert tongue(visitor.post("/follow", {})) == "/follow?again=yes&lang=en"
    assert tongue(visitor.get("/nowhere")) == "/?lang=en"
