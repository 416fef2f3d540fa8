"""The office at a glance: every figure is the number of cases that its link opens, whoever looks at whatever agency."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import update

from requestflow.clock import now, today
from requestflow.paper.sheet import Sheet
from requestflow.rules.roles import Hand, Role
from requestflow.services import casework, counts, ledger
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.store.session import transaction
from tests.ledgers import a_ledger, a_sheet
from tests.web.conftest import Page, Visitor, statements
from tests.web.desk import ago, came_in, take

SignIn = Callable[..., Visitor]
CODES = ("CITY", "LAND", "COUNTY", "HEALTH")
YEAR = 2024
SVG = "{http://www.w3.org/2000/svg}"


def count_now() -> None:
    """The worker's pass."""
    with transaction() as session:
        counts.keep(session, now())


def take_in(sheet: Sheet) -> None:
    with transaction() as session:
        report = ledger.take_in(session, sheet, Entry(by=Hand.ledger, today=today(), now=now()))
        assert report.imported == report.rows
    count_now()


def cells(page: Page) -> list[Element]:
    """The figures of the page: the linked numbers of its tables and of the line above them."""
    return [*page.every(".//td[@class]/a"), *page.every(".//ul[@class='totals']//a")]


def told(cell: Element) -> int:
    return int(re.sub(r"\D", "", "".join(cell.itertext())))


def behind(visitor: Visitor, href: str) -> int:
    """How many cases a link opens, page after page."""
    count, more = 0, href
    while more:
        page = visitor.get(more)
        assert page.status == 200
        count += len(page.every(".//table[@class='list desk']/tbody/tr"))
        further = [a for a in page.every(".//nav[@class='pages']/a") if a.get("rel") == "next"]
        more = str(further[0].get("href")) if further else ""
    return count


def assert_figures_open_their_cases(visitor: Visitor, page: Page, at_least: int) -> None:
    expected: dict[str, int] = {}
    for cell in cells(page):
        href = str(cell.get("href"))
        assert expected.setdefault(href, told(cell)) == told(cell), href
    assert len(expected) >= at_least
    wrong = {href: (said, there) for href, said in expected.items() if (there := behind(visitor, href)) != said}
    assert wrong == {}


@pytest.mark.parametrize("query", [{}, {"agency": "COUNTY"}, {"agency": "CITY", "scope": "own"}])
def test_every_figure_of_a_year_opens_as_many_cases(sign_in: SignIn, query: dict[str, str]) -> None:
    take_in(a_sheet(*a_ledger(150, agencies=(*CODES, "CITY；LAND", "HEALTH；CITY"))))
    head = sign_in(Role.head)
    assert_figures_open_their_cases(head, head.get("/office", year=YEAR, **query), 20)


def _open_cases() -> None:
    """Open cases at every distance from their due day, assigned and not, waiting and unconfirmed."""
    handled = [
        came_in(CODES[nth % 4], ago(days), topic="其他") for nth, days in enumerate((25, 20, 18, 16, 12, 6, 0, 30))
    ]
    for case in handled[:5]:
        take(casework.assign, case, casework.Assignment(on=today(), handler="clerk.city"))
    came_in("LAND", today(), channel="fax")
    waits = came_in("COUNTY", ago(3))
    points = casework.CorrectionNotice(on=today(), until=today() + timedelta(20), points="请写明门牌")
    take(casework.ask_correction, waits, points)
    ended = came_in("CITY", ago(9), channel="web", confirmed_on=ago(9))
    take(casework.withdraw, ended, casework.Dated(on=today()))
    take(casework.transfer, handled[6], casework.Transfer(on=today(), to="HEALTH", reason="由其负责"))
    count_now()


@pytest.mark.parametrize("query", [{}, {"agency": "LAND"}, {"agency": "COUNTY"}, {"agency": "CITY", "scope": "own"}])
def test_every_figure_of_now_opens_as_many_cases(sign_in: SignIn, query: dict[str, str]) -> None:
    sign_in()
    _open_cases()
    head = sign_in(Role.head)
    assert_figures_open_their_cases(head, head.get("/office", **query), 9)


def test_open_cases_stand_by_how_far_their_due_day_is(sign_in: SignIn) -> None:
    clerk = sign_in()
    _open_cases()
    page = clerk.get("/office", lang="en")
    lines = _lines(page, "Open cases by due day")
    assert lines == {
        "Overdue": 2,
        "Due today": 1,
        "In 1 to 3 working days": 1,
        "In 4 to 5 working days": 1,
        "In 6 to 10 working days": 1,
        "In 11 to 20 working days": 2,
        "In more than 20 working days": 0,
        "Clock standing still": 1,
        "To confirm": 1,
        "Together": 10,
    }


def _lines(page: Page, caption: str) -> dict[str, int]:
    """The lines of a table: what each is called, and its first figure."""
    table = next(each for each in page.every(".//table") if "".join(each.find("caption").itertext()) == caption)
    return {
        " ".join("".join(row.find("th").itertext()).split()): int("".join(row.find("td[@class='figure ']").itertext()))
        for row in table.findall("tbody/tr")
    }


