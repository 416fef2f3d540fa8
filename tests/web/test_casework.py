"""The page of a case: exactly the steps allowed now, each with its form; what was typed is never lost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.lifecycle import STEPS, Action, State
from requestflow.rules.roles import Role
from requestflow.rules.workdays import national
from requestflow.services import agencies, casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Event, Person
from requestflow.store.session import transaction
from requestflow.web.steps import STEPS_BY_HAND
from requestflow.web.telling import FACTS, SILENT
from tests.make import a_request
from tests.web.conftest import Page, Visitor, statements

SignIn = Callable[..., Visitor]
NOT_BY_HAND = {Action.arrive, Action.register, Action.recalendar}


def _entry(session: Session) -> Entry:
    clerk = session.exec(select(Person).where(Person.login == "clerk.city")).one()
    return Entry(by=clerk, today=today(), now=now())


def _case(agency: str = "CITY", on: date | None = None, **known: Any) -> Case:
    about = {"submitted_on": on or today(), **known}
    with transaction() as session:
        return intake.register(session, agencies.found(session, agency), a_request(**about), _entry(session)).case


def _take(verb: Callable[..., Any], case: Case, form: Any) -> None:
    with transaction() as session:
        verb(session, session.get_one(Case, case.id), form, _entry(session))


def _now(case: Case) -> Case:
    with transaction() as session:
        return session.get_one(Case, case.id)


def _offered(page: Page, case: Case) -> set[str]:
    """The steps that the page offers for today; those for an earlier day stand in a part that opens."""
    links = {str(link.get("href")) for link in page.every(".//aside/ul//a")}
    return {link.removeprefix(f"/cases/{case.id}/") for link in links}


def _post(visitor: Visitor, case: Case, action: str, **typed: Any) -> Page:
    """Opens the form of a step and sends it back with what is typed."""
    form = visitor.get(f"/cases/{case.id}/{action}")
    sent = {"version": form.typed("version"), "on": form.typed("on"), **typed}
    return visitor.post(f"/cases/{case.id}/{action}", sent)


def _ago(workdays: int) -> date:
    day = today()
    while national().count(day, today()) < workdays:
        day -= timedelta(days=1)
    return day


def test_every_step_that_a_person_takes_has_a_form() -> None:
    assert set(STEPS_BY_HAND) == {action for _, action in STEPS} - NOT_BY_HAND


def test_an_open_case_offers_exactly_the_steps_of_its_state(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    assert _offered(clerk.get(f"/cases/{case.id}"), case) == {
        *("decide", "ask_correction", "consult_third_party", "consult_agency", "ask_extension", "notice_fee"),
        *("assign", "transfer", "withdraw", "set_regime", "note", "file_review", "file_suit", "file_complaint"),
    }


def test_an_unconfirmed_request_is_first_to_be_confirmed(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(channel="fax")
    page = clerk.get(f"/cases/{case.id}")
    assert _offered(page, case) == {"confirm", "assign", "transfer", "withdraw", "note"}
    assert page.found("body/main//aside//a[@class='act act-main']").get("href") == f"/cases/{case.id}/confirm"


def test_a_step_appears_only_once_its_conditions_hold(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = _case(on=_ago(3))
    assert "consent_extension" not in _offered(clerk.get(f"/cases/{case.id}"), case)
    assert {"consent_extension"} <= _offered(head.get(f"/cases/{case.id}"), case)
    assert "extend" not in _offered(clerk.get(f"/cases/{case.id}"), case)
    assert _post(head, case, "consent_extension", workdays=10).status == 302
    assert "extend" in _offered(clerk.get(f"/cases/{case.id}"), case)
    assert _post(clerk, case, "extend", workdays=10).status == 302
    offered = _offered(clerk.get(f"/cases/{case.id}"), case)
    assert not offered & {"extend", "ask_extension"}
    assert _now(case).extension_workdays == 10


def test_nobody_but_a_head_consents(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    assert clerk.get(f"/cases/{case.id}/consent_extension").status == 403
    clerk.get(f"/cases/{case.id}")
    posted = clerk.post(f"/cases/{case.id}/consent_extension", {"on": today().isoformat(), "workdays": "5"})
    assert posted.status == 403


def test_a_head_is_led_to_the_consent_that_was_asked_for(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = _case()
    _post(clerk, case, "ask_extension", workdays=7, reason="资料分散")
    page = head.get(f"/cases/{case.id}")
    assert page.found("body/main//aside//a[@class='act act-main']").get("href").endswith("/consent_extension")
    form = head.get(f"/cases/{case.id}/consent_extension")
    assert (form.typed("workdays"), form.typed("reason")) == ("7", "资料分散")


def test_a_statistics_officer_reads_and_takes_no_step(sign_in: SignIn) -> None:
    sign_in()
    reader = sign_in(Role.statistics)
    case = _case()
    page = reader.get(f"/cases/{case.id}")
    assert (page.status, _offered(page, case)) == (200, set())
    assert {reader.get(f"/cases/{case.id}/{action}").status for action in STEPS_BY_HAND} == {403}


@pytest.mark.parametrize("agency", ["LAND", "COUNTY"])
def test_the_case_of_another_agency_is_as_if_there_were_none(sign_in: SignIn, agency: str) -> None:
    sign_in()
    case = _case("CITY")
    other = sign_in(Role.head, agency)
    assert other.get(f"/cases/{case.id}").status == other.get("/cases/999999").status == 404
    assert other.get(f"/cases/{case.id}/decide").status == 404
    other.get("/desk")
    assert other.post(f"/cases/{case.id}/decide", {"on": today().isoformat(), "outcome": "O02"}).status == 404
    assert _now(case).state is State.registered


def test_an_unknown_step_is_no_page(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    assert clerk.get(f"/cases/{case.id}/register").status == clerk.get(f"/cases/{case.id}/fly").status == 404


@pytest.mark.parametrize("came", [{}, {"channel": "fax"}, {"on": date(2018, 3, 5)}])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_opens_in_both_languages_with_today_as_its_day(
    sign_in: SignIn, language: str, came: dict[str, Any]
) -> None:
    head = sign_in(Role.head)
    sign_in()
    case = _case(**came)
    for action in STEPS_BY_HAND:
        page = head.get(f"/cases/{case.id}/{action}", lang=language)
        assert page.status == 200, action
        assert page.typed("on") == today().isoformat(), action
        label = action.label.zh if language == "zh" else action.label.en
        assert page.title.startswith(label)


def test_two_who_act_at_once_one_gets_a_sentence_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    first, second = sign_in(), sign_in(Role.handler)
    case = _case()
    form = second.get(f"/cases/{case.id}/decide")
    assert _post(first, case, "note", note="电话联系过").status == 302
    typed = {"version": form.typed("version"), "on": today().isoformat(), "outcome": "O11", "reason": "写了很久的理由"}
    page = second.post(f"/cases/{case.id}/decide", typed)
    assert page.status == 409
    assert "案件刚刚被他人更新" in page.text
    assert "备注 经办员某" in page.text, "what the other did"
    assert (page.typed("reason"), page.typed("outcome")) == ("写了很久的理由", "O11")
    assert _now(case).state is State.registered
    again = second.post(f"/cases/{case.id}/decide", {**typed, "version": page.typed("version")})
    assert again.status == 302
    assert _now(case).outcome == "O11"


def test_a_refused_step_says_why_beside_its_field_with_the_article(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    page = _post(clerk, case, "decide", outcome="O11", record="见附件")
    assert page.status == 422
    assert "必须说明理由" in "".join(page.found(".//*[@id='e-reason']").itertext())
    assert "条例（2019）第14条" in page.text
    assert (page.typed("outcome"), page.typed("record")) == ("O11", "见附件")


@pytest.mark.parametrize(
    ("action", "typed", "field"),
    [
        ("ask_extension", {"workdays": 21}, "workdays"),
        ("ask_correction", {"until": "", "points": "门牌"}, "until"),
        ("ask_correction", {"until": "2019-01-01", "points": "门牌"}, "until"),
        ("decide", {"outcome": ""}, "outcome"),
        ("note", {"note": " "}, "note"),
        ("assign", {"handler": "nobody"}, "handler"),
        ("consult_third_party", {"party": ""}, "party"),
        ("withdraw", {"on": "2099-01-01"}, "on"),
        ("withdraw", {"on": "昨天"}, "on"),
        ("set_regime", {"regime": "2007", "reason": ""}, "reason"),
    ],
)
def test_a_mistake_is_marked_at_its_field(sign_in: SignIn, action: str, typed: dict[str, Any], field: str) -> None:
    clerk = sign_in()
    case = _case()
    page = _post(clerk, case, action, **typed)
    assert page.status == 422
    assert page.every(f".//*[@id='e-{field}']"), page.text
    assert page.title.startswith("错误")


def test_the_outcomes_stand_in_groups_with_what_must_be_recorded(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.get(f"/cases/{_case().id}/decide")
    groups = [(heading.text or "") for heading in page.every(".//h2[@class='outcome-group']")]
    assert groups == ["予以公开", "不予公开", "无法提供", "不予处理", "其他处理"]
    codes = {radio.get("value") for radio in page.every(".//input[@name='outcome']")}
    assert {"O02", "O14A", "O21", "O45"} <= codes
    assert not codes & {"O41", "O42", "O43"}, "lapsed and withdrawn are steps of their own"
    assert "检索记录（检索范围、方法和结果）" in page.text


def test_a_case_of_the_old_regulation_offers_no_outcome_of_the_new(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=date(2018, 3, 5))
    page = clerk.get(f"/cases/{case.id}/decide")
    assert "条例（2007）第21条" in page.text
    assert not _offered(clerk.get(f"/cases/{case.id}"), case) & {"ask_correction", "notice_fee"}


def test_the_corrected_request_stands_beside_the_first(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=_ago(3))
    _post(clerk, case, "ask_correction", on=_ago(2).isoformat(), until=today().isoformat(), points="请写明门牌号")
    _post(clerk, case, "correct", on=_ago(1).isoformat(), text="光明街1号至20号的补偿方案")
    asked = clerk.get(f"/cases/{case.id}").found(".//section[@aria-labelledby='asked-for']")
    assert "光明街1号至20号的补偿方案" in "".join(asked.itertext())


def test_a_consultation_lists_who_was_asked_and_gives_the_time_back(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=_ago(6))
    _post(clerk, case, "consult_third_party", on=_ago(4).isoformat(), party="恒远置业有限公司", question="合同单价")
    assert _now(case).state is State.waiting_third_party
    form = clerk.get(f"/cases/{case.id}/record_opinion")
    assert form.typed("consultation") == "1", "the only one is chosen already"
    assert "恒远置业有限公司" in form.text
    _post(clerk, case, "record_opinion", on=_ago(2).isoformat(), consultation=1, opinion="objects", text="商业秘密")
    page = clerk.get(f"/cases/{case.id}")
    assert _now(case).state is State.open
    assert _now(case).due_on == national().add(_ago(2), 18)
    assert "不同意公开" in page.text
    assert "record_opinion" not in _offered(page, case)


def test_the_fee_is_reckoned_by_the_page(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    form = clerk.get(f"/cases/{case.id}/notice_fee")
    assert (form.typed("way"), form.typed("quantity"), form.typed("yuan")) == ("item", "1", "0")
    page = _post(clerk, case, "notice_fee", way="page", quantity="120", yuan="0", reckon="yes")
    assert (page.status, page.typed("yuan")) == (200, "1100")
    assert _now(case).state is State.registered
    assert _post(clerk, case, "notice_fee", way="page", quantity="120", yuan="1100").status == 302
    assert (_now(case).state, _now(case).fee_yuan) == (State.waiting_fee, 1100)


def test_the_request_of_the_month_is_counted_for_its_fee(sign_in: SignIn) -> None:
    clerk = sign_in()
    for _ in range(11):
        case = _case()
    form = clerk.get(f"/cases/{case.id}/notice_fee")
    assert (form.typed("quantity"), form.typed("yuan")) == ("11", "100")


def test_only_those_who_may_work_on_it_are_listed(sign_in: SignIn) -> None:
    city, county = sign_in(Role.clerk, "CITY"), sign_in(Role.handler, "COUNTY")
    sign_in(Role.handler, "LAND"), sign_in(Role.statistics, "COUNTY")
    case = _case("COUNTY")
    form = county.get(f"/cases/{case.id}/assign")
    offered = {option.get("value") for option in form.every(".//select[@name='handler']/option")}
    assert offered - {""} == {"clerk.city", "handler.county"}
    assert form.typed("handler") == "handler.county"
    _post(city, case, "assign", handler="handler.county")
    assert _now(case).number in county.get("/desk", pile="mine").text


def test_a_case_handed_on_leaves_the_desk(sign_in: SignIn) -> None:
    sign_in()
    county = sign_in(Role.clerk, "COUNTY")
    case = _case("COUNTY")
    form = county.get(f"/cases/{case.id}/transfer")
    offered = {option.get("value") for option in form.every(".//select[@name='to']/option")}
    assert offered - {""} == {"CITY", "LAND", "HEALTH"}
    page = _post(county, case, "transfer", to="LAND", reason="属自然资源局职责")
    assert (page.status, page.response.location) == (302, "/desk")
    assert county.get(f"/cases/{case.id}").status == 404
    with transaction() as session:
        assert session.get_one(Agency, _now(case).agency_id).code == "LAND"


def test_paper_of_an_earlier_day_is_typed_in_after_the_answer(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=_ago(10))
    _take(casework.decide, case, casework.Decision(on=_ago(1), outcome="O02"))
    page = clerk.get(f"/cases/{case.id}")
    assert "consult_third_party" not in _offered(page, case)
    earlier = {str(link.get("href")).rpartition("/")[2] for link in page.every(".//aside/details//a")}
    assert "consult_third_party" in earlier
    assert "今天的状态" in clerk.get(f"/cases/{case.id}/consult_third_party").text
    _post(clerk, case, "consult_third_party", on=_ago(8).isoformat(), party="恒远置业")
    assert (
        _post(clerk, case, "record_opinion", on=_ago(5).isoformat(), consultation=1, opinion="consents").status == 302
    )
    assert _now(case).state is State.decided
    assert _now(case).due_on == national().add(_ago(5), 18)


def test_the_page_explains_the_date_day_by_day(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=date(2026, 1, 28))
    page = clerk.get(f"/cases/{case.id}")
    assert "答复期限20个工作日" in page.text
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.every(".//table[@class='list diary']/tbody/tr")]
    assert rows[0] == "2026年1月29日 1"
    assert "2026年2月17日 春节" in " ".join(rows)
    assert rows[-1].endswith(" 20")


def test_the_story_tells_who_did_what_and_when_it_was_typed_in(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=_ago(5))
    _post(clerk, case, "ask_correction", on=_ago(2).isoformat(), until=today().isoformat(), points="请写明门牌号")
    page = clerk.get(f"/cases/{case.id}")
    story = [
        " ".join("".join(line.itertext()).split()) for line in page.every(".//section[@aria-labelledby='story']//li")
    ]
    assert len(story) == 2
    assert "告知补正 经办员某" in story[1]
    assert "录入时间" in story[1]
    assert "请写明门牌号" in story[1]


def test_a_review_that_corrects_opens_the_case_again(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(on=_ago(15))
    _post(clerk, case, "decide", on=_ago(8).isoformat(), outcome="O11", reason="国家秘密")
    _post(clerk, case, "send", on=_ago(7).isoformat(), delivery="post", tracking_number="XA1")
    assert "close_review" not in _offered(clerk.get(f"/cases/{case.id}"), case)
    _post(clerk, case, "file_review", on=_ago(5).isoformat())
    form = clerk.get(f"/cases/{case.id}/close_review")
    assert form.typed("remedy") == "1"
    _post(clerk, case, "close_review", on=_ago(1).isoformat(), remedy=1, result="corrected")
    page = clerk.get(f"/cases/{case.id}")
    assert _now(case).state is State.open
    assert "结果纠正" in page.text
    assert "decide" in _offered(page, case)
    _post(clerk, case, "decide", outcome="O02")
    page = clerk.get(f"/cases/{case.id}")
    assert "重新作出的答复 结果 予以公开，提供信息" in page.text
    assert _now(case).outcome == "O11", "the year counts the first answer"


def test_a_whole_case_is_carried_to_its_file(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(channel="fax", on=_ago(3))
    for action, typed in (
        ("confirm", {"on": _ago(3).isoformat()}),
        ("consult_agency", {"on": _ago(2).isoformat(), "party": "市财政局", "is_co_author": "yes"}),
        ("record_receipt", {"on": _ago(2).isoformat(), "consultation": 1}),
        ("record_opinion", {"on": _ago(1).isoformat(), "consultation": 1, "opinion": "consents"}),
        ("decide", {"outcome": "O02"}),
        ("send", {"delivery": "direct"}),
        ("close", {"note": "已归档"}),
        ("file_complaint", {}),
        ("close_complaint", {"remedy": 1}),
        ("set_regime", {"regime": "2019", "reason": "核对"}),
    ):
        page = _post(clerk, case, action, **typed)
        assert page.status == 302, (action, page.text)
    assert _now(case).state is State.closed
    with transaction() as session:
        events = session.exec(select(Event).where(Event.case_id == case.id)).all()
    assert len(events) == 11
    assert {fact for each in events for fact in each.facts} <= set(FACTS) | SILENT, "a fact that no page tells"
    assert clerk.get(f"/cases/{case.id}", lang="en").status == 200


def test_the_page_asks_few_questions_however_long_its_story_is(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case()
    for nth in range(20):
        _take(casework.note, case, casework.Dated(on=today(), note=f"第{nth}次"))
    clerk.get(f"/cases/{case.id}")
    with statements() as said:
        assert "第19次" in clerk.get(f"/cases/{case.id}").text
    assert len([each for each in said if each.startswith("SELECT")]) <= 10
