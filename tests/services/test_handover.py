"""The open cases of somebody who leaves go to another, or lie on the desk as nobody's."""

import pytest
from sqlmodel import Session, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.services import casework, handover
from requestflow.services.handover import NOBODY, Handover
from requestflow.store.models import Agency, Case, Event, Person
from requestflow.store.queries import staff
from tests.make import a_case, an_agency, an_entry, an_officer


def given_to(session: Session, person: Person, agency: Agency) -> Case:
    case = a_case(session, agency)
    casework.assign(session, case, casework.Assignment(on="2026-03-03", handler=person.login), an_entry())
    return case


def last_event(session: Session, case: Case) -> Event:
    return session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq).desc())).first()


def test_all_open_cases_go_to_another_officer_and_the_history_says_who_gave_them(session: Session) -> None:
    agency = an_agency(session)
    leaving, staying, admin = an_officer(session, agency), an_officer(session, agency), an_officer(session, agency)
    cases = [given_to(session, leaving, agency) for _ in range(2)]
    assert handover.hand_over(session, leaving, Handover(handler=staying.login), an_entry(admin)) == 2
    assert [case.handler_id for case in cases] == [staying.id, staying.id]
    assert last_event(session, cases[0]).person_id == admin.id
    assert staff.in_hand(session, [leaving.id, staying.id]) == {staying.id: 2}


def test_cases_that_nobody_takes_over_are_nobody_s_and_go_on_counting(session: Session) -> None:
    agency = an_agency(session)
    leaving = an_officer(session, agency)
    case = given_to(session, leaving, agency)
    due_on, state = case.due_on, case.state
    handover.hand_over(session, leaving, Handover(handler=NOBODY), an_entry(leaving))
    assert (case.handler_id, case.due_on, case.state) == (None, due_on, state)


def test_closed_cases_stay_with_whom_closed_them(session: Session) -> None:
    agency = an_agency(session)
    leaving, staying = an_officer(session, agency), an_officer(session, agency)
    case = given_to(session, leaving, agency)
    casework.withdraw(session, case, casework.Dated(on="2026-03-04"), an_entry())
    assert handover.hand_over(session, leaving, Handover(handler=staying.login), an_entry(leaving)) == 0
    assert case.handler_id == leaving.id


def test_somebody_who_may_not_work_on_them_takes_nothing_over(session: Session) -> None:
    agency = an_agency(session)
    leaving, clerk_of_figures = an_officer(session, agency), an_officer(session, agency, Role.statistics)
    given_to(session, leaving, agency)
    with pytest.raises(RuleBroken) as refused:
        handover.hand_over(session, leaving, Handover(handler=clerk_of_figures.login), an_entry(leaving))
    assert refused.value.field == "handler"
