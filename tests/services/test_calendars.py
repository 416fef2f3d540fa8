"""A notice of days off reaches every case that it touches, and nobody else."""

from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from requestflow.rules.lifecycle import Action
from requestflow.rules.roles import Hand, Role
from requestflow.rules.workdays import DayOff
from requestflow.services import calendars, casework
from requestflow.services.calendars import Loaded
from requestflow.store.models import CalendarDay, Case, Event, Mail
from requestflow.store.queries.calendars import calendar_of
from tests.make import a_case, an_agency, an_entry, an_officer

TODAY = date(2026, 12, 20)
NOW = datetime(2026, 12, 20, 4, tzinfo=UTC)
NOTICE = [DayOff(date(2027, 1, 4), False, "元旦"), DayOff(date(2027, 1, 9), True, "元旦")]
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知"


def load(session: Session, days: list[DayOff], source: str = SOURCE) -> Loaded:
    return calendars.load(session, days, source=source, today=TODAY, now=NOW)


def a_case_into_2027(session: Session, **known: object) -> Case:
    return a_case(session, entry=an_entry(on="2026-12-20"), submitted_on="2026-12-10", **known)


def events(session: Session, case: Case) -> list[Event]:
    return list(session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))))


def test_an_open_case_whose_term_crosses_the_notice_gets_a_new_due_date_that_is_no_longer_provisional(
    session: Session,
) -> None:
    case = a_case_into_2027(session)
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 8), True)

    found = load(session, NOTICE)

    assert (case.due_on, case.is_provisional) == (date(2027, 1, 9), False)
    assert [(move.number, move.before, move.after) for move in found.moved] == [
        (case.number, date(2027, 1, 8), date(2027, 1, 9))
    ]
    assert found.days == 2


def test_the_old_and_the_new_due_date_are_kept_as_an_event(session: Session) -> None:
    case = a_case_into_2027(session)
    load(session, NOTICE)
    last = events(session, case)[-1]
    assert (last.action, last.hand, last.happened_on) == (Action.recalendar, Hand.timer, TODAY)
    assert last.facts == {"due_before": "2027-01-08", "due_after": "2027-01-09", "source": SOURCE}


def test_a_case_that_the_notice_does_not_move_gets_no_event_but_is_no_longer_provisional(session: Session) -> None:
    case = a_case_into_2027(session)
    found = load(session, [DayOff(date(2027, 1, 1), False, "元旦")])
    assert found.moved == ()
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 8), False)
    assert [event.action for event in events(session, case)] == [Action.register]


def test_loading_the_same_notice_twice_moves_nothing_the_second_time(session: Session) -> None:
    case = a_case_into_2027(session)
    load(session, NOTICE)
    assert load(session, NOTICE).moved == ()
    assert [event.action for event in events(session, case)] == [Action.register, Action.recalendar]
    assert len(session.exec(select(CalendarDay)).all()) == 2


def test_a_corrected_notice_replaces_the_day_loaded_before(session: Session) -> None:
    case = a_case_into_2027(session)
    load(session, NOTICE)
    load(session, [DayOff(date(2027, 1, 4), True, "元旦")], "更正")
    assert case.due_on == date(2027, 1, 8)
    day = session.exec(select(CalendarDay).where(CalendarDay.day == date(2027, 1, 4))).one()
    assert (day.worked, day.source) == (True, "更正")


def test_a_region_s_own_days_off_move_the_cases_of_its_agencies_only(session: Session) -> None:
    there = a_case_into_2027(session, agency=an_agency(session, region="宁夏吴忠市"))
    elsewhere = a_case_into_2027(session, agency=an_agency(session, region="上海"))
    load(session, [DayOff(date(2027, 1, 5), False, "开斋节", "宁夏")])
    assert there.due_on == date(2027, 1, 11)
    assert elsewhere.due_on == date(2027, 1, 8)
    assert there.is_provisional  # a region's days do not stand for the national notice


