"""Many rows go in at once as they would one by one, and what the database refuses is said the same way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from requestflow.store import bulk
from requestflow.store.models import Agency, CalendarDay, Event, Indicator
from tests.make import a_case, an_agency


def test_every_kind_of_value_comes_back_as_it_was(session: Session) -> None:
    case = a_case(session)
    now = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    event = {"seq": 9, "action": "note", "happened_on": date(2026, 3, 5), "recorded_at": now, "hand": "ledger"}
    facts = {"text": "第一行\n\\.\t“𠮷”", "workdays": 3}
    rows = [{**event, "case_id": case.id, "person_id": None, "facts": facts}]
    bulk.insert(session, Event, tuple(rows[0]), rows)
    found = session.exec(select(Event).where(Event.seq == 9)).one()
    assert (found.facts, found.happened_on, found.recorded_at) == (facts, date(2026, 3, 5), now)
    assert (found.action.label.en, found.person_id) == ("Note", None)
    figure = {
        "agency_id": case.agency_id,
        "year": 2018,
        "item": "1.1",
        "label": "",
        "column": "",
        "value": Decimal("1.25"),
    }
    bulk.insert(session, Indicator, tuple(figure), [figure])
    assert session.exec(select(Indicator.value)).one() == Decimal("1.25")


def test_no_rows_are_no_statement(session: Session) -> None:
    bulk.insert(session, Agency, ("code", "name"), [])
    assert session.exec(select(Agency)).all() == []


def test_what_a_constraint_forbids_is_an_integrity_error(session: Session) -> None:
    an_agency(session, "WZ")
    row: dict[str, Any] = {"code": "WZ", "name": "又一个", "path": "", "level": "", "region": "", "review_body": ""}
    with pytest.raises(IntegrityError), session.begin_nested():
        bulk.insert(session, Agency, tuple(row), [row])
    assert session.exec(select(CalendarDay)).all() == []  # the session goes on
