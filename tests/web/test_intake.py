"""The counter: one page for what comes face to face, by fax and by post, each with the date that counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from requestflow.clock import today
from requestflow.rules.channels import Channel, MailKind
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.rules.words import spoken
from requestflow.rules.workdays import national
from requestflow.store.models import Agency, Case
from requestflow.store.session import transaction
from tests.web.conftest import Page, Visitor

SignIn = Callable[..., Visitor]


def _request(visitor: Visitor, **typed: Any) -> dict[str, Any]:
    """What a clerk typed on the empty page, with the hidden key of that page."""
    key = visitor.get("/counter").typed("key")
    return {
        "key": key,
        "way": "face_to_face",
        "submitted_on": today().isoformat(),
        "applicant_kind": "natural_person",
        "applicant_name": "李秀英",
        "description": "滨河路东段房屋征收补偿方案",
        **typed,
    }


def _all(session: Session) -> list[Case]:
    return list(session.exec(select(Case).order_by(col(Case.id))))


def _only() -> Case:
    with transaction() as session:
        (case,) = _all(session)
        return case


def test_a_request_handed_in_counts_from_that_day(sign_in: SignIn) -> None:
    clerk = sign_in()
    yesterday = today() - timedelta(days=1)
    page = clerk.post("/counter", _request(clerk, submitted_on=yesterday.isoformat()), follow=True)
    case = _only()
    assert (case.channel, case.received_on, case.state) == (Channel.face_to_face, yesterday, State.registered)
    assert case.number in page.text


@pytest.mark.parametrize(("way", "kind"), [("signed", MailKind.signed), ("ordinary", MailKind.ordinary)])
def test_a_letter_says_whether_it_was_signed_for(sign_in: SignIn, way: str, kind: MailKind) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk, way=way, signed_on=today().isoformat()))
    assert (_only().channel, _only().mail_kind) == (Channel.mail, kind)


def test_only_the_dates_of_the_chosen_way_are_kept(sign_in: SignIn) -> None:
    """The others stand in fields that are not to be seen, and say nothing."""
    clerk = sign_in()
    early = today() - timedelta(days=9)
    clerk.post("/counter", _request(clerk, way="signed", signed_on=early.isoformat(), confirmed_on="never"))
    case = _only()
    assert (case.submitted_on, case.signed_on, case.received_on) == (None, early, early)


def test_an_unconfirmed_fax_waits_for_its_confirmation(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.post("/counter", _request(clerk, way="fax"), follow=True)
    assert _only().state is State.received
    assert "尚未确认" in page.text


def test_the_page_posted_twice_makes_one_case(sign_in: SignIn) -> None:
    clerk = sign_in()
    typed = _request(clerk)
    first, second = (clerk.post("/counter", typed, follow=True) for _ in range(2))
    assert _only().number in first.text
    assert first.text == second.text


def test_the_receipt_shows_number_and_code_and_leads_on(sign_in: SignIn, visitor: Visitor) -> None:
    clerk = sign_in()
    receipt = clerk.post("/counter", _request(clerk, way="fax"), follow=True)
    number, code = ("".join(element.itertext()) for element in receipt.every(".//dl//dd")[:2])
    assert number == _only().number
    links = {element.get("href") for element in receipt.every(".//main//a")}
    assert {"/counter?way=fax", f"/cases/{_only().id}/confirm"} <= links, "what is to be done next, without a detour"
    assert f"应当于收到当日确认，最迟为{spoken(national().add(today(), 1)).zh}" in receipt.text
    visitor.get("/follow")
    followed = visitor.post("/follow", {"number": number, "code": code}, follow=True)
    assert number in followed.text


def test_the_code_is_shown_to_nobody_else(sign_in: SignIn) -> None:
    clerk = sign_in()
    receipt = clerk.post("/counter", _request(clerk), follow=True)
    code = receipt.every(".//dl//dd")[1].text or ""
    other = sign_in(Role.handler).get(f"/counter/receipt/{_only().id}")
    assert len(code) == 14
    assert other.status == 200
    assert code not in other.text


def test_the_receipt_tells_what_was_asked_and_of_whom(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.post("/counter", _request(clerk), follow=True)
    facts = "".join(page.found(".//dl[@class='facts dense']").itertext())
    assert "滨河路东段房屋征收补偿方案" in facts
    assert "吴山市人民政府" in facts


@pytest.mark.parametrize(("way", "said"), [("face_to_face", "请打印本页交给申请人"), ("fax", "将本页寄送申请人")])
def test_a_receipt_is_handed_over_only_to_somebody_who_stands_there(sign_in: SignIn, way: str, said: str) -> None:
    clerk = sign_in()
    page = clerk.post("/counter", _request(clerk, way=way), follow=True)
    assert said in page.text
    assert ("交给申请人" in page.text) == (way == "face_to_face")


def test_a_receipt_printed_again_speaks_of_no_code(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk))
    page = sign_in(Role.handler).get(f"/counter/receipt/{_only().id}")
    assert "查询码" not in "".join("".join(each.itertext()) for each in page.every(".//main//dl"))
    told = [each for each in page.every(".//main//p") if "查询码" in "".join(each.itertext())]
    assert [each.get("class") for each in told] == ["on-screen"]


def test_a_lost_code_is_replaced_once_and_shown_on_a_slip(sign_in: SignIn, visitor: Visitor) -> None:
    clerk = sign_in()
    receipt = clerk.post("/counter", _request(clerk), follow=True)
    case, lost = _only(), receipt.every(".//dl//dd")[1].text
    page = clerk.get(f"/cases/{case.id}")
    assert f"/cases/{case.id}/code" in {link.get("href") for link in page.every(".//aside//a")}
    form = clerk.get(f"/cases/{case.id}/code")
    slip = clerk.post(f"/cases/{case.id}/code", {"version": form.typed("version")}, follow=True)
    code = slip.every(".//dl//dd")[1].text
    assert "原查询码已失效" in slip.text
    assert code != lost
    assert "已重新发放，原查询码失效" in clerk.get(f"/cases/{case.id}").text
    assert clerk.post(f"/cases/{case.id}/code", {"version": form.typed("version")}).status == 409
    visitor.get("/follow")
    assert "没有找到" in visitor.post("/follow", {"number": case.number, "code": lost}, follow=True).text
    assert case.number in visitor.post("/follow", {"number": case.number, "code": code}, follow=True).title
    assert sign_in(Role.statistics).get(f"/cases/{case.id}/code").status == 403


def test_mistakes_are_told_in_the_order_of_the_page(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.get("/counter")
    page = clerk.post("/counter", {"way": "signed", "signed_on": "neulich"})
    told = [str(link.get("href")).removeprefix("#f-") for link in page.every(".//*[@role='alert']//a")]
    assert told == ["signed_on", "applicant_name", "applicant_kind", "description"]


def test_a_mistake_keeps_everything_that_was_typed(sign_in: SignIn) -> None:
    clerk = sign_in()
    tomorrow = (today() + timedelta(days=1)).isoformat()
    typed = _request(clerk, way="fax", submitted_on=tomorrow, phone="0953-2030001", topic="征地拆迁", note="下午到")
    page = clerk.post("/counter", typed)
    assert page.status == 422
    assert {name: page.typed(name) for name in typed} == typed
    assert page.every(".//*[@id='e-submitted_on']")


@pytest.mark.parametrize(
    ("way", "field"), [("face_to_face", "submitted_on"), ("fax", "submitted_on"), ("signed", "signed_on")]
)
def test_a_day_before_the_law_is_refused_at_the_day_that_counts(sign_in: SignIn, way: str, field: str) -> None:
    clerk = sign_in()
    page = clerk.post("/counter", _request(clerk, **{"way": way, "signed_on": "", field: "0001-01-01"}))
    assert page.status == 422
    assert "早于《政府信息公开条例》施行之日（2008年5月1日）" in "".join(
        page.found(f".//*[@id='e-{field}']").itertext()
    )
    assert page.found(f".//*[@id='f-{field}']").get("aria-invalid") == "true"


def test_a_page_without_a_way_asks_for_it(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.post("/counter", _request(clerk, way="pigeon"))
    assert page.status == 422
    assert page.every(".//*[@id='e-way']")


def test_known_applicants_are_suggested_and_filled_in(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk, phone="0953-2030001", address="吴忠市利通区"))
    page = clerk.get("/counter")
    assert [option.get("value") for option in page.every(".//datalist[@id='known-names']/option")] == ["李秀英"]
    page = clerk.post("/counter", {"recall": "yes", "applicant_name": "李秀英", "address": "另一处", "way": "fax"})
    assert (page.typed("phone"), page.typed("address"), page.typed("way")) == ("0953-2030001", "另一处", "fax")
    assert len([_only()]) == 1


def _focus(page: Page) -> str | None:
    (element,) = page.every(".//main//*[@autofocus]")
    return element.get("name")


def test_people_of_one_name_are_offered_and_none_is_picked_for_the_clerk(sign_in: SignIn) -> None:
    clerk = sign_in()
    for nth, known in enumerate(
        (
            {"id_type": "居民身份证", "id_number": "640302198001011234", "phone": "0953-2030001"},
            {"phone": "13909530002"},
            {"id_number": "640302198001011234", "phone": "13909539999"},  # the first again, with another telephone
        )
    ):
        clerk.post("/counter", _request(clerk, description=f"第{nth}年的预算", **known))
    page = clerk.post("/counter", {"recall": "yes", "applicant_name": "李秀英", "address": "另一处", "way": "fax"})
    assert "有2位相符的申请人" in page.text
    said = [" ".join("".join(button.itertext()).split()) for button in page.every(".//button[@name='recall']")[1:]]
    day = spoken(today()).zh
    assert said == [
        f"证件号码末四位1234 · 电话末四位9999 · 最近一次申请：{day}",
        f"电话末四位0002 · 最近一次申请：{day}",
    ]
    assert (page.typed("id_number"), page.typed("phone"), page.typed("address")) == ("", "", "另一处")
    assert _focus(page) == "recall"
    second = page.every(".//button[@name='recall']")[2].get("value")
    page = clerk.post("/counter", {"recall": second, "applicant_name": "李秀英", "address": "另一处", "way": "fax"})
    assert (page.typed("phone"), page.typed("id_number"), page.typed("address")) == ("13909530002", "", "另一处")
    assert _focus(page) == "description"


def test_only_a_person_of_that_name_is_filled_in(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk, phone="0953-2030001"))
    page = clerk.post("/counter", {"recall": str(_only().id), "applicant_name": "张三", "way": "fax"})
    assert page.typed("phone") == ""


def test_an_unknown_applicant_is_not_made_up(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.get("/counter")
    page = clerk.post("/counter", {"recall": "yes", "applicant_name": "张\0三", "way": "fax"})
    assert "没有查到" in page.text
    assert page.typed("applicant_name") == "张三"
    assert _focus(page) == "applicant_kind"
    page = clerk.post("/counter", {"recall": "yes", "applicant_name": "", "way": "fax"})
    assert "请先填写姓名或者电话" in page.text
    assert _focus(page) == "applicant_name"


def test_the_same_applicant_again_is_one_link_away(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk, phone="0953-2030001"))
    page = clerk.get("/counter", like=_only().id, way="fax")
    assert (page.typed("applicant_name"), page.typed("phone"), page.typed("description")) == (
        "李秀英",
        "0953-2030001",
        "",
    )


def test_a_government_enters_for_an_agency_below_it(sign_in: SignIn) -> None:
    clerk = sign_in(Role.clerk, "CITY")
    clerk.post("/counter", _request(clerk, agency="HEALTH"))
    with transaction() as session:
        assert session.get_one(Agency, _only().agency_id).code == "HEALTH"


def test_nobody_enters_for_an_agency_beside_or_above(sign_in: SignIn, app: Flask) -> None:
    clerk = sign_in(Role.clerk, "COUNTY")
    assert clerk.post("/counter", _request(clerk, agency="LAND")).status == 404
    assert clerk.get("/counter", like=1).status == 404
    with transaction() as session:
        assert _all(session) == []


def test_a_statistics_officer_does_not_enter_requests(sign_in: SignIn) -> None:
    assert sign_in(Role.statistics).get("/counter").status == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_article_stands_beside_the_dates(sign_in: SignIn, language: str) -> None:
    page = sign_in().get("/counter", lang=language)
    assert ("条例（2019）第31条第3项" if language == "zh" else "Regulation (2019) Art. 31(3)") in page.text


@pytest.mark.parametrize("said", [{"applicant_name": "秀英"}, {"applicant_name": "2030001"}, {"phone": "203000"}])
def test_a_part_of_the_name_or_of_the_telephone_finds_an_applicant(sign_in: SignIn, said: dict[str, str]) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk, phone="0953-203 0001", address="吴忠市利通区"))
    page = clerk.post("/counter", {"recall": "yes", "way": "fax", **said})
    assert [page.typed(name) for name in ("applicant_name", "phone", "address")] == [
        *("李秀英", "0953-203 0001", "吴忠市利通区")
    ]
    assert _focus(page) == "description"


def test_several_who_fit_a_part_are_told_apart_by_their_names(sign_in: SignIn) -> None:
    clerk = sign_in()
    for name in ("王秀英", "李秀英"):
        clerk.post("/counter", _request(clerk, applicant_name=name, phone="1"))
    page = clerk.post("/counter", {"recall": "yes", "applicant_name": "秀英", "way": "fax"})
    said = [" ".join("".join(button.itertext()).split()) for button in page.every(".//button[@name='recall']")[1:]]
    assert [each.partition(" · ")[0] for each in said] == ["李秀英", "王秀英"]
    chosen = page.every(".//button[@name='recall']")[2].get("value")
    page = clerk.post("/counter", {"recall": chosen, "applicant_name": "秀英", "way": "fax"})
    assert page.typed("applicant_name") == "王秀英"


def test_the_same_request_again_is_asked_about_and_entered_only_knowingly(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk))
    again = _request(clerk, description=" 滨河路东段房屋 征收补偿方案\n")
    page = clerk.post("/counter", again)
    assert page.status == 422
    assert f"与 {_only().number} 相似" in page.text
    assert page.typed("applicant_name") == "李秀英", "what was typed stays"
    assert clerk.post("/counter", {**again, "anyway": "yes"}).status == 302
    with transaction() as session:
        assert len(_all(session)) == 2


@pytest.mark.parametrize("typed", [{"submitted_on": "2999-01-01"}, {"email": "liushu"}], ids=["day", "address"])
def test_what_cannot_be_is_refused_before_a_like_request_is_asked_about(sign_in: SignIn, typed: dict[str, str]) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk))
    page = clerk.post("/counter", _request(clerk, **typed))
    assert page.status == 422
    assert [page.found(".//input[@aria-invalid]").get("name")] == list(typed)
    assert "相似" not in page.text


def test_the_same_text_of_another_applicant_is_another_request(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.post("/counter", _request(clerk))
    assert clerk.post("/counter", _request(clerk, applicant_name="王建国")).status == 302


def test_the_next_request_opens_with_the_way_of_the_one_before_and_the_focus_on_the_name(sign_in: SignIn) -> None:
    clerk = sign_in()
    assert _focus(clerk.get("/counter")) == "way"
    clerk.post("/counter", _request(clerk, way="fax"))
    page = clerk.get("/counter")
    assert page.typed("way") == "fax"
    assert _focus(page) == "applicant_name"