def test_a_case_registered_after_the_notice_counts_by_it_at_once(session: Session) -> None:
    load(session, NOTICE)
    case = a_case_into_2027(session)
    assert case.due_on == date(2027, 1, 9)
    assert not calendar_of(session, case.agency_id).is_workday(date(2027, 1, 4))


def test_an_unconfirmed_request_has_its_day_to_confirm_moved(session: Session) -> None:
    case = a_case(session, entry=an_entry(on="2026-12-31"), channel="fax", submitted_on="2026-12-31")
    assert case.waiting_until == date(2027, 1, 4)
    calendars.load(session, NOTICE, source=SOURCE, today=date(2026, 12, 31), now=NOW)
    assert case.waiting_until == date(2027, 1, 5)


def test_a_notice_that_comes_late_also_tells_whether_a_closed_case_was_in_time(session: Session) -> None:
    case = a_case(session, submitted_on="2026-03-02")  # due on 30 March
    entry = an_entry(on="2026-04-10")
    casework.decide(session, case, casework.Decision(on="2026-03-30", outcome="O02"), entry)
    casework.send(session, case, casework.Sending(on="2026-03-31", delivery="direct"), entry)
    assert case.timeliness == "overdue"
    found = load(session, [DayOff(date(2026, 3, 5), False, "临时放假")])
    assert (case.due_on, case.timeliness) == (date(2026, 3, 31), "on_time")
    assert [move.case_id for move in found.moved] == [case.id]


def test_a_step_taken_on_paper_before_the_notice_can_be_typed_after_it(session: Session) -> None:
    case = a_case_into_2027(session)
    load(session, NOTICE)
    entry = an_entry(on="2026-12-22")
    casework.decide(session, case, casework.Decision(on="2026-12-15", outcome="O02"), entry)
    casework.send(session, case, casework.Sending(on="2026-12-16", delivery="direct"), entry)
    assert (case.sent_on, case.timeliness) == (date(2026, 12, 16), "on_time")


def test_the_handler_is_told_once_of_all_of_their_cases(session: Session) -> None:
    agency = an_agency(session)
    handler = an_officer(session, agency)
    an_officer(session, agency, Role.head)
    for _ in range(2):
        case = a_case_into_2027(session, agency=agency)
        given = casework.Assignment(on="2026-12-11", handler=handler.login)
        casework.assign(session, case, given, an_entry(on="2026-12-20"))
    load(session, NOTICE)
    mail = session.exec(select(Mail)).one()
    assert mail.recipient == handler.email
    assert mail.subject == "节假日安排更新：2件申请的答复期限已重新计算"
    assert f"{case.number}：由2027年1月8日改为2027年1月9日" in mail.body
    assert SOURCE in mail.body


def test_while_nobody_handles_a_case_its_clerks_and_heads_are_told_each_in_their_language(session: Session) -> None:
    agency = an_agency(session)
    clerk = an_officer(session, agency, Role.clerk, language="en")
    head = an_officer(session, agency, Role.head)
    an_officer(session, agency, Role.statistics)
    an_officer(session, agency, Role.clerk, email="")
    case = a_case_into_2027(session, agency=agency)
    load(session, NOTICE, "")
    told = {mail.recipient: mail for mail in session.exec(select(Mail))}
    assert set(told) == {clerk.email, head.email}
    assert told[clerk.email].subject == "A notice of days off moved the due dates of 1 request"
    assert f"{case.number}: from 8 January 2027 to 9 January 2027" in told[clerk.email].body
    assert "已导入新的节假日安排。" in told[head.email].body


def test_a_number_of_another_agency_is_told_with_its_name(session: Session) -> None:
    city = an_agency(session)
    bureau = an_agency(session, parent=city)
    an_officer(session, city, Role.head)
    case = a_case_into_2027(session, agency=bureau)
    load(session, NOTICE)
    [mail] = session.exec(select(Mail)).all()
    assert f"{case.number}（{bureau.name}）：由2027年1月8日改为2027年1月9日" in mail.body


def test_an_empty_notice_changes_nothing(session: Session) -> None:
    case = a_case_into_2027(session)
    assert load(session, []) == Loaded(0, ())
    assert case.is_provisional
