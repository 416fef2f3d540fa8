"""The form of each step: what it offers and knows beforehand, and that what was typed is never lost."""

from datetime import date
from typing import Any

import pytest

from requestflow.clock import today
from requestflow.rules.lifecycle import STEPS, Action, State
from requestflow.rules.roles import Role
from requestflow.rules.words import spoken
from requestflow.rules.workdays import national
from requestflow.store.models import Case
from requestflow.web.steps import STEPS_BY_HAND
from tests.web.conftest import Page, Visitor
from tests.web.desk import SignIn, ago, came_in, now_at, offered_on, step

NOT_BY_HAND = {Action.arrive, Action.register, Action.recalendar}


def test_every_step_that_a_person_takes_has_a_form() -> None:
    assert set(STEPS_BY_HAND) == {action for _, action in STEPS} - NOT_BY_HAND


def test_an_unknown_step_is_no_page(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    assert clerk.get(f"/cases/{case.id}/register").status == clerk.get(f"/cases/{case.id}/fly").status == 404


@pytest.mark.parametrize("came", [{}, {"channel": "fax"}, {"on": date(2018, 3, 5)}])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_opens_in_both_languages_with_today_as_its_day(
    sign_in: SignIn, language: str, came: dict[str, Any]
) -> None:
    head = sign_in(Role.head)
    sign_in()
    case = came_in(**came)
    for action in STEPS_BY_HAND:
        page = head.get(f"/cases/{case.id}/{action}", lang=language)
        assert page.status == 200, action
        if action is not Action.amend:  # which is of the day on which it is typed
            assert page.typed("on") == today().isoformat(), action
        label = action.label.zh if language == "zh" else action.label.en
        assert page.title.startswith(label)


def test_two_who_act_at_once_one_gets_a_sentence_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    first, second = sign_in(), sign_in(Role.handler)
    case = came_in()
    form = second.get(f"/cases/{case.id}/decide")
    assert step(first, case, "note", note="电话联系过").status == 302
    typed = {"version": form.typed("version"), "on": today().isoformat(), "outcome": "O11", "reason": "写了很久的理由"}
    page = second.post(f"/cases/{case.id}/decide", typed)
    assert page.status == 409
    assert "案件刚刚被他人更新" in page.text
    assert "备注 登记员某" in page.text, "what the other did"
    assert (page.typed("reason"), page.typed("outcome")) == ("写了很久的理由", "O11")
    assert now_at(case).state is State.registered
    again = second.post(f"/cases/{case.id}/decide", {**typed, "version": page.typed("version")})
    assert again.status == 302
    assert now_at(case).outcome == "O11"


def _source(page: Page) -> str:
    return "".join(page.found(".//form[@class='form']/p[@class='source']").itertext())


def test_an_opinion_is_read_by_the_article_of_whoever_was_asked(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    step(clerk, case, "consult_agency", party="市水务局", is_co_author="yes")
    for action in ("record_receipt", "record_opinion"):
        assert _source(clerk.get(f"/cases/{case.id}/{action}")) == "依据：条例（2019）第34条"
    step(clerk, case, "consult_third_party", party="恒远置业")
    assert _source(clerk.get(f"/cases/{case.id}/record_opinion")) == "依据：条例（2019）第32条、第34条"


def test_a_lapse_rests_on_what_was_awaited(sign_in: SignIn) -> None:
    clerk = sign_in()
    case, other = came_in(on=ago(25)), came_in(on=ago(25))
    step(clerk, case, "ask_correction", on=ago(20), until=ago(10), points="请写明门牌")
    assert _source(clerk.get(f"/cases/{case.id}/lapse")) == "依据：条例（2019）第30条"
    step(clerk, other, "notice_fee", on=ago(20), way="item", quantity="11", yuan="100")
    assert _source(clerk.get(f"/cases/{other.id}/lapse")) == "依据：条例（2019）第42条；国办函〔2020〕109号"


def test_an_answer_before_a_third_party_has_had_its_time_is_warned_of_and_not_forbidden(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(8))
    step(clerk, case, "consult_third_party", on=ago(6), party="恒远置业")
    assert "没有登记其收到征求意见书之日" in clerk.get(f"/cases/{case.id}/decide").text
    step(clerk, case, "record_receipt", on=ago(4), consultation="1")
    until = spoken(national().add(ago(4), 15)).zh
    assert f"第三方“恒远置业”仍在反馈期内（至{until}）" in clerk.get(f"/cases/{case.id}/decide").text
    assert step(clerk, case, "decide", outcome="O02").status == 302
    other = came_in(on=ago(30))
    step(clerk, other, "consult_third_party", on=ago(25), party="恒远置业")
    step(clerk, other, "record_receipt", on=ago(20), consultation="1")
    assert "反馈期内" not in clerk.get(f"/cases/{other.id}/decide").text


def test_a_case_is_handed_on_with_a_reason_and_the_page_says_when_that_is_lawful(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    page = clerk.get(f"/cases/{case.id}/transfer")
    assert "只能在同一机关体系内转办" in page.text
    assert "条例（2019）第36条第5项" in page.text
    page = step(clerk, case, "transfer", to="LAND", reason="")
    assert page.status == 422
    assert page.every(".//*[@id='e-reason']")


def test_the_tariff_names_its_bands_as_the_rule_does(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    page = clerk.get(f"/cases/{case.id}/notice_fee")
    assert "31件以上的部分，每件200元（以10件为一档，每增加一档，每件提高100元）" in page.text
    assert "201页以上的部分，每页40元" in page.text
    assert "31 and over at 200" in clerk.get(f"/cases/{case.id}/notice_fee", lang="en").text


def test_numbers_may_be_typed_in_full_width_digits(sign_in: SignIn) -> None:
    clerk = sign_in()
    case, other = came_in(on=ago(3)), came_in(on=ago(3))
    assert step(clerk, case, "ask_extension", workdays="２０").status == 302
    typed = {"way": "item", "quantity": "１１"}
    page = step(clerk, other, "notice_fee", **typed, reckon="yes")
    assert page.typed("yuan") == "100"
    assert step(clerk, other, "notice_fee", **typed, yuan="１００．００").status == 302
    assert now_at(other).fee_yuan == 100


def test_the_sum_of_a_notice_stands_in_the_story_as_figures_are_written(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3))
    assert step(clerk, case, "notice_fee", way="page", quantity="150", yuan="1700").status == 302
    assert clerk.get(f"/cases/{case.id}").text.count("1,700") == 2, "in the story and among the facts"


def test_a_refused_step_says_why_beside_its_field_with_the_article(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    page = step(clerk, case, "decide", outcome="O11", record="见附件")
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
        ("decide", {"outcome": "O21"}, "record"),
        ("extend", {"workdays": 5}, "on"),
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
    case = came_in()
    page = step(clerk, case, action, **typed)
    assert page.status == 422
    assert page.every(f".//*[@id='e-{field}']"), page.text
    assert page.title.startswith("错误")


def test_the_outcomes_stand_in_groups_with_what_must_be_recorded(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.get(f"/cases/{came_in().id}/decide")
    groups = [(heading.text or "") for heading in page.every(".//h2[@class='outcome-group']")]
    assert groups == ["予以公开", "不予公开", "无法提供", "不予处理", "其他处理"]
    codes = {radio.get("value") for radio in page.every(".//input[@name='outcome']")}
    assert {"O02", "O14A", "O21", "O45"} <= codes
    assert not codes & {"O41", "O42", "O43"}, "lapsed and withdrawn are steps of their own"
    assert "检索记录（检索范围、方法和结果）" in page.text


def test_the_form_says_for_which_answers_something_must_be_on_record(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    hint = "".join(clerk.get(f"/cases/{case.id}/decide").found(".//*[@id='h-record']").itertext())
    assert "“经检索信息不存在”须记录检索记录" in hint
    assert "负责公开该信息的行政机关" not in hint, "where it is known"
    english = "".join(clerk.get(f"/cases/{case.id}/decide", lang="en").found(".//*[@id='h-record']").itertext())
    assert "“Repeat request”: Number and date of the earlier answer" in english


def test_a_case_of_the_old_regulation_offers_no_outcome_of_the_new(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=date(2018, 3, 5))
    page = clerk.get(f"/cases/{case.id}/decide")
    assert "条例（2007）第21条" in page.text
    assert not offered_on(clerk.get(f"/cases/{case.id}"), case) & {"ask_correction", "notice_fee"}


def test_a_consultation_lists_who_was_asked_and_gives_the_time_back(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(6))
    step(clerk, case, "consult_third_party", on=ago(4).isoformat(), party="恒远置业有限公司", question="合同单价")
    assert now_at(case).state is State.waiting_third_party
    form = clerk.get(f"/cases/{case.id}/record_opinion")
    assert form.typed("consultation") == "1", "the only one is chosen already"
    assert "恒远置业有限公司" in form.text
    step(clerk, case, "record_opinion", on=ago(2).isoformat(), consultation=1, opinion="objects", text="商业秘密")
    page = clerk.get(f"/cases/{case.id}")
    assert now_at(case).state is State.open
    assert now_at(case).due_on == national().add(ago(2), 18)
    assert "不同意公开" in page.text
    assert "record_opinion" not in offered_on(page, case)


def test_the_day_on_which_the_letter_arrived_is_asked_for_before_the_opinion(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(6))
    step(clerk, case, "consult_third_party", on=ago(4).isoformat(), party="恒远置业有限公司")
    step(clerk, case, "consult_third_party", on=ago(4).isoformat(), party="宏图建设有限公司")
    assert _next_on(clerk, case) == "record_receipt", "until then their time does not run"
    step(clerk, case, "record_receipt", on=ago(3).isoformat(), consultation=1)
    assert _next_on(clerk, case) == "record_opinion"
    step(clerk, case, "record_opinion", on=ago(2).isoformat(), consultation=1, opinion="consents")
    assert _next_on(clerk, case) == "record_receipt", "of the other"


def test_another_agency_has_no_time_that_would_run(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(6))
    step(clerk, case, "consult_agency", on=ago(4).isoformat(), party="吴山市财政局")
    assert _next_on(clerk, case) == "record_opinion"


def _next_on(visitor: Visitor, case: Case) -> str:
    """The step that the page of the case puts first."""
    main = visitor.get(f"/cases/{case.id}").found("body/main//aside//a[@accesskey='g']")
    return str(main.get("href")).rpartition("/")[2]


def test_what_depends_on_the_outcome_is_called_neither_optional_nor_required(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = clerk.get(f"/cases/{came_in().id}/decide")
    assert not page.every(".//*[@class='optional']")
    assert page.found(".//textarea[@name='reason']").get("aria-required") is None


def test_the_fee_is_reckoned_by_the_page(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    form = clerk.get(f"/cases/{case.id}/notice_fee")
    assert (form.typed("way"), form.typed("quantity"), form.typed("yuan")) == ("item", "1", "0")
    page = step(clerk, case, "notice_fee", way="page", quantity="120", yuan="0", reckon="yes")
    assert (page.status, page.typed("yuan")) == (200, "1100")
    assert page.found(".//form//*[@autofocus]").get("name") == "yuan", "to be looked at before it is sent"
    assert now_at(case).state is State.registered
    assert step(clerk, case, "notice_fee", way="page", quantity="120", yuan="1100").status == 302
    assert (now_at(case).state, now_at(case).fee_yuan) == (State.waiting_fee, 1100)


def test_the_request_of_the_month_is_counted_for_its_fee(sign_in: SignIn) -> None:
    clerk = sign_in()
    for _ in range(11):
        case = came_in()
    form = clerk.get(f"/cases/{case.id}/notice_fee")
    assert (form.typed("quantity"), form.typed("yuan")) == ("11", "100")


def test_only_those_who_may_work_on_it_are_listed(sign_in: SignIn) -> None:
    city, county = sign_in(Role.clerk, "CITY"), sign_in(Role.handler, "COUNTY")
    sign_in(Role.handler, "LAND"), sign_in(Role.statistics, "COUNTY")
    case = came_in("COUNTY")
    form = county.get(f"/cases/{case.id}/assign")
    offered = {option.get("value") for option in form.every(".//select[@name='handler']/option")}
    assert offered - {""} == {"clerk.city", "handler.county"}
    assert form.typed("handler") == "handler.county"
    step(city, case, "assign", handler="handler.county")
    assert now_at(case).number in county.get("/desk", pile="mine").text
