"""The receipt and its code: what happens next and by when, and what an office that is late owes its applicant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import segno
from flask import Flask
from sqlmodel import Session

from requestflow.clock import now, today
from requestflow.rules.promises import promise
from requestflow.rules.roles import Hand, Role
from requestflow.rules.words import spoken
from requestflow.rules.workdays import national
from requestflow.services import agencies, casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from tests.make import a_request
from tests.web.citizen import an_entry, ask, check, only_case, own_page, path_of, slip_of, to_send
from tests.web.conftest import Visitor


def test_a_receipt_says_what_happens_next_by_when_and_how_to_reach_the_office(app: Flask, visitor: Visitor) -> None:
    with transaction() as session:
        office = agencies.found(session, "LAND")
        office.phone, office.address, office.website = "0953-2031234", "明珠路1号", "www.example.gov.cn"
    receipt = ask(visitor)
    with reading() as session:
        case = only_case(session)
    promised = promise(today(), national())
    assert f"机关约在{spoken(promised.due_on).zh}前答复" in receipt.text
    assert f"到{spoken(case.waiting_until).zh}（含当日）仍未与您联系的" in receipt.text
    assert f"当天，即{spoken(today()).zh}，与您联系" in receipt.text
    assert f"约在{spoken(promised.due_on).zh}前送出" in visitor.get(own_page(receipt)).text
    for said in ("0953-2031234", "明珠路1号"):
        assert said in receipt.text
    assert receipt.found(".//a[@href='http://www.example.gov.cn']").text == "www.example.gov.cn"
    for said in ("li@example.org", "李秀英", f"/follow?number={case.number}"):
        assert said in receipt.text
    assert receipt.found(".//figure//{http://www.w3.org/2000/svg}svg") is not None


def _fee(session: Session, case: Case) -> None:
    intake.confirm(session, case, today(), an_entry())
    fee = casework.FeeNotice(on=today(), way="item", quantity=11, yuan="100", received_on=today())
    casework.notice_fee(session, case, fee, an_entry())


def _withdrawn(session: Session, case: Case) -> None:
    casework.withdraw(session, case, casework.Dated(on=today()), an_entry())


@pytest.mark.parametrize(
    ("act", "said"), [(_fee, "机关请您缴纳信息处理费100元"), (_withdrawn, "撤回申请，机关不再办理")]
)
def test_a_receipt_opened_again_says_where_the_request_stands_and_promises_nothing_that_is_over(
    visitor: Visitor, act: Callable[[Session, Case], None], said: str
) -> None:
    receipt = ask(visitor)
    with transaction() as session:
        act(session, only_case(session))
    again = visitor.get(path_of(receipt))
    assert said in again.text
    assert "前答复" not in again.text
    assert slip_of(again) == slip_of(receipt)


def test_a_receipt_of_the_desk_names_no_day_of_confirmation_while_a_fee_is_waited_for(
    visitor: Visitor, sign_in: Callable[..., Visitor]
) -> None:
    ask(visitor)
    with transaction() as session:
        case = only_case(session)
        _fee(session, case)
        receipt = f"/counter/receipt/{case.id}"
    facts = "".join(sign_in(Role.clerk, "LAND").get(receipt).found(".//dl[@class='facts dense']").itertext())
    assert "暂停计算" in facts
    assert "确认" not in facts


def test_the_picture_on_a_receipt_leads_to_the_number_and_never_to_the_code(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = segno.make

    def drawing(said: str, **how: Any) -> segno.QRCode:
        drawn.append(said)
        return draw(said, **how)

    monkeypatch.setattr(segno, "make", drawing)
    number, code = slip_of(ask(visitor))
    assert [address.partition("/follow")[2] for address in drawn] == [f"?number={number}"]
    assert code not in drawn[0]
    assert visitor.get(f"/follow?number={number}").typed("number") == number


def _reissued(visitor: Visitor) -> tuple[str, str, str]:
    """The address of a receipt, that of its case page, and the code that the office gave out after it."""
    receipt = ask(visitor)
    with transaction() as session:
        code = intake.reissue(session, only_case(session), an_entry())
    return path_of(receipt), own_page(receipt), code


def test_a_code_that_the_office_replaced_is_not_shown_any_more_and_the_new_one_is_asked_for(visitor: Visitor) -> None:
    receipt, own, code = _reissued(visitor)
    for path in (receipt, own, f"{own}/withdraw"):
        page = visitor.get(path)
        assert page.status == 410
        assert "查询码已更换" in page.text
        assert page.typed("number") == "2026-0001"
    page = visitor.post("/follow", {"number": page.typed("number"), "code": code}, follow=True)
    assert page.status == 200
    assert "机关为您更换了查询码" in page.text


def test_a_form_sent_once_more_after_its_code_was_replaced_does_not_show_the_dead_code(visitor: Visitor) -> None:
    checked = check(visitor)
    send = to_send(checked)
    dead = slip_of(visitor.post(send, follow=True))[1]
    with transaction() as session:
        intake.reissue(session, only_case(session), an_entry())
    page = visitor.post(send, follow=True)
    assert page.status == 410
    assert dead not in page.response.text


def test_whoever_has_lost_the_code_is_told_how_to_get_a_new_one(visitor: Visitor) -> None:
    assert "给您新的查询码" in visitor.get("/follow").text


def test_a_late_office_is_named_as_late_with_all_that_can_be_done(app: Flask, visitor: Visitor) -> None:
    long_ago = today() - timedelta(days=60)
    then = Entry(by=Hand.ledger, today=long_ago, now=now() - timedelta(days=60))
    with transaction() as session:
        office = agencies.found(session, "LAND")
        office.review_body = "吴山市人民政府"
        made = intake.register(session, office, a_request(channel="web", submitted_on=long_ago), then)
        intake.confirm(session, made.case, long_ago, then)
        number, code, due_on = made.case.number, made.access_code, made.case.due_on
    visitor.get("/follow")
    page = visitor.post("/follow", {"number": number, "code": code}, follow=True)
    assert f"答复期限已于{spoken(due_on).zh}届满" in page.text
    complaint = "向其上一级机关（吴山市人民政府）或者政府信息公开工作主管部门投诉、举报"
    for said in (complaint, "向吴山市人民政府申请行政复议", "向人民法院起诉", "致电机关"):
        assert said in page.text


@pytest.mark.parametrize("days", [10, 60])
def test_an_office_that_has_not_confirmed_in_time_is_to_be_called_and_its_delay_counts_against_it(
    visitor: Visitor, days: int
) -> None:
    long_ago = today() - timedelta(days=days)
    then = Entry(by=Hand.ledger, today=long_ago, now=now() - timedelta(days=days))
    with transaction() as session:
        new = a_request(channel="web", submitted_on=long_ago)
        made = intake.register(session, agencies.found(session, "LAND"), new, then)
        number, code = made.case.number, made.access_code
    visitor.get("/follow")
    page = visitor.post("/follow", {"number": number, "code": code}, follow=True)
    due_on = promise(long_ago, national()).due_on
    term = f"按提交之日起算，答复期限至{spoken(due_on).zh}（含当日）"
    for said in ("现在您可以：致电机关", "投诉、举报", "法院以提交之日为收到申请之日", term):
        assert said in page.text
    assert "保持联系畅通" not in page.text
    assert ("申请行政复议" in page.text) is (days == 60)
    receipt = visitor.get(path_of(page).replace("/follow/", "/receipt/"))
    assert "至今没有登记确认" in receipt.text
    assert "与您联系" not in receipt.text


def _ask_in_vain_to_correct(session: Session, case: Case, then: Entry) -> None:
    notice = casework.CorrectionNotice(on=then.today, until=then.today + timedelta(15), points="请写明起止门牌。")
    casework.ask_correction(session, case, notice, then)


def _ask_in_vain_for_a_fee(session: Session, case: Case, then: Entry) -> None:
    fee = casework.FeeNotice(on=then.today, way="item", quantity=11, yuan="100", received_on=then.today)
    casework.notice_fee(session, case, fee, then)


@pytest.mark.parametrize(
    ("act", "said", "unsaid"),
    [
        (_ask_in_vain_to_correct, "补正期限已过", "前补正"),
        (_ask_in_vain_for_a_fee, "已经按期缴费的，请告诉机关", "前缴纳"),
    ],
)
def test_whoever_let_the_time_pass_is_told_what_can_still_be_done_and_not_to_do_it_by_a_day_that_is_over(
    visitor: Visitor, act: Callable[[Session, Case, Entry], None], said: str, unsaid: str
) -> None:
    then = Entry(by=Hand.ledger, today=today() - timedelta(90), now=now() - timedelta(90))
    with transaction() as session:
        new = a_request(channel="web", submitted_on=then.today)
        made = intake.register(session, agencies.found(session, "LAND"), new, then)
        intake.confirm(session, made.case, then.today, then)
        act(session, made.case, then)
        slip = {"number": made.case.number, "code": made.access_code}
    visitor.get("/follow")
    page = visitor.post("/follow", slip, follow=True)
    assert said in page.text
    assert unsaid not in page.text
