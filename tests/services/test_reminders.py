"""A case is brought to mind once a stage, by the calendar of its agency, however late the timetable runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from requestflow.rules.roles import Role
from requestflow.rules.workdays import DayOff
from requestflow.services import calendars, casework, intake, reminders
from requestflow.store.models import Case, Mail, Person, Reminder
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_entry, an_officer

RECEIVED = "2026-03-02"  # due on Monday 30 March: 20 working days
DUE = date(2026, 3, 30)
THREE_DAYS = timedelta(days=3)


def run(session: Session, on: date) -> int:
    """What the timetable does on that day."""
    return reminders.raise_due(session, on, datetime.combine(on, time(0, 10), UTC), site="https://office.example")


def raised(session: Session, case: Case) -> list[tuple[str, date]]:
    rows = session.exec(select(Reminder).where(Reminder.case_id == case.id).order_by(col(Reminder.id)))
    return [(row.stage, row.raised_on) for row in rows]


def mails(session: Session, case: Case) -> list[Mail]:
    return list(session.exec(select(Mail).where(Mail.case_id == case.id).order_by(col(Mail.id))))


def handed_to(session: Session, case: Case, person: Person) -> None:
    casework.assign(session, case, casework.Assignment(on=RECEIVED, handler=person.login), an_entry())


def test_a_case_is_brought_to_mind_five_three_and_one_working_days_before_and_once_overdue(session: Session) -> None:
    case = a_case(session)
    assert case.due_on == DUE
    day = date(2026, 3, 16)
    while day < date(2026, 4, 10):
        run(session, day)
        day += timedelta(days=1)
    assert raised(session, case) == [
        ("due_in_5", date(2026, 3, 23)),
        ("due_in_3", date(2026, 3, 25)),
        ("due_in_1", date(2026, 3, 27)),
        ("overdue", date(2026, 3, 31)),
    ]


def test_running_again_on_the_same_day_raises_nothing(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.clerk)
    case = a_case(session, agency)
    assert [run(session, date(2026, 3, 25)) for _ in range(3)] == [1, 0, 0]
    assert len(mails(session, case)) == 1


def test_a_run_after_three_missed_days_tells_what_is_true_now_and_only_that(session: Session) -> None:
    case = a_case(session)
    run(session, date(2026, 3, 20))
    run(session, date(2026, 3, 20) + THREE_DAYS + THREE_DAYS)  # two working days left, five were missed
    assert [stage for stage, _ in raised(session, case)] == ["due_in_3"]
    run(session, date(2026, 4, 20))
    assert [stage for stage, _ in raised(session, case)] == ["due_in_3", "overdue"]


def test_an_answered_case_is_left_alone(session: Session) -> None:
    case = a_case(session)
    casework.withdraw(session, case, casework.Dated(on="2026-03-05"), an_entry())
    assert run(session, date(2026, 4, 20)) == 0


def test_a_case_that_is_decided_but_not_sent_still_runs_out(session: Session) -> None:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-05", outcome="O01", reason="", record="x"), an_entry())
    run(session, date(2026, 4, 1))
    assert [stage for stage, _ in raised(session, case)] == ["overdue"]


def test_a_case_that_waits_for_its_applicant_is_not_due(session: Session) -> None:
    case = a_case(session)
    notice = casework.CorrectionNotice(on="2026-03-05", until="2026-03-20", points="请写明文件名称")
    casework.ask_correction(session, case, notice, an_entry())
    run(session, date(2026, 4, 20))
    assert [stage for stage, _ in raised(session, case)] == ["correction_unanswered"]


def test_a_new_due_date_is_brought_to_mind_anew(session: Session) -> None:
    case = a_case(session)
    run(session, date(2026, 3, 25))
    extension = casework.Extension(on="2026-03-26", workdays=20, reason="案情复杂")
    agency_head = an_officer(session, an_agency(session), Role.head)
    agency_head.agency_id = case.agency_id
    casework.consent_extension(session, case, extension, an_entry(agency_head))
    casework.extend(session, case, extension, an_entry())
    assert case.due_on is not None
    assert case.due_on > DUE
    run(session, case.due_on)
    rows = session.exec(select(Reminder).where(Reminder.case_id == case.id).order_by(col(Reminder.id))).all()
    assert [(row.stage, row.due_on) for row in rows] == [("due_in_3", DUE), ("due_in_1", case.due_on)]


def test_whoever_has_a_consent_that_the_applicant_was_not_told_of_is_reminded_to_tell(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.clerk)
    head = an_officer(session, agency, Role.head)
    case = a_case(session, agency)
    extension = casework.Extension(on="2026-03-20", workdays=20, reason="案情复杂")
    casework.consent_extension(session, case, extension, an_entry(head))
    assert case.extension_consented_on == date(2026, 3, 20)
    run(session, date(2026, 3, 25))
    assert "负责人已于2026年3月20日同意延期，但尚未告知申请人" in mails(session, case)[0].body
    casework.extend(session, case, extension, an_entry())
    assert case.extension_consented_on is None
    assert case.due_on is not None
    run(session, case.due_on)
    assert "报负责人同意延期" in mails(session, case)[-1].body


def test_a_nearer_stage_is_not_followed_by_a_farther_one_when_a_notice_makes_days_of_work(session: Session) -> None:
    case = a_case(session)
    run(session, date(2026, 3, 25))
    worked = [DayOff(date(2026, 3, day), True, "") for day in (28, 29)]
    calendars.load(session, worked, source="", today=date(2026, 3, 25), now=datetime(2026, 3, 25, tzinfo=UTC))
    case.due_on = DUE  # as where a court has set the day
    session.add(case)
    run(session, date(2026, 3, 25))
    assert [stage for stage, _ in raised(session, case)] == ["due_in_3"]


def test_working_days_are_those_of_the_region_of_the_agency(session: Session) -> None:
    there = a_case(session, an_agency(session, region="宁夏"), submitted_on="2021-06-24")
    here = a_case(session, an_agency(session), submitted_on="2021-06-23")
    assert here.due_on == date(2021, 7, 21)
    assert there.due_on == date(2021, 7, 26)  # 19 and 20 July are days off in Ningxia
    run(session, date(2021, 7, 16))
    assert [stage for stage, _ in raised(session, here)] == ["due_in_3"]
    assert [stage for stage, _ in raised(session, there)] == ["due_in_5"]


def test_a_fax_that_nobody_confirms_raises_an_alarm_one_working_day_after_it_arrived(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    case = a_case(session, agency, channel="fax", submitted_on="2026-03-06")  # a Friday
    assert [run(session, date(2026, 3, day)) for day in (6, 8, 9, 10)] == [0, 0, 1, 0]
    assert raised(session, case) == [("unconfirmed", date(2026, 3, 9))]
    assert "尚未与申请人确认" in mails(session, case)[0].subject


def test_a_fax_that_was_confirmed_raises_no_alarm(session: Session) -> None:
    case = a_case(session, channel="fax", submitted_on="2026-03-06")
    intake.confirm(session, case, date(2026, 3, 6), an_entry())
    assert run(session, date(2026, 3, 12)) == 0


def test_the_handler_is_told_and_the_head_only_once_it_is_overdue(session: Session) -> None:
    agency = an_agency(session)
    handler = an_officer(session, agency, Role.handler)
    head = an_officer(session, agency, Role.head)
    an_officer(session, agency, Role.clerk)
    case = a_case(session, agency)
    handed_to(session, case, handler)
    run(session, date(2026, 3, 27))
    assert [mail.recipient for mail in mails(session, case)] == [handler.email]
    run(session, date(2026, 3, 31))
    assert [mail.recipient for mail in mails(session, case)] == [handler.email, handler.email, head.email]


def test_a_case_without_a_handler_is_told_to_the_clerks_and_heads_of_its_agency(session: Session) -> None:
    agency = an_agency(session)
    told = [an_officer(session, agency, role).email for role in (Role.clerk, Role.clerk, Role.head)]
    for role in (Role.handler, Role.statistics, Role.admin):
        an_officer(session, agency, role)
    an_officer(session, an_agency(session), Role.clerk)
    an_officer(session, agency, Role.clerk).is_active = False
    case = a_case(session, agency)
    run(session, date(2026, 3, 27))
    assert [mail.recipient for mail in mails(session, case)] == told


def test_an_office_without_anybody_is_spoken_for_by_the_one_above_it(session: Session) -> None:
    city = an_agency(session)
    clerk = an_officer(session, city, Role.clerk)
    case = a_case(session, an_agency(session, parent=an_agency(session, parent=city)))
    run(session, date(2026, 3, 27))
    assert [mail.recipient for mail in mails(session, case)] == [clerk.email]


def test_a_handler_who_has_left_is_no_handler(session: Session) -> None:
    agency = an_agency(session)
    handler, clerk = an_officer(session, agency, Role.handler), an_officer(session, agency, Role.clerk)
    case = a_case(session, agency)
    handed_to(session, case, handler)
    handler.is_active = False
    run(session, date(2026, 3, 27))
    assert [mail.recipient for mail in mails(session, case)] == [clerk.email]


def test_everybody_is_written_to_in_their_own_language(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.clerk)
    an_officer(session, agency, Role.clerk, language="en")
    case = a_case(session, agency)
    run(session, date(2026, 3, 25))
    chinese, english = mails(session, case)
    assert chinese.subject == f"政府信息公开申请 {case.number} 还剩 3 个工作日（2026年3月30日到期）"
    assert english.subject == f"Request {case.number}: 3 working days left (due on 30 March 2026)"
    assert f"https://office.example/cases/{case.id}" in chinese.body
    assert f"https://office.example/cases/{case.id}" in english.body


def test_whoever_works_for_several_agencies_reads_in_the_subject_which_one_a_number_belongs_to(
    session: Session,
) -> None:
    city = an_agency(session)
    bureau, idle = an_agency(session, parent=city), an_agency(session, parent=city)
    handler = an_officer(session, bureau, Role.handler)
    head = an_officer(session, city, Role.head, language="en")
    ours, theirs = a_case(session, bureau), a_case(session, idle)
    handed_to(session, ours, handler)
    run(session, date(2026, 3, 31))
    own, above = mails(session, ours)
    [spoken_for] = mails(session, theirs)
    assert own.subject == f"政府信息公开申请 {ours.number} 已逾期（最迟应于2026年3月30日答复）"
    assert above.subject == f"Request {ours.number} at {bureau.name} is overdue (it was due on 30 March 2026)"
    assert spoken_for.subject == f"Request {theirs.number} at {idle.name} is overdue (it was due on 30 March 2026)"
    assert {above.recipient, spoken_for.recipient} == {head.email}


def test_neither_subject_nor_body_tells_who_asked_for_what(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    case = a_case(session, agency)
    fax = a_case(session, agency, channel="fax", submitted_on="2026-03-20")
    for day in (23, 25, 27, 30, 31):
        run(session, date(2026, 3, day))
    sent = mails(session, case) + mails(session, fax)
    assert len(sent) == 5
    for mail in sent:
        assert mail.subject.isprintable()
        assert case.applicant_name not in mail.subject + mail.body
        assert case.description not in mail.subject + mail.body
        assert agency.name not in mail.subject


def test_passes_that_run_at_once_raise_and_write_each_reminder_once(empty_database_url: str) -> None:
    with transaction() as session:
        agency = an_agency(session)
        an_officer(session, agency, Role.head)
        for _ in range(30):
            a_case(session, agency)

    def one_pass(_nth: int) -> int:
        with transaction() as session:
            return run(session, date(2026, 3, 25))

    with ThreadPoolExecutor(6) as passes:
        assert sum(passes.map(one_pass, range(6))) == 30
    with reading() as session:
        assert len(session.exec(select(Reminder)).all()) == 30
        assert len(session.exec(select(Mail)).all()) == 30
