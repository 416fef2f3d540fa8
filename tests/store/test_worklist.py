"""What lies on a desk, and what an office knows of those who ask, asked of both databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.services import casework
from requestflow.services.casework import Consultation, Extension
from requestflow.store.models import Agency, Case
from requestflow.store.queries import applicants, cases, worklist
from requestflow.store.queries.worklist import Pile, Place, Sought, Wanted
from tests.make import a_case, an_agency, an_entry, an_officer

TODAY = date(2026, 3, 20)


def _wanted(*agencies: Agency, **known: Any) -> Wanted:
    ids = [agency.id for agency in agencies if agency.id]
    return Wanted(**{"agencies": ids, "person_id": 0, "today": TODAY, "soon_on": date(2026, 3, 27), **known})


def _queue(session: Session, wanted: Wanted) -> list[int]:
    return [row.id for row in worklist.queue(session, wanted)[0]]


def test_the_order_is_by_the_next_day_and_last_what_has_no_term(session: Session) -> None:
    agency = an_agency(session)
    endless = a_case(session, agency, submitted_on="2026-03-02")
    ask = Consultation(on="2026-03-03", party="省自然资源厅")
    casework.consult_agency(session, endless, ask, an_entry(on="2026-03-03"))  # no co-author: no term is laid down
    late, early = (a_case(session, agency, submitted_on=day) for day in ("2026-03-10", "2026-03-05"))
    fax = a_case(session, agency, channel="fax", submitted_on="2026-03-19")
    assert endless.state is State.waiting_agency
    assert _queue(session, _wanted(agency)) == [fax.id, early.id, late.id, endless.id]
    assert _queue(session, _wanted(agency, pile=Pile.unconfirmed)) == [fax.id]


def test_a_page_ends_where_the_next_begins(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "PAGE", 2)
    agency = an_agency(session)
    expected = [a_case(session, agency, submitted_on="2026-03-02").id for _ in range(5)]
    seen, place = [], None
    while True:
        rows, place = worklist.queue(session, _wanted(agency), place)
        seen += [row.id for row in rows]
        if place is None:
            break
        assert Place.read(str(place)) == place, "an address can carry it"
    assert seen == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("李秀英", ["李秀英"]),
        ("李", ["李秀英", "李英秀"]),
        ("秀英", ["李秀英"]),
        ("英秀", ["李英秀"]),
        ("𠅤", ["㐂䶮𠅤公司"]),
        ("䶮𠅤", ["㐂䶮𠅤公司"]),
        ("公司%", []),
        ("a_b", []),
        ("李秀英的", []),
    ],
)
def test_a_name_is_found_by_any_part_of_it(session: Session, said: str, expected: list[str]) -> None:
    agency = an_agency(session)
    for name in ("李秀英", "李英秀", "㐂䶮𠅤公司", "acb"):
        a_case(session, agency, applicant_name=name)
    rows, _ = worklist.found(session, Sought(agencies=[agency.id], text=said))
    assert [row.applicant_name for row in reversed(rows)] == expected
    assert sorted(row.applicant_name for row in worklist.queue(session, _wanted(agency, text=said))[0]) == expected


@pytest.mark.parametrize(
    "said", ["", "7", "2026-02-30.7", "20260203.7", "2026-02-03.x", "2026-02-03.7;--", "2026-02-03.2147483648"]
)
def test_a_place_that_cannot_be_read_is_no_place(said: str) -> None:
    assert Place.read(said) is None


def test_a_pile_is_counted_up_to_a_limit(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "MOST_COUNTED", 3)
    agency = an_agency(session)
    for _ in range(5):
        a_case(session, agency)
    counts = worklist.counts(session, _wanted(agency))
    assert (counts[Pile.open], counts[Pile.unassigned], counts[Pile.unconfirmed]) == (3, 3, 0)


def test_consent_is_awaited_from_the_asking_to_the_answer(session: Session) -> None:
    agency = an_agency(session)
    case, head = a_case(session, agency), an_officer(session, agency, Role.head)
    awaited = _wanted(agency, pile=Pile.consent)
    assert _queue(session, awaited) == []
    casework.ask_extension(session, case, Extension(on="2026-03-10", workdays=10), an_entry(on="2026-03-10"))
    assert _queue(session, awaited) == [case.id]
    casework.consent_extension(session, case, Extension(on="2026-03-11", workdays=10), an_entry(head, "2026-03-11"))
    assert _queue(session, awaited) == []


def test_what_is_typed_into_the_search_is_never_a_pattern(session: Session) -> None:
    agency = an_agency(session)
    case = a_case(session, agency, applicant_name="100%股权公司")
    a_case(session, agency, applicant_name="100元公司")
    assert _queue(session, _wanted(agency, text="100%")) == [case.id]
    assert agency.id is not None
    assert [row.id for row in worklist.found(session, Sought([agency.id], text="100%"))[0]] == [case.id]


def test_a_search_for_a_year_goes_by_the_day_of_receipt(session: Session) -> None:
    agency = an_agency(session)
    case = a_case(session, agency, submitted_on="2025-12-31")
    a_case(session, agency, submitted_on="2026-01-01")
    assert agency.id is not None
    assert [row.id for row in worklist.found(session, Sought([agency.id], year=2025))[0]] == [case.id]


def _asked(session: Session, agency: Agency, on: str, **known: Any) -> Case:
    return a_case(session, agency, submitted_on=on, applicant_name="常问先生", **known)


def test_the_requests_of_a_month_are_numbered_by_applicant_and_agency(session: Session) -> None:
    agency, other = an_agency(session), an_agency(session)
    _asked(session, agency, "2026-02-27")
    first, second = _asked(session, agency, "2026-03-02"), _asked(session, agency, "2026-03-02")
    _asked(session, other, "2026-03-02")
    earlier = _asked(session, agency, "2026-03-01")
    a_case(session, agency, submitted_on="2026-03-01")
    assert [applicants.nth_in_month(session, case) for case in (earlier, first, second)] == [1, 2, 3]


def test_two_people_of_one_name_are_told_apart_by_their_documents(session: Session) -> None:
    agency = an_agency(session)
    _asked(session, agency, "2026-03-02", id_number="A")
    second = _asked(session, agency, "2026-03-03", id_number="B")
    assert applicants.nth_in_month(session, second) == 1


def test_names_and_topics_of_late_are_each_suggested_once(session: Session) -> None:
    agency = an_agency(session)
    for name, topic in (("甲", "征地拆迁"), ("乙", ""), ("甲", "征地拆迁")):
        a_case(session, agency, applicant_name=name, topic=topic)
    assert agency.id is not None
    assert applicants.recent(session, [agency.id]) == (["甲", "乙"], ["征地拆迁"])


def test_each_person_of_a_name_is_recalled_once_by_the_latest_request_to_the_own_offices(session: Session) -> None:
    agency, other = an_agency(session), an_agency(session)
    for office, known in (
        (agency, {"phone": "1"}),
        (agency, {"phone": "2", "id_number": "A"}),
        (agency, {"phone": "3", "id_number": "B"}),
        (agency, {"phone": "2"}),
        (agency, {"id_number": "b"}),
        (agency, {}),
        (other, {"phone": "4"}),
    ):
        _asked(session, office, "2026-03-02", **known)
    assert agency.id is not None
    found = applicants.known_by(session, [agency.id], "常问先生")
    assert [(case.phone, case.id_number) for case in found] == [("", "b"), ("2", ""), ("1", "")]


def test_somebody_who_gave_neither_document_nor_telephone_is_recalled_too(session: Session) -> None:
    agency = an_agency(session)
    latest = [_asked(session, agency, "2026-03-02", address=address) for address in ("甲路", "乙路")][-1]
    assert agency.id is not None
    assert applicants.known_by(session, [agency.id], "常问先生") == [latest]


def test_those_who_may_work_on_a_case_sit_in_its_agency_or_above(session: Session) -> None:
    root = an_agency(session)
    below, beside = an_agency(session, parent=root), an_agency(session, parent=root)
    own, above = an_officer(session, below, Role.handler), an_officer(session, root, Role.clerk)
    for agency, role in ((beside, Role.handler), (below, Role.statistics)):
        an_officer(session, agency, role)
    an_officer(session, below, Role.handler).is_active = False
    assert [person.id for person in cases.handlers_for(session, below)] == [own.id, above.id]


@pytest.mark.parametrize("pile", Pile)
def test_the_queue_of_a_large_tree_is_read_along_an_index_and_never_sorted_as_a_whole(
    session: Session, pile: Pile
) -> None:
    """SQLite without statistics would read and sort all the open cases of every agency for one page of them."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    tree = Wanted(agencies=range(1, 60), person_id=7, today=TODAY, soon_on=date(2026, 3, 27), pile=pile)
    worklist.queue(session, tree)
    worklist.counted(session, [tree])
    assert len(asked) == 2
    assert [is_sqlite] * 2 == ['+"case".agency_id' in statement for statement, _ in asked]
    for statement, values in list(asked) if is_sqlite else []:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert pile is Pile.overdue or not any("TEMP B-TREE" in step for step in plan), plan
        assert not any("agency_id=?" in step or step == "SCAN case" for step in plan), plan


def test_several_views_are_counted_in_one_statement(session: Session) -> None:
    agency, other = an_agency(session), an_agency(session)
    for office in (agency, agency, other):
        a_case(session, office)
    a_case(session, agency, channel="fax")
    views = [_wanted(agency), _wanted(agency, channel="fax"), _wanted(agency, other, pile=Pile.unassigned)]
    assert worklist.counted(session, views) == (3, 1, 4)
    assert worklist.counted(session, []) == ()


def test_the_cases_of_a_large_tree_are_found_from_the_last_backwards_and_never_sorted_as_a_whole(
    session: Session,
) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    tree = range(1, 60)
    worklist.found(session, Sought(tree))
    applicants.recent(session, tree)
    applicants.known_by(session, tree, "李")
    assert len(asked) == 4, "somebody is looked for by the whole name, then by a part of it"
    assert [is_sqlite] * 4 == ['+"case".agency_id' in statement for statement, _ in asked]
    for statement, values in (asked[:2] + asked[3:]) if is_sqlite else []:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert not any("TEMP B-TREE" in step for step in plan), plan
