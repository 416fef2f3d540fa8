"""The demo can be loaded on any day, into an empty database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import OPEN
from requestflow.rules.workdays import national
from requestflow.services import demo
from requestflow.services.demo.this_year import workdays_before
from requestflow.store.models import Case
from tests.make import an_agency

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 2, 10)])
def test_on_any_day_the_current_year_has_a_few_dozen_open_cases_in_every_open_state(
    session: Session, today: date
) -> None:
    demo.load(session, today=today, now=NOW)
    states = Counter(session.exec(select(Case.state).where(col(Case.state).in_(OPEN))))
    assert 24 <= sum(states.values()) <= 60
    assert set(states) == set(OPEN)


def test_it_goes_into_an_empty_database_only(session: Session) -> None:
    an_agency(session)
    with pytest.raises(RuleBroken, match="empty"):
        demo.load(session, today=NOW.date(), now=NOW)


def test_so_many_working_days_ago_is_found_from_a_day_off_too() -> None:
    sunday = date(2026, 11, 22)
    assert workdays_before(sunday, 0, national()) == date(2026, 11, 20)
    assert workdays_before(sunday + timedelta(days=1), 1, national()) == date(2026, 11, 20)
