"""The queue says of every case what its own page leads to, whatever happened to it and whoever reads."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from requestflow.clock import today
from requestflow.rules.roles import Role
from requestflow.services import casework, mistakes, remedies
from requestflow.services.casework import Consultation, ConsultationReceived, Dated, Decision, Extension, Sending
from requestflow.services.upkeep import recheck
from requestflow.store.models import Case
from requestflow.store.session import reading
from tests.web.conftest import Page, Visitor
from tests.web.desk import SignIn, ago, came_in, now_at, step, take

AWAITED = "等待负责人答复延期报请"
PROPOSED = "建议："
WORDS = {  # what the queue says where the page of the case leads to that step
    "confirm": {"与申请人确认"},
    "assign": {"分派或者开始办理"},
    "decide": {"作出答复"},
    "send": {"送达答复"},
    "correct": {"等待申请人补正"},
    "pay_fee": {"等待申请人缴费"},
    "record_receipt": {"登记征求意见书送达"},
    "record_opinion": {"等待第三方意见", "等待其他机关意见"},
    "consent_extension": {"答复延期报请"},
    "extend": {"向申请人告知延期"},
}
Situation = tuple[Callable[..., Case], str, str]


def _worked_on(workdays: int = 9) -> Case:
    case = came_in(on=ago(workdays))
    take(casework.assign, case, casework.Assignment(on=ago(workdays), handler="clerk.city"))
    return case


def _after(case: Case, *steps: tuple[Callable[..., Any], Any]) -> Case:
    for verb, form in steps:
        take(verb, case, form)
    return case


def _extension_asked(case: Case, on: int = 3) -> Case:
    return _after(case, (casework.ask_extension, Extension(on=ago(on), workdays=7)))


def _third_party(case: Case, **received: Any) -> Case:
    _after(case, (casework.consult_third_party, Consultation(on=ago(3), party="恒远置业")))
    return _after(case, (casework.record_receipt, ConsultationReceived(**received))) if received else case


def _agency(case: Case, *, is_co_author: bool) -> Case:
    asked = Consultation(on=ago(3), party="市财政局", is_co_author=is_co_author)
    return _after(case, (casework.consult_agency, asked))


def _to_correct(until: Any) -> Case:
    asked = casework.CorrectionNotice(on=ago(5), until=until, points="请写明门牌号")
    return _after(_worked_on(), (casework.ask_correction, asked))


def _fee(on: int) -> Case:
    fee = casework.FeeNotice(on=ago(on), way="item", quantity=11, yuan=100, received_on=ago(on))
    return _after(_worked_on(on + 3), (casework.notice_fee, fee))


def _decided(on: int = 1) -> Case:
    return _after(_worked_on(), (casework.decide, Decision(on=ago(on), outcome="O11", reason="国家秘密")))


def _sent() -> Case:
    return _after(_decided(4), (casework.send, Sending(on=ago(3), delivery="post")))


def _reopened() -> Case:
    case = _after(_sent(), (remedies.file, remedies.Filed(kind="review", on=ago(2))))
    return _after(case, (remedies.conclude, remedies.Concluded(kind="review", on=ago(1), remedy=1, result="corrected")))


def _situations(head: Visitor) -> Mapping[str, Situation]:
    """Each way a case can stand on the desk: how it came there, and where it leads an officer and a head."""

    def consented(case: Case, on: int = 2) -> Case:
        assert step(head, case, "consent_extension", on=ago(on).isoformat(), workdays=7).status == 302
        return case

    def refused(case: Case) -> Case:
        assert step(head, case, "refuse_extension", on=ago(2).isoformat(), reason="资料均在").status == 302
        return case

    def told() -> Case:
        return _after(consented(_extension_asked(_worked_on())), (casework.extend, Extension(on=ago(1), workdays=7)))

    def untold() -> Case:
        case = told()
        return _after(case, (mistakes.strike, mistakes.Struck(on=today(), seq=5, reason="登错了案件")))

    day = timedelta(days=1)
    both = lambda made, to: (made, to, to)  # noqa: E731  # where everybody is led the same way
    return {
        "registered": both(lambda: came_in(on=ago(2)), "assign"),
        "to confirm": both(lambda: came_in(on=ago(1), channel="fax"), "confirm"),
        "worked on": both(_worked_on, "decide"),
        "overdue": both(lambda: _worked_on(25), "decide"),
        "to correct": both(lambda: _to_correct(today() + day), "correct"),
        "not corrected": both(lambda: _to_correct(today() - day), "correct"),
        "corrected": both(
            lambda: _after(_to_correct(today()), (casework.correct, casework.Correction(on=ago(1), text="光明街1号"))),
            "decide",
        ),
        "third party asked": both(lambda: _third_party(_worked_on()), "record_receipt"),
        "third party has it": both(lambda: _third_party(_worked_on(), on=ago(2), consultation=1), "record_opinion"),
        "third party silent": both(
            lambda: _after(
                _worked_on(20),
                (casework.consult_third_party, Consultation(on=ago(19), party="恒远置业")),
                (casework.record_receipt, ConsultationReceived(on=ago(18), consultation=1)),
            ),
            "record_opinion",
        ),
        "third party of 2007": both(
            lambda: _third_party(_after(_worked_on(), (casework.set_regime, _OLD))), "record_opinion"
        ),
        "co-author asked": both(lambda: _agency(_worked_on(), is_co_author=True), "record_receipt"),
        "agency asked": both(lambda: _agency(_worked_on(), is_co_author=False), "record_opinion"),
        "asked before deciding": both(
            lambda: _after(_third_party(_worked_on()), (casework.decide, Decision(on=ago(1), outcome="O02"))), "send"
        ),
        "fee noticed": both(lambda: _fee(3), "pay_fee"),
        "fee unpaid": both(lambda: _fee(22), "pay_fee"),
        "fee paid": both(lambda: _after(_fee(3), (casework.pay_fee, Dated(on=ago(1)))), "decide"),
        "extension asked": (lambda: _extension_asked(_worked_on()), "", "consent_extension"),
        "extension asked of a new case": (lambda: _extension_asked(came_in(on=ago(5))), "assign", "consent_extension"),
        "extension asked too late to consent": both(lambda: _extension_asked(_worked_on(25), on=9), "decide"),
        "extension asked, third party asked": (
            lambda: _third_party(_extension_asked(_worked_on(), on=4)),
            *("record_receipt", "consent_extension"),
        ),
        "extension refused": both(lambda: refused(_extension_asked(_worked_on())), "decide"),
        "consented": both(lambda: consented(_extension_asked(_worked_on())), "extend"),
        "consented, asked again": (
            lambda: _extension_asked(consented(_extension_asked(_worked_on())), on=1),
            *("extend", "consent_extension"),
        ),
        "consented too late to tell": both(lambda: consented(_extension_asked(_worked_on(25), on=9), on=8), "decide"),
        "told": both(told, "decide"),
        "told by mistake": both(untold, "extend"),
        "decided": both(_decided, "send"),
        "decided by mistake": both(
            lambda: _after(_decided(), (mistakes.strike, mistakes.Struck(on=today(), seq=3, reason="登错了案件"))),
            "decide",
        ),
        "review result corrected": both(_reopened, "decide"),
        "extended again after a review": both(lambda: consented(_extension_asked(_reopened(), on=1), on=1), "extend"),
        "handed on": both(
            lambda: _after(
                _worked_on(), (casework.transfer, casework.Transfer(on=ago(1), to="LAND", reason="属其职责"))
            ),
            "decide",
        ),
    }


_OLD = casework.ChosenRegime(on=ago(1), regime="2007", reason="法院认定")


def _texts(page: Page, path: str) -> list[str]:
    return [" ".join("".join(element.itertext()).split()) for element in page.every(path)]


def _of_queue(page: Page) -> dict[str, str]:
    """What is to be done by the address of each case."""
    found = {}
    for row in page.every(".//tbody/tr"):
        address = str(row.find(".//th/a").get("href"))  # type: ignore[union-attr]  # each row leads to its case
        found[address] = "".join("".join(cell.itertext()) for cell in row.iter() if "to-do" in cell.get("class", ""))
    return found


def _main_of(page: Page, case: Case) -> str:
    main = page.every("body/main//aside//a[@accesskey='g']")
    return str(main[0].get("href")).removeprefix(f"/cases/{case.id}/") if main else ""


def test_the_queue_and_the_page_of_a_case_lead_to_the_same_step(sign_in: SignIn) -> None:
    readers = {role: sign_in(role) for role in (Role.clerk, Role.handler, Role.head)}
    made = {name: (make(), *leads) for name, (make, *leads) in _situations(readers[Role.head]).items()}
    for role, reader in readers.items():
        queue = _of_queue(reader.get("/desk"))
        for name, (case, of_officer, of_head) in made.items():
            page, said = reader.get(f"/cases/{case.id}"), queue[f"/cases/{case.id}"]
            assert _main_of(page, case) == (of_head if role is Role.head else of_officer), (name, role)
            proposals = _texts(page, ".//div[@class='proposal']/h2")
            if said.startswith(PROPOSED):
                assert [said] == proposals, (name, role)
            elif main := _main_of(page, case):
                assert said in WORDS[main], (name, role)
            else:
                assert [said] == [AWAITED] == _texts(page, ".//li[@class='awaited']"), (name, role)
    with reading() as session:
        assert list(recheck(session)) == []


def test_every_case_of_the_desk_is_told_what_to_do_and_every_step_is_tried(sign_in: SignIn) -> None:
    situations = _situations(sign_in(Role.head))
    assert {step for _, *leads in situations.values() for step in leads} == {*WORDS, ""}


def test_an_answered_case_is_led_to_its_file_and_a_closed_one_nowhere(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _sent()
    assert _main_of(clerk.get(f"/cases/{case.id}"), case) == "close"
    take(casework.close, case, Dated(on=today()))
    assert _main_of(clerk.get(f"/cases/{case.id}"), case) == ""
    assert f"/cases/{case.id}" not in _of_queue(clerk.get("/desk"))
    assert now_at(case).extension_consented_on is None
