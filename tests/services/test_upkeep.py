"""What is stored of a case equals what its events say, or every difference is named and can be put right."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, select

from requestflow.rules.remedies import RemedyKind
from requestflow.services import casework, remedies, upkeep
from requestflow.store.models import Case, Event, Remedy
from tests.make import a_case, an_agency, an_entry


@pytest.fixture
def case(session: Session) -> Case:
    """A case that was answered, asked about and sent to a review."""
    case = a_case(session, an_agency(session, "WZ"), submitted_on="2026-03-02")
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O02"), an_entry())
    casework.send(session, case, casework.Sending(on="2026-03-23", delivery="post"), an_entry())
    remedies.file(session, case, remedies.Filed(kind=RemedyKind.review, on="2026-04-01"), an_entry())
    return case


def differences(session: Session, *, fix: bool = False) -> list[tuple[Any, ...]]:
    return [(each.column, each.stored, each.computed) for each in upkeep.recheck(session, fix=fix)]


def tamper(session: Session, **values: Any) -> None:
    session.execute(update(Case).values(**values))


def test_what_the_verbs_wrote_equals_its_events(session: Session, case: Case) -> None:
    a_case(session, channel="fax", submitted_on="2026-03-02")
    assert differences(session) == []


def test_every_changed_projection_is_named_and_put_right(session: Session, case: Case) -> None:
    tamper(session, due_on=date(2026, 1, 1), timeliness="overdue", reason="改动")
    found = [
        ("due_on", "2026-01-01", "2026-03-30"),
        ("timeliness", "overdue", "on_time"),
        ("reason", "改动", ""),
    ]
    assert sorted(differences(session)) == sorted(found)
    assert sorted(differences(session, fix=True)) == sorted(found)
    assert differences(session) == []
    session.expire_all()
    assert session.get_one(Case, case.id).due_on == date(2026, 3, 30)


def test_a_difference_names_its_case(session: Session, case: Case) -> None:
    tamper(session, fee_yuan=5)
    (difference,) = upkeep.recheck(session)
    assert (difference.agency, difference.number) == ("WZ", "2026-0001")
    assert (difference.column, difference.stored, difference.computed) == ("fee_yuan", "5", "0")


def test_a_case_that_was_moved_to_another_agency_behind_its_events_goes_back(session: Session, case: Case) -> None:
    here, other = case.agency_id, an_agency(session).id
    tamper(session, agency_id=other)
    assert differences(session, fix=True) == [("agency_id", other, here)]
    assert differences(session) == []


def test_a_transferred_case_is_where_its_events_say(session: Session) -> None:
    here = an_agency(session, region="宁夏")
    below = an_agency(session, parent=here)  # whose own days off are fewer
    case = a_case(session, here, submitted_on="2022-07-01")
    assert case.due_on == date(2022, 8, 2)
    casework.transfer(session, case, casework.Transfer(on="2022-07-04", to=below.code, reason="由其负责"), an_entry())
    assert (case.due_on, differences(session)) == (date(2022, 7, 29), [])


def test_a_lost_a_changed_and_an_invented_remedy_are_put_right(session: Session, case: Case) -> None:
    session.execute(delete(Remedy))
    filed = [None, "2026-04-01", None, None]
    assert differences(session, fix=True) == [("review 1", None, filed)]
    session.execute(update(Remedy).values(filed_on=date(2026, 4, 2)))
    session.add(Remedy(case_id=case.id, kind=RemedyKind.complaint, nth=1, filed_on=date(2026, 5, 6)))
    session.flush()
    changed = [
        ("complaint 1", [None, "2026-05-06", None, None], None),
        ("review 1", [None, "2026-04-02", None, None], filed),
    ]
    assert differences(session, fix=True) == changed
    assert differences(session) == []
    session.expire_all()
    assert [(row.kind, row.filed_on) for row in session.exec(select(Remedy))] == [("review", date(2026, 4, 1))]


def test_events_that_contradict_themselves_are_said_and_left_alone(session: Session, case: Case) -> None:
    session.execute(update(Event).where(Event.action == "decide").values(happened_on=date(2026, 3, 24)))
    (difference,) = upkeep.recheck(session, fix=True)
    assert difference.why
    assert "Send" in difference.why.en
    assert len(differences(session)) == 1


def test_a_case_without_events_is_said(session: Session, case: Case) -> None:
    session.execute(delete(Event))
    (difference,) = upkeep.recheck(session)
    assert difference.why
    assert "no event" in difference.why.en
