"""From November on whoever keeps the calendar is asked for next year's days off, once a month until they are loaded."""

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import missing_days, notices
from requestflow.store.models import CalendarDay, Mail
from tests.make import an_agency, an_officer


def run(session: Session, on: date) -> int:
    return missing_days.ask(session, on, datetime.combine(on, time(4), UTC), site="https://office.example")


def loaded(session: Session, year: int) -> None:
    day = CalendarDay(day=date(year, 10, 4), worked=False, name="国庆节", loaded_at=datetime(2026, 12, 20, tzinfo=UTC))
    session.add(day)
    session.flush()


def test_administrators_and_the_head_at_the_top_are_asked(session: Session) -> None:
    city = an_agency(session)
    bureau = an_agency(session, parent=city)
    told = [an_officer(session, city, role) for role in (Role.head, Role.admin)]
    told.append(an_officer(session, bureau, Role.admin))
    for role in (Role.head, Role.handler, Role.clerk, Role.statistics):
        an_officer(session, bureau, role)
    assert run(session, date(2026, 11, 2)) == 3
    assert list(session.exec(select(Mail.person_id).order_by(col(Mail.id)))) == [person.id for person in told]


def test_a_head_who_may_not_load_a_notice_is_told_who_may(session: Session) -> None:
    city = an_agency(session)
    an_officer(session, city, Role.admin, language="en")
    an_officer(session, city, Role.head, language="en")
    run(session, date(2026, 11, 2))
    admin, head = (mail.body for mail in session.exec(select(Mail).order_by(col(Mail.id))))
    assert "please load it" in admin
    assert "/admin/calendar" in admin
    assert "please see to it that an administrator loads it" in head
    assert "/admin/calendar" not in head


def test_it_is_asked_for_once_a_month_from_november_until_it_is_loaded(session: Session) -> None:
    an_officer(session, an_agency(session), Role.admin)
    days = [date(2026, 10, 1) + timedelta(nth) for nth in range(150)]
    asked = [day for day in days if run(session, day)]
    assert asked == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]


def test_once_it_is_loaded_nobody_is_asked(session: Session) -> None:
    an_officer(session, an_agency(session), Role.admin)
    assert run(session, date(2026, 11, 2)) == 1
    loaded(session, 2027)
    assert [run(session, day) for day in (date(2026, 12, 1), date(2027, 1, 4))] == [0, 0]


def test_a_year_that_is_built_in_is_not_asked_for(session: Session) -> None:
    an_officer(session, an_agency(session), Role.admin)
    assert run(session, date(2025, 11, 2)) == 0


def test_a_late_run_asks_for_this_month_only(session: Session) -> None:
    an_officer(session, an_agency(session), Role.admin, language="en")
    assert [run(session, date(2027, 1, 20)) for _ in range(2)] == [1, 0]
    [mail] = session.exec(select(Mail)).all()
    assert mail.subject == "The days off of 2027 are not loaded: due dates in that year are provisional"
    assert "and the year has begun" in mail.body
    assert "https://office.example/admin/calendar" in mail.body


def test_whoever_does_not_want_to_be_asked_is_not(session: Session) -> None:
    notices.silence(session, an_officer(session, an_agency(session), Role.admin), {Notice.calendar_missing})
    assert run(session, date(2026, 11, 2)) == 0
