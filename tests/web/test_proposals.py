"""What somebody's silence allows is proposed in the queue and on the page of the case, and never done by a machine."""

from datetime import date, timedelta

from requestflow.clock import today
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.services import casework
from requestflow.store.models import Case
from tests.web.conftest import Page
from tests.web.desk import SignIn, ago, came_in, now_at, step, take


def _uncorrected(until: date) -> Case:
    case = came_in(on=ago(12), applicant_name="未补正")
    asked = casework.CorrectionNotice(on=ago(11), until=until, points="请写明门牌")
    take(casework.ask_correction, case, asked)
    return case


def _silent(asked: casework.Consultation, verb: str = "consult_third_party") -> Case:
    case = came_in(on=ago(19), applicant_name="第三方沉默")
    take(getattr(casework, verb), case, asked)
    take(casework.record_receipt, case, casework.ConsultationReceived(on=ago(17), consultation=1))
    return case


def _to_do(page: Page) -> list[str]:
    return [" ".join("".join(element.itertext()).split()) for element in page.every(".//table//*[@class]")
            if "to-do" in str(element.get("class")).split()]  # fmt: skip


def test_the_queue_says_what_is_to_be_done_next(sign_in: SignIn) -> None:
    clerk = sign_in()
    asked = came_in(on=ago(3))
    step(clerk, asked, "assign", handler="clerk.city")
    step(clerk, now_at(asked), "ask_extension", workdays=5)
    came_in(channel="fax", on=ago(1))
    came_in(on=ago(2))
    assert _to_do(clerk.get("/desk")) == ["与申请人确认", "等待负责人答复延期报请", "分派或者开始办理"]


def test_a_correction_not_made_in_time_is_proposed_to_lapse_and_stays_open_until_somebody_decides(
    sign_in: SignIn,
) -> None:
    clerk = sign_in()
    case = _uncorrected(today() - timedelta(days=1))
    page = clerk.get("/desk")
    assert _to_do(page) == ["建议：逾期未补正：可以视为放弃"]
    assert page.found(".//a[@class='to-do is-proposed']").get("href") == f"/cases/{case.id}/lapse"
    shown = clerk.get(f"/cases/{case.id}")
    proposal = " ".join("".join(shown.found(".//div[@class='proposal']").itertext()).split())
    assert "视为放弃申请" in proposal
    assert "由您决定" in proposal
    assert now_at(case).state is State.waiting_correction


def test_while_there_is_time_nothing_is_proposed(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _uncorrected(today())
    assert _to_do(clerk.get("/desk")) == ["等待申请人补正"]
    assert not clerk.get(f"/cases/{case.id}").every(".//div[@class='proposal']")


def test_the_silence_of_a_third_party_opens_the_form_with_it_filled_in(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _silent(casework.Consultation(on=ago(18), party="恒远置业有限公司"))
    assert "没有答复不等于同意" in clerk.get(f"/cases/{case.id}").text
    form = clerk.get(f"/cases/{case.id}/record_opinion")
    assert (form.typed("consultation"), form.typed("opinion")) == ("1", "silent")
    assert step(clerk, case, "record_opinion", consultation="1", opinion="silent").status == 302
    assert now_at(case).state is State.open


def test_the_silence_of_a_co_author_is_told_as_consent(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _silent(casework.Consultation(on=ago(18), party="市财政局", is_co_author=True), "consult_agency")
    assert "视为同意公开" in clerk.get(f"/cases/{case.id}").text


def test_whoever_may_only_read_the_case_is_proposed_nothing(sign_in: SignIn) -> None:
    sign_in()
    case = _uncorrected(today() - timedelta(days=1))
    reader = sign_in(Role.statistics)
    assert not reader.get(f"/cases/{case.id}").every(".//div[@class='proposal']")


def test_a_withdrawn_case_is_told_by_how_it_ended_and_not_as_in_time(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(2))
    step(clerk, case, "withdraw", note="来电撤回")
    page = clerk.get("/cases")
    assert "申请人撤回申请" in page.text
    assert not page.every(".//table//span[@class='tag tag-on_time']")


def test_a_story_of_two_hundred_events_is_folded_and_whole(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(2), applicant_name="㐂䶮𠅤" * 60, description="㐂䶮𠅤路段")
    for nth in range(70):
        take(casework.note, case, casework.Dated(on=today(), note=f"第{nth}次联系"))
    page = clerk.get(f"/cases/{case.id}")
    assert page.found(".//details[@class='earlier']/summary").text
    assert all(f"第{nth}次联系" in page.text for nth in range(70))
    assert "㐂䶮𠅤路段" in page.text
