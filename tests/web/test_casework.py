"""The page of a case: its story, its date, and exactly the steps allowed now to whoever reads it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from requestflow.clock import today
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.rules.workdays import national
from requestflow.services import casework
from requestflow.store.models import Agency, Event
from requestflow.store.session import transaction
from requestflow.web.steps import STEPS_BY_HAND
from requestflow.web.telling import FACTS, SILENT
from tests.web.conftest import statements
from tests.web.desk import SignIn, ago, came_in, now_at, offered_on, step, take


def test_an_open_case_offers_exactly_the_steps_of_its_state(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    assert offered_on(clerk.get(f"/cases/{case.id}"), case) == {
        *("decide", "ask_correction", "consult_third_party", "consult_agency", "ask_extension", "notice_fee"),
        *("assign", "transfer", "withdraw", "set_regime", "amend", "note"),
        *("file_review", "file_suit", "file_complaint"),
    }


def test_an_unconfirmed_request_is_first_to_be_confirmed(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(channel="fax")
    page = clerk.get(f"/cases/{case.id}")
    assert offered_on(page, case) == {"confirm", "assign", "transfer", "withdraw", "amend", "note"}
    assert page.found("body/main//aside//a[@accesskey='g']").get("href") == f"/cases/{case.id}/confirm"


def test_what_is_to_be_done_is_read_before_the_case_itself_and_what_else_could_be_done_after_it(
    sign_in: SignIn,
) -> None:
    page = sign_in().get(f"/cases/{came_in(on=ago(3)).id}")
    stations = page.every(".//*[@accesskey='g']") + page.every(".//section[@aria-labelledby='story']")
    stations += page.every(".//*[@id='all-steps']")
    assert [station for station in page.every(".//*") if station in stations] == stations
    assert len(stations) == 3
    assert page.found(".//aside//p[@class='jump']/a").get("href") == "#all-steps"


def test_a_step_appears_only_once_its_conditions_hold(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = came_in(on=ago(3))
    answers = {"consent_extension", "refuse_extension"}
    assert not answers & offered_on(head.get(f"/cases/{case.id}"), case)
    step(clerk, case, "ask_extension", workdays=10)
    assert answers <= offered_on(head.get(f"/cases/{case.id}"), case)
    assert not answers & offered_on(clerk.get(f"/cases/{case.id}"), case)
    assert "extend" not in offered_on(clerk.get(f"/cases/{case.id}"), case)
    assert step(head, case, "consent_extension", workdays=10).status == 302
    assert "extend" in offered_on(clerk.get(f"/cases/{case.id}"), case)
    assert step(clerk, case, "extend", workdays=10).status == 302
    offered = offered_on(clerk.get(f"/cases/{case.id}"), case)
    assert not offered & {"extend", "ask_extension"}
    assert now_at(case).extension_workdays == 10


def test_a_refused_extension_is_told_with_its_reason_and_may_be_asked_for_again(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = came_in(on=ago(3))
    step(clerk, case, "ask_extension", workdays=20, reason="资料分散")
    assert step(head, case, "refuse_extension", reason="").status == 422
    assert step(head, case, "refuse_extension", reason="资料均在本科室").status == 302
    page = clerk.get(f"/cases/{case.id}")
    assert "不同意延期" in page.text
    assert "资料均在本科室" in page.text
    assert "extend" not in offered_on(page, case)
    assert now_at(case).extension_asked_on is None
    assert not {"consent_extension", "refuse_extension"} & offered_on(head.get(f"/cases/{case.id}"), case)
    step(clerk, case, "ask_extension", workdays=5)
    assert now_at(case).extension_asked_on == today()
    assert {"consent_extension", "refuse_extension"} <= offered_on(head.get(f"/cases/{case.id}"), case)


def test_a_consent_on_paper_that_nobody_asked_for_here_can_be_typed_in(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = came_in(on=ago(3))
    assert step(head, case, "consent_extension", on=ago(1).isoformat(), workdays=10).status == 302
    assert "extend" in offered_on(clerk.get(f"/cases/{case.id}"), case)


def test_nobody_but_a_head_consents(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    assert clerk.get(f"/cases/{case.id}/consent_extension").status == 403
    clerk.get(f"/cases/{case.id}")
    posted = clerk.post(f"/cases/{case.id}/consent_extension", {"on": today().isoformat(), "workdays": "5"})
    assert posted.status == 403


def test_a_head_is_led_to_the_consent_that_was_asked_for(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = came_in()
    step(clerk, case, "ask_extension", workdays=7, reason="资料分散")
    page = head.get(f"/cases/{case.id}")
    assert page.found("body/main//aside//a[@accesskey='g']").get("href").endswith("/consent_extension")
    form = head.get(f"/cases/{case.id}/consent_extension")
    assert (form.typed("workdays"), form.typed("reason")) == ("7", "资料分散")


def test_an_extension_that_the_head_consented_to_is_next_to_be_told(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = came_in(on=ago(3))
    step(clerk, case, "assign", handler="clerk.city")
    step(clerk, case, "ask_extension", workdays=7)
    step(head, case, "consent_extension", workdays=7)
    page = clerk.get(f"/cases/{case.id}")
    assert page.found("body/main//aside//a[@accesskey='g']").get("href") == f"/cases/{case.id}/extend"
    assert "负责人已同意延长7个工作日" in page.text
    step(clerk, case, "extend", workdays=7)
    page = clerk.get(f"/cases/{case.id}")
    assert page.found("body/main//aside//a[@accesskey='g']").get("href") == f"/cases/{case.id}/decide"
    assert "负责人已同意延长" not in page.text


def test_how_the_applicant_is_reached_stands_beside_every_form(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(channel="fax", phone="0953-2012345", address="利通区光明街1号", postcode="751100")
    beside = "".join(clerk.get(f"/cases/{case.id}/confirm").found(".//aside").itertext())
    assert "0953-2012345" in beside
    assert "利通区光明街1号 751100" in beside
    assert "电子邮箱" not in beside, "none was given"


def test_the_first_question_of_a_step_has_the_keyboard(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    for action in ("assign", "transfer", "note", "decide"):
        first = clerk.get(f"/cases/{case.id}/{action}").found(".//main//*[@autofocus]")
        assert first.get("name") in ("handler", "to", "on"), action


def test_a_statistics_officer_reads_and_takes_no_step(sign_in: SignIn) -> None:
    sign_in()
    reader = sign_in(Role.statistics)
    case = came_in()
    page = reader.get(f"/cases/{case.id}")
    assert (page.status, offered_on(page, case)) == (200, set())
    assert {reader.get(f"/cases/{case.id}/{action}").status for action in STEPS_BY_HAND} == {403}


@pytest.mark.parametrize("agency", ["LAND", "COUNTY"])
def test_the_case_of_another_agency_is_as_if_there_were_none(sign_in: SignIn, agency: str) -> None:
    sign_in()
    case = came_in("CITY")
    other = sign_in(Role.head, agency)
    assert other.get(f"/cases/{case.id}").status == other.get("/cases/999999").status == 404
    assert other.get(f"/cases/{case.id}/decide").status == 404
    other.get("/desk")
    assert other.post(f"/cases/{case.id}/decide", {"on": today().isoformat(), "outcome": "O02"}).status == 404
    assert now_at(case).state is State.registered


def test_the_corrected_request_stands_beside_the_first(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3))
    step(clerk, case, "ask_correction", on=ago(2).isoformat(), until=today().isoformat(), points="请写明门牌号")
    step(clerk, case, "correct", on=ago(1).isoformat(), text="光明街1号至20号的补偿方案")
    asked = clerk.get(f"/cases/{case.id}").found(".//section[@aria-labelledby='asked-for']")
    assert "光明街1号至20号的补偿方案" in "".join(asked.itertext())


def test_a_case_handed_on_leaves_the_desk(sign_in: SignIn) -> None:
    sign_in()
    county = sign_in(Role.clerk, "COUNTY")
    case = came_in("COUNTY")
    form = county.get(f"/cases/{case.id}/transfer")
    offered = {option.get("value") for option in form.every(".//select[@name='to']/option")}
    assert offered - {""} == {"CITY", "LAND", "HEALTH"}
    page = step(county, case, "transfer", to="LAND", reason="属自然资源局职责")
    assert (page.status, page.response.location) == (302, f"/cases/{case.id}")
    left = county.get(f"/cases/{case.id}")
    assert offered_on(left, case) == set()  # it reads on how the case ends
    assert "已转至吴山市自然资源局办理" in left.text
    assert "登记编号的机关" in left.text, "its number is of the agency that it came from"
    assert county.get(f"/cases/{case.id}/note").status == 403
    assert case.number not in county.get("/desk").text
    with transaction() as session:
        assert session.get_one(Agency, now_at(case).agency_id).code == "LAND"


def test_paper_of_an_earlier_day_is_typed_in_after_the_answer(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(10))
    take(casework.decide, case, casework.Decision(on=ago(1), outcome="O02"))
    page = clerk.get(f"/cases/{case.id}")
    assert "consult_third_party" not in offered_on(page, case)
    earlier = {str(link.get("href")).rpartition("/")[2] for link in page.every(".//aside/details//a")}
    assert "consult_third_party" in earlier
    assert "今天的状态" in clerk.get(f"/cases/{case.id}/consult_third_party").text
    step(clerk, case, "consult_third_party", on=ago(8).isoformat(), party="恒远置业")
    assert step(clerk, case, "record_opinion", on=ago(5).isoformat(), consultation=1, opinion="consents").status == 302
    assert now_at(case).state is State.decided
    assert now_at(case).due_on == national().add(ago(5), 18)


def test_nothing_is_offered_for_an_earlier_day_that_has_nothing_to_choose(sign_in: SignIn) -> None:
    links = [str(link.get("href")) for link in sign_in().get(f"/cases/{came_in(on=ago(9)).id}").every(".//details//a")]
    offered = {link.rpartition("/")[2] for link in links}
    assert "lapse" in offered
    assert not offered & {"strike", "record_receipt", "record_opinion", "close_review", "close_suit"}


def test_the_page_explains_the_date_day_by_day(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=date(2026, 1, 28))
    page = clerk.get(f"/cases/{case.id}")
    assert "答复期限20个工作日" in page.text
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.every(".//table[@class='list diary']/tbody/tr")]
    assert rows[0] == "2026年1月29日 1"
    assert "2026年2月17日 春节" in " ".join(rows)
    assert rows[-1].endswith(" 20")


def test_the_story_tells_who_did_what_and_when_it_was_typed_in(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    step(clerk, case, "ask_correction", on=ago(2).isoformat(), until=today().isoformat(), points="请写明门牌号")
    page = clerk.get(f"/cases/{case.id}")
    story = [
        " ".join("".join(line.itertext()).split()) for line in page.every(".//section[@aria-labelledby='story']//li")
    ]
    assert len(story) == 2
    assert "告知补正 登记员某" in story[1]
    assert "录入时间" in story[1]
    assert "请写明门牌号" in story[1]


def test_a_review_that_corrects_opens_the_case_again(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(15))
    step(clerk, case, "decide", on=ago(8).isoformat(), outcome="O11", reason="国家秘密")
    step(clerk, case, "send", on=ago(7).isoformat(), delivery="post", tracking_number="XA1")
    assert "close_review" not in offered_on(clerk.get(f"/cases/{case.id}"), case)
    step(clerk, case, "file_review", on=ago(5).isoformat())
    form = clerk.get(f"/cases/{case.id}/close_review")
    assert form.typed("remedy") == "1"
    step(clerk, case, "close_review", on=ago(1).isoformat(), remedy=1, result="corrected")
    page = clerk.get(f"/cases/{case.id}")
    assert now_at(case).state is State.open
    assert "结果纠正" in page.text
    assert "decide" in offered_on(page, case)
    step(clerk, case, "decide", outcome="O02")
    page = clerk.get(f"/cases/{case.id}")
    assert "重新作出的答复 结果 予以公开，提供信息" in page.text
    step(clerk, case, "send", delivery="electronic")
    again = clerk.get(f"/cases/{case.id}").found(".//section[@aria-labelledby='answer-again']")
    assert "电子送达" in "".join(again.itertext())
    assert now_at(case).outcome == "O11", "the year counts the first answer"


def test_the_story_still_names_who_was_asked_once_a_review_has_corrected_the_answer(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(15))
    step(clerk, case, "consult_third_party", on=ago(12).isoformat(), party="宁夏路桥养护公司")
    step(clerk, case, "record_opinion", on=ago(9).isoformat(), consultation=1, opinion="consents")
    step(clerk, case, "decide", on=ago(8).isoformat(), outcome="O02")
    step(clerk, case, "send", on=ago(7).isoformat(), delivery="post")
    step(clerk, case, "file_review", on=ago(5).isoformat())
    step(clerk, case, "close_review", on=ago(1).isoformat(), remedy=1, result="corrected")
    told = [" ".join("".join(line.itertext()).split()) for line in clerk.get(f"/cases/{case.id}").every(".//main//li")]
    opinion = next(line for line in told if "登记反馈意见" in line)
    assert "宁夏路桥养护公司" in opinion


def test_a_letter_typed_in_after_a_later_step_of_its_day_can_be_answered_on_that_day(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    step(
        clerk,
        case,
        "ask_correction",
        on=ago(2).isoformat(),
        until=(today() + timedelta(days=9)).isoformat(),
        points="请写明年度",
    )
    step(clerk, case, "consult_third_party", on=ago(2).isoformat(), party="宁夏路桥养护公司")
    step(clerk, case, "record_receipt", on=ago(2).isoformat(), consultation=1)
    step(clerk, case, "record_opinion", on=ago(2).isoformat(), consultation=1, opinion="consents")
    assert now_at(case).state is State.waiting_correction


def test_a_withdrawn_case_tells_how_it_ended_and_offers_no_empty_list(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3))
    step(clerk, case, "withdraw", note="来电撤回")
    page = clerk.get(f"/cases/{case.id}")
    ended = "".join(page.found(".//section[@aria-labelledby='answer']").itertext())
    assert "申请人撤回申请" in ended
    assert "来电撤回" in ended
    assert "尚未" not in ended
    assert not page.every(".//aside//span[@class='tag tag-on_time']")
    assert "现在可以办理" not in ["".join(heading.itertext()) for heading in page.every(".//aside/h2")]
    assert all(len(steps) for steps in page.every(".//aside//ul"))


def test_the_page_says_that_an_extension_awaits_consent(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3))
    assert "待同意延期" not in clerk.get(f"/cases/{case.id}").text
    step(clerk, case, "ask_extension", workdays=10)
    assert "待同意延期" in "".join(clerk.get(f"/cases/{case.id}").found(".//aside").itertext())


def test_a_whole_case_is_carried_to_its_file(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(channel="fax", on=ago(3))
    for action, typed in (
        ("confirm", {"on": ago(3).isoformat()}),
        ("consult_agency", {"on": ago(2).isoformat(), "party": "市财政局", "is_co_author": "yes"}),
        ("record_receipt", {"on": ago(2).isoformat(), "consultation": 1}),
        ("record_opinion", {"on": ago(1).isoformat(), "consultation": 1, "opinion": "consents"}),
        ("decide", {"outcome": "O02"}),
        ("send", {"delivery": "direct"}),
        ("close", {"note": "已归档"}),
        ("file_complaint", {}),
        ("close_complaint", {"remedy": 1}),
        ("set_regime", {"regime": "2019", "reason": "核对"}),
    ):
        page = step(clerk, case, action, **typed)
        assert page.status == 302, (action, page.text)
    assert now_at(case).state is State.closed
    with transaction() as session:
        events = session.exec(select(Event).where(Event.case_id == case.id)).all()
    assert len(events) == 11
    assert {fact for each in events for fact in each.facts} <= set(FACTS) | SILENT, "a fact that no page tells"
    assert clerk.get(f"/cases/{case.id}", lang="en").status == 200


def test_the_page_asks_few_questions_however_long_its_story_is(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    for nth in range(20):
        take(casework.note, case, casework.Dated(on=today(), note=f"第{nth}次"))
    clerk.get(f"/cases/{case.id}")
    with statements() as said:
        assert "第19次" in clerk.get(f"/cases/{case.id}").text
    assert len([each for each in said if each.startswith("SELECT")]) <= 10
