"""The months that events touch, and the search for the cases that a figure counts."""

from datetime import date

import pytest
from sqlmodel import Session

from requestflow.rules.months import Months
from requestflow.services import casework, counts
from requestflow.store.models import Agency
from requestflow.store.queries import counted, worklist
from requestflow.store.queries.worklist import Sought
from tests.make import a_case, an_agency, an_entry

MARCH = Months(date(2026, 3, 1), date(2026, 3, 1))


def _found(session: Session, sought: Sought) -> list[int]:
    return [row.id for row in worklist.found(session, sought)[0]]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([], []),
        ([(2026, 3)], ["2026-03"]),
        ([(2026, 2), (2025, 12), (2026, 1), (2025, 6)], ["2025-06", "2025-12..2026-02"]),
    ],
)
def test_months_that_follow_each_other_are_counted_together(months: list[tuple[int, int]], expected: list[str]) -> None:
    assert [str(run) for run in counted.runs(date(*month, 1) for month in months)] == expected


def test_an_event_touches_every_month_and_agency_that_its_case_ever_counted_in(session: Session) -> None:
    here = an_agency(session)
    there = an_agency(session, parent=here)
    case = a_case(session, here, submitted_on="2026-01-30")
    casework.transfer(session, case, casework.Transfer(on="2026-02-02", to=there.code, reason="由其负责"), an_entry())
    mark = counts.newest(session)
    a_case(session, here, submitted_on="2025-05-06")
    casework.withdraw(session, case, casework.Dated(on="2026-04-01"), an_entry())
    of_the_case = {date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)}
    assert counted.touched(session, mark) == {here.id: of_the_case | {date(2025, 5, 1)}, there.id: of_the_case}
    assert counted.touched(session, counts.newest(session)) == {}


def test_a_figure_counts_the_cases_that_an_agency_has_and_a_search_also_those_that_it_handed_on(
    session: Session,
) -> None:
    here = an_agency(session)
    there = an_agency(session, parent=here)
    kept, given = (a_case(session, here, submitted_on="2026-03-02") for _ in range(2))
    casework.transfer(session, given, casework.Transfer(on="2026-03-03", to=there.code, reason="由其负责"), an_entry())
    assert _found(session, Sought([here.id])) == [given.id, kept.id]
    assert _found(session, Sought([here.id], received=MARCH)) == [kept.id]


def test_a_request_never_confirmed_is_found_but_stands_behind_no_figure(session: Session) -> None:
    agency: Agency = an_agency(session)
    case = a_case(session, agency, channel="fax", submitted_on="2026-03-02")
    casework.withdraw(session, case, casework.Dated(on="2026-03-03"), an_entry())
    assert _found(session, Sought([agency.id])) == [case.id]
    assert _found(session, Sought([agency.id], closed=MARCH)) == []


def test_a_topic_is_searched_for_as_it_was_typed_also_if_none_was(session: Session) -> None:
    agency = an_agency(session)
    cases = {topic: a_case(session, agency, topic=topic).id for topic in ("", "其他", "其他事项")}
    for topic, case_id in cases.items():
        assert _found(session, Sought([agency.id], topic=topic)) == [case_id]
    assert len(_found(session, Sought([agency.id]))) == 3
