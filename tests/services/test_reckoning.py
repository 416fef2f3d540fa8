"""What a change of the calendar would move is foretold, and then is what it moves."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from requestflow.rules.roles import Role
from requestflow.rules.workdays import DayOff
from requestflow.services import _step, agencies, calendars, casework, upkeep
from requestflow.services.agencies import NewAgency
from requestflow.store.models import Agency, CalendarDay, Case, Event, Mail
from tests.make import a_case, an_agency, an_entry, an_officer

TODAY, NOW = date(2026, 12, 20), datetime(2026, 12, 20, 4, tzinfo=UTC)
NOTICE = [DayOff(date(2027, 1, 4), False, "元旦"), DayOff(date(2027, 1, 9), True, "元旦")]
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知"


def load(session: Session) -> calendars.Loaded:
    return calendars.load(session, NOTICE, source=SOURCE, today=TODAY, now=NOW)


def a_case_into_2027(session: Session, agency: Agency | None = None) -> Case:
    return a_case(session, agency, entry=an_entry(on="2026-12-20"), submitted_on="2026-12-10")


def events(session: Session) -> int:
    return len(session.exec(select(Event)).all())


def test_what_is_foretold_of_a_notice_is_what_it_does_and_telling_changes_nothing(session: Session) -> None:
    case, before = a_case_into_2027(session), events(session)
    foretold = calendars.foretell(session, load=NOTICE)
    assert (case.due_on, events(session)) == (date(2027, 1, 8), before)
    assert [(move.number, move.before, move.after) for move in foretold] == [
        (case.number, date(2027, 1, 8), date(2027, 1, 9))
    ]
    assert tuple(foretold) == load(session).moved
    assert calendars.foretell(session, load=NOTICE) == []


def test_days_taken_back_give_the_cases_their_old_due_dates_and_are_told_of(session: Session) -> None:
    agency = an_agency(session)
    clerk = an_officer(session, agency, Role.clerk)
    case = a_case_into_2027(session, agency)
    load(session)
    foretold = calendars.foretell(session, take_back=NOTICE)
    later = datetime(2026, 12, 21, 4, tzinfo=UTC)
    taken = calendars.take_back(session, NOTICE, today=TODAY, now=later)
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 8), True)
    assert tuple(foretold) == taken.moved
    assert session.exec(select(CalendarDay)).all() == []
    mail = session.exec(select(Mail).where(Mail.recipient == clerk.email)).all()[-1]
    assert "已撤销原导入的以下日期：2027年1月4日、2027年1月9日。" in mail.body


def test_no_days_to_take_back_change_nothing(session: Session) -> None:
    assert calendars.take_back(session, [], today=TODAY, now=NOW) == calendars.Loaded(0, ())
    assert calendars.foretell(session) == []


def test_another_region_moves_the_due_dates_of_that_agency_only(session: Session) -> None:
    moving, staying = an_agency(session, region="上海"), an_agency(session, region="上海")
    case, other = (a_case(session, agency, submitted_on="2021-07-01") for agency in (moving, staying))
    foretold = calendars.foretell_region(session, moving, "宁夏")
    assert case.due_on == other.due_on == date(2021, 7, 29)
    agencies.set_up(session, NewAgency(code=moving.code, name=moving.name, region="宁夏"))
    moved = calendars.relocate(session, moving, "上海", today=TODAY, now=NOW)
    assert moved == tuple(foretold)
    assert (case.due_on, other.due_on) == (date(2021, 8, 2), date(2021, 7, 29))
    event = session.exec(select(Event).where(Event.case_id == case.id)).all()[-1]
    assert event.facts["source"] == f"{moving.name}：上海 → 宁夏"
    assert list(upkeep.recheck(session)) == []


def test_another_region_with_the_same_days_off_moves_nothing(session: Session) -> None:
    agency = an_agency(session, region="上海")
    a_case_into_2027(session, agency)
    assert calendars.foretell_region(session, agency, "江苏") == []


def test_another_region_also_tells_whether_a_closed_case_was_in_time(session: Session) -> None:
    agency = an_agency(session, region="上海")
    case = a_case(session, agency, submitted_on="2021-07-01")
    entry = an_entry(on="2026-12-20")
    casework.decide(session, case, casework.Decision(on="2021-07-30", outcome="O02"), entry)
    casework.send(session, case, casework.Sending(on="2021-07-30", delivery="direct"), entry)
    assert case.timeliness == "overdue"
    agencies.set_up(session, NewAgency(code=agency.code, name=agency.name, region="宁夏"))
    calendars.relocate(session, agency, "上海", today=TODAY, now=NOW)
    assert case.timeliness == "on_time"


def test_a_case_that_is_moved_on_while_a_notice_is_loaded_is_not_overwritten(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case_into_2027(session)
    projected = _step.projected

    def meanwhile(*known: Any) -> dict[str, Any]:
        session.execute(update(Case).values(version=Case.version + 1))
        return projected(*known)

    monkeypatch.setattr(_step, "projected", meanwhile)
    with pytest.raises(_step.Conflict):
        load(session)
    session.refresh(case)
    assert case.due_on == date(2027, 1, 8)


def test_the_version_of_a_moved_case_is_a_new_one_so_that_a_page_opened_before_is_told(session: Session) -> None:
    case = a_case_into_2027(session)
    before = case.version
    load(session)
    assert case.version == before + 1
    with pytest.raises(_step.Conflict):
        casework.note(session, case, casework.Dated(on="2026-12-20"), an_entry(on="2026-12-20", seen=before))
