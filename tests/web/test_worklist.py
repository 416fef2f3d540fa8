"""The queue of a desk and the search for any case, as an officer sees them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.roles import Role
from requestflow.rules.workdays import national
from requestflow.services import agencies, casework, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case, Person
from requestflow.store.session import transaction
from tests.make import a_request
from tests.web.conftest import Page, Visitor, statements

SignIn = Callable[..., Visitor]


def _case(agency: str = "CITY", days_ago: int = 0, **known: Any) -> Case:
    """A case of the agency that came in so many working days ago, typed in by its clerk."""
    calendar, day = national(), today()
    while calendar.count(day, today()) < days_ago:
        day -= timedelta(days=1)
    about = {"submitted_on": day, **known}
    with transaction() as session:
        return intake.register(session, agencies.found(session, agency), a_request(**about), _clerk(session)).case


def _clerk(session: Session) -> Entry:
    clerk = session.exec(select(Person).where(Person.login == "clerk.city")).one()
    return Entry(by=clerk, today=today(), now=now())


def _take(verb: Callable[..., Any], case: Case, form: Any) -> None:
    with transaction() as session:
        verb(session, session.get_one(Case, case.id), form, _clerk(session))


def _names(page: Page) -> list[str]:
    """The applicants on the page, from top to bottom."""
    return [element.text or "" for element in page.every(".//span[@class='who-asks']")]


def test_the_queue_goes_by_what_is_due_next_so_an_unconfirmed_request_stands_near_the_top(sign_in: SignIn) -> None:
    clerk = sign_in()
    _case(days_ago=3, applicant_name="后到期")
    _case(days_ago=9, applicant_name="先到期")
    _case(channel="fax", applicant_name="待确认")
    assert _names(clerk.get("/desk")) == ["待确认", "先到期", "后到期"]


def test_a_waiting_case_stands_where_its_own_day_falls(sign_in: SignIn) -> None:
    clerk = sign_in()
    asked = _case(days_ago=1, applicant_name="待补正")
    _case(days_ago=10, applicant_name="办理中")
    until = national().add(today(), 2)
    _take(casework.ask_correction, asked, casework.CorrectionNotice(on=today(), until=until, points="请写明门牌"))
    page = clerk.get("/desk")
    assert _names(page) == ["待补正", "办理中"]
    assert "补正期限" in page.text


def test_a_waiting_case_says_that_its_term_is_provisional(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = _case(days_ago=3)
    asked = casework.CorrectionNotice(on=today(), until=today() + timedelta(days=9), points="请写明门牌号")
    _take(casework.ask_correction, case, asked)
    assert "暂定" not in clerk.get("/desk").text
    with transaction() as session:
        waiting = session.get_one(Case, case.id)
        waiting.due_on, waiting.is_provisional = today() + timedelta(days=40), True
    for path in ("/desk", f"/cases/{case.id}"):
        assert "暂定" in clerk.get(path).text, path


def test_days_left_are_told_in_working_days_and_overdue_in_words(sign_in: SignIn) -> None:
    clerk = sign_in()
    late, soon = _case(days_ago=23, applicant_name="迟"), _case(days_ago=17, applicant_name="快")
    calendar = national()
    assert late.due_on is not None
    assert soon.due_on is not None
    page = clerk.get("/desk")
    assert f"逾期{calendar.count(late.due_on, today())}个工作日" in page.text
    assert f"剩{calendar.count(today(), soon.due_on)}个工作日" in page.text
    assert [row.get("class") for row in page.every(".//tbody/tr")] == ["is-late", None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["逾期", "传真", "将到期", "我的"]),
        ({"pile": "mine"}, ["我的"]),
        ({"pile": "unassigned"}, ["逾期", "传真", "将到期"]),
        ({"pile": "unconfirmed"}, ["传真"]),
        ({"pile": "soon"}, ["传真", "将到期"]),
        ({"pile": "overdue"}, ["逾期"]),
        ({"pile": "consent"}, ["将到期"]),
        ({"state": "open"}, ["我的"]),
        ({"state": "closed"}, ["逾期", "传真", "将到期", "我的"]),
        ({"channel": "fax"}, ["传真"]),
        ({"agency": "LAND"}, ["将到期"]),
        ({"q": "我的"}, ["我的"]),
        ({"q": "%"}, []),
        ({"q": "我\0的"}, ["我的"]),
        ({"q": "-0001"}, ["传真", "将到期"]),
        ({"pile": "nonsense", "state": "nonsense", "after": "nonsense"}, ["逾期", "传真", "将到期", "我的"]),
    ],
)
def test_each_filter_shows_its_cases(sign_in: SignIn, query: dict[str, str], expected: list[str]) -> None:
    clerk = sign_in()
    _case(channel="fax", applicant_name="传真")
    _case(days_ago=22, applicant_name="逾期")
    soon = _case("LAND", days_ago=17, applicant_name="将到期")
    mine = _case(days_ago=2, applicant_name="我的")
    _take(casework.assign, mine, casework.Assignment(on=today(), handler="clerk.city"))
    _take(casework.ask_extension, soon, casework.Extension(on=today(), workdays=5))
    assert _names(clerk.get("/desk", **query)) == expected


def test_the_counts_tell_what_lies_on_each_pile(sign_in: SignIn) -> None:
    clerk = sign_in()
    for days_ago in (0, 1, 22):
        _case(days_ago=days_ago)
    _case("LAND", channel="fax")
    page = clerk.get("/desk")
    counts = ["".join(element.itertext()).split() for element in page.every(".//nav[@class='piles']//a")]
    assert [count for count, *_ in counts] == ["4", "0", "4", "1", "1", "1", "0"]


def test_answered_consent_is_no_longer_awaited(sign_in: SignIn) -> None:
    clerk, head = sign_in(), sign_in(Role.head)
    case = _case(days_ago=2)
    _take(casework.ask_extension, case, casework.Extension(on=today(), workdays=5))
    assert len(_names(head.get("/desk", pile="consent"))) == 1
    head.get(f"/cases/{case.id}/consent_extension")
    head.post(f"/cases/{case.id}/consent_extension", {"on": today().isoformat(), "workdays": "5"})
    assert _names(clerk.get("/desk", pile="consent")) == []


def test_a_long_queue_goes_on_on_further_pages_without_loss_or_repetition(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requestflow.store.queries.worklist.PAGE", 3)
    clerk = sign_in()
    cases = [_case(days_ago=nth % 3, applicant_name=f"第{nth}人") for nth in range(7)]
    cases.append(_case(channel="fax", applicant_name="传真"))
    seen, path = [], "/desk"
    while path:
        page = clerk.get(path)
        seen += _names(page)
        path = next((str(link.get("href")) for link in page.every(".//a[@rel='next']")), "")
    assert len(seen) == len(set(seen)) == len(cases)


def test_an_office_does_not_see_the_cases_of_others(sign_in: SignIn) -> None:
    sign_in()
    _case("LAND", applicant_name="国土")
    _case("CITY", applicant_name="市里")
    _case("HEALTH", applicant_name="县里")
    county = sign_in(Role.clerk, "COUNTY")
    assert _names(county.get("/desk")) == _names(county.get("/cases")) == ["县里"]
    assert county.get("/desk", agency="LAND").status == 404


def test_of_two_cases_of_one_number_each_says_who_numbered_it(sign_in: SignIn) -> None:
    clerk, county, land = sign_in(), sign_in(Role.clerk, "COUNTY"), sign_in(Role.clerk, "LAND")
    own, handed_on = _case("LAND", applicant_name="本局"), _case("COUNTY", applicant_name="转来")
    assert own.number == handed_on.number
    _take(casework.transfer, handed_on, casework.Transfer(on=today(), to="LAND", reason="属其职责"))
    for reader in (clerk, land):
        for path in ("/desk", "/cases"):
            page = reader.get(path)
            told = {name: "由临江县人民政府编号" in " ".join(row.itertext()) for name, row in _rows(page).items()}
            assert told == {"本局": False, "转来": True}, (reader, path)
    assert list(_rows(county.get("/desk"))) == []
    assert "吴山市自然资源局" in " ".join(_rows(county.get("/cases"))["转来"].itertext()), "who has it now"


def _rows(page: Page) -> dict[str, Element]:
    """The rows of a list by their applicant."""
    return dict(zip(_names(page), page.every(".//tbody/tr"), strict=True))


def test_an_empty_queue_says_what_to_do(sign_in: SignIn) -> None:
    page = sign_in().get("/desk")
    assert "这里没有待办案件" in page.text
    assert "/counter" in {link.get("href") for link in page.every(".//main//a")}


def test_a_closed_case_is_found_by_name_number_year_and_outcome(sign_in: SignIn) -> None:
    clerk = sign_in()
    closed = _case(days_ago=3, applicant_name="张桂兰")
    _case(days_ago=1, applicant_name="王五")
    _take(casework.withdraw, closed, casework.Dated(on=today()))
    assert _names(clerk.get("/desk")) == ["王五"]
    for query in (
        {"q": "桂兰"},
        {"q": closed.number},
        {"outcome": "O43"},
        {"state": "closed"},
        {"timeliness": "on_time"},
    ):
        assert _names(clerk.get("/cases", **query)) == ["张桂兰"], query
    assert "申请人撤回申请" in clerk.get("/cases", q="桂兰").text
    assert _names(clerk.get("/cases", year="2009")) == []
    nothing = clerk.get("/desk", q="桂兰")
    onward = {str(link.get("href")) for link in nothing.every(".//main//a") if "在全部案件" in (link.text or "")}
    assert [_names(clerk.get(href)) for href in onward] == [["张桂兰"]], "what was typed goes along"


def test_a_case_is_found_by_words_of_what_is_asked_for(sign_in: SignIn) -> None:
    clerk = sign_in()
    _case(applicant_name="张桂兰", description="某道路改造工程招标投标资料")
    _case(applicant_name="王五", description="河西镇100%占用耕地的补偿")
    assert _names(clerk.get("/cases", words="招标投标")) == ["张桂兰"]
    assert _names(clerk.get("/cases", words="100%占")) == ["王五"], "a sign of the search is a sign like others"
    assert _names(clerk.get("/cases", words="招标投标", q="王五")) == []
    assert _names(clerk.get("/cases", words="资料 道路")) == ["张桂兰"], "each of several words, wherever it stands"
    assert clerk.get("/cases", words="招标投标").typed("words") == "招标投标"


def test_what_was_entered_last_is_found_first_page_by_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requestflow.store.queries.worklist.PAGE", 2)
    clerk = sign_in()
    for nth in range(3):
        _case(applicant_name=f"第{nth}人")
    first = clerk.get("/cases")
    assert _names(first) == ["第2人", "第1人"]
    (more,) = (str(link.get("href")) for link in first.every(".//a[@rel='next']"))
    assert _names(clerk.get(more)) == ["第0人"]


@pytest.mark.parametrize("path", ["/desk", "/cases"])
def test_a_list_asks_few_questions_however_long_it_is(sign_in: SignIn, path: str) -> None:
    clerk = sign_in()
    for nth in range(12):
        _case(("CITY", "LAND", "COUNTY", "HEALTH")[nth % 4])
    clerk.get(path)
    with statements() as said:
        assert len(_names(clerk.get(path))) == 12
    assert len([each for each in said if each.startswith("SELECT")]) <= 10


@pytest.mark.parametrize("path", ["/desk", "/cases"])
def test_the_lists_speak_english_too(sign_in: SignIn, path: str) -> None:
    clerk = sign_in()
    _case(channel="fax")
    page = clerk.get(path, lang="en")
    assert "Received, not yet confirmed" in page.text
    assert "Confirm by" in page.text


@pytest.mark.parametrize("path", ["/cases?before=", "/counter?like=", "/desk?handler="])
def test_a_number_that_no_row_can_have_is_asked_of_no_database(sign_in: Callable[..., Visitor], path: str) -> None:
    assert sign_in(Role.clerk).get(f"{path}{10**12}").status == 200