def test_a_provisional_term_is_counted_and_opened(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    with transaction() as session:  # as if this case's term reached a year whose days off nobody knows
        session.execute(
            update(Case).where(Case.id == case.id).values(is_provisional=True, due_on=today() + timedelta(500))
        )
    page = clerk.get("/office", lang="en")
    [link] = [a for a in page.every(".//a") if "provisional" in str(a.get("href"))]
    assert told(link) == behind(clerk, str(link.get("href"))) == 1


def test_an_office_sees_itself_and_those_below_but_nobody_else(sign_in: SignIn) -> None:
    sign_in()
    _open_cases()
    county = sign_in(Role.handler, "COUNTY")
    page = county.get("/office", lang="en")
    assert _lines(page, "Open cases by due day")["Together"] == 5
    assert "LAND" not in {option.get("value") for option in page.every(".//select/option")}
    for foreign in ("LAND", "CITY", "NOWHERE"):
        assert county.get("/office", agency=foreign).status == 404


def test_those_below_are_compared_each_with_all_below_it(sign_in: SignIn) -> None:
    sign_in()
    _open_cases()
    lines = _lines(sign_in(Role.head).get("/office", lang="en"), "The agencies compared")
    assert lines == {"吴山市人民政府 by itself": 3, "吴山市自然资源局": 2, "临江县人民政府": 5, "Together": 10}


def test_an_empty_office_says_what_to_do_next(sign_in: SignIn) -> None:
    page = sign_in().get("/office", lang="en")
    assert "nothing is open" in page.text
    assert any(str(a.get("href")) == "/counter" for a in page.every(".//main//a"))
    assert page.every(f".//{SVG}svg") == []


def test_months_without_anything_say_so_beside_what_is_open(sign_in: SignIn) -> None:
    clerk = sign_in()
    came_in()
    count_now()
    page = clerk.get("/office", year=2012, lang="en")
    assert "choose others above" in page.text
    assert _lines(page, "Open cases by due day")["Together"] == 1


def test_before_the_first_count_the_page_says_that_it_comes(sign_in: SignIn) -> None:
    clerk = sign_in()
    came_in()
    assert "counted within five minutes" in clerk.get("/office", lang="en").text
    count_now()
    assert "Past months were counted" in clerk.get("/office", lang="en").text


@pytest.mark.parametrize("year", ["", "1", "2007", "9999", "x"])
def test_any_other_year_is_the_last_twelve_months(sign_in: SignIn, year: str) -> None:
    page = sign_in().get("/office", year=year)
    assert (page.status, page.typed("year")) == (200, "")


def test_the_columns_and_the_table_beneath_say_the_same(sign_in: SignIn) -> None:
    take_in(a_sheet(*a_ledger(150, agencies=CODES)))
    page = sign_in().get("/office", year=YEAR, lang="en")
    drawn = {str(a.get("href")): told_at_the_end(str(a.get("aria-label"))) for a in page.every(f".//{SVG}svg/{SVG}a")}
    table = next(
        t for t in page.every(".//table") if "".join(t.find("caption").itertext()).startswith("Cases received and")
    )
    written = {str(a.get("href")): told(a) for a in table.findall("tbody/tr[th]/td/a")}
    assert len(drawn) > 12
    assert drawn.items() <= written.items()


def told_at_the_end(label: str) -> int:
    return int(label.rpartition(": ")[2])


def test_many_topics_are_ten_lines_and_one_that_opens_the_others(sign_in: SignIn) -> None:
    clerk = sign_in()
    for nth in range(13):
        for _ in range(1 + (nth == 12)):
            came_in(topic=f"第{nth:02d}类")
    came_in()
    count_now()
    page = clerk.get("/office", lang="en")
    lines = _lines(page, "Cases received by topic")
    assert len(lines) == 12
    assert next(iter(lines.items())) == ("第12类", 2)
    assert lines["4 further topics"] == 4
    [others] = [a for a in page.every(".//a") if "all=topics" in str(a.get("href"))]
    whole = clerk.get(str(others.get("href")).partition("#")[0])
    assert len(_lines(whole, "Cases received by topic")) == 15
    assert "No topic given" in whole.text


def test_no_number_of_cases_needs_more_statements(sign_in: SignIn) -> None:
    take_in(a_sheet(*a_ledger(40, agencies=CODES)))
    head = sign_in(Role.head)
    head.get("/office")
    with statements() as said:
        assert head.get("/office", year=YEAR).status == 200
    asked = [each for each in said if each.startswith(("SELECT", "(SELECT", "WITH"))]
    assert len(asked) <= 10, asked


def test_the_charts_have_names_and_no_style_of_their_own(sign_in: SignIn) -> None:
    sign_in()
    _open_cases()
    page = sign_in(Role.head).get("/office")
    [chart] = [svg for svg in page.every(f".//{SVG}svg") if svg.get("role")]
    names = {str(element.get("id")): "".join(element.itertext()) for element in page.every(".//*[@id]")}
    assert [bool(names[name]) for name in str(chart.get("aria-labelledby")).split()] == [True, True]
    assert not [
        e for svg in page.every(f".//{SVG}svg") for e in svg.iter() if "style" in e.attrib or e.tag.endswith("script")
    ]
    for svg in page.every(f".//{SVG}svg"):
        assert svg.get("role") or svg.get("aria-hidden") == "true"


def test_a_narrowed_list_says_by_what_and_lets_go_of_it(sign_in: SignIn) -> None:
    sign_in()
    _open_cases()
    head = sign_in(Role.head)
    query: dict[str, Any] = {"received": f"{today():%Y-%m}", "channel": "face_to_face", "topic": "", "lang": "en"}
    page = head.get("/cases", **query, agency="CITY", scope="own")
    said = [" ".join("".join(li.itertext()).split()) for li in page.every(".//ul[@class='narrowed']/li")]
    assert len(said) == 4
    assert "Topic: No topic given" in said[2]
    assert page.typed("topic") == ""
    assert page.typed("received") == f"{today():%Y-%m}"
    without = [str(a.get("href")) for a in page.every(".//ul[@class='narrowed']/li/a")]
    assert all("topic" not in href for href in without[2:3])
    assert head.get("/cases", received="2026-13", closed="x", channel="pigeon", category="good").status == 200
