"""On the first working day of a month each officer gets one mail that says how the desk stands, and only one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time

from sqlmodel import Session, col, select

from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import casework, digest, notices
from requestflow.store.models import Agency, Case, Mail, Person
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency, an_entry, an_officer

FIRST = date(2026, 4, 1)  # a Wednesday, and a working day


def run(session: Session, on: date) -> int:
    return digest.send(session, on, datetime.combine(on, time(0, 10), UTC), site="https://office.example")


def mails(session: Session) -> list[Mail]:
    return list(session.exec(select(Mail).where(col(Mail.key).startswith("digest:")).order_by(col(Mail.id))))


def handed(session: Session, agency: Agency, handler: Person, on: str) -> Case:
    case = a_case(session, agency, submitted_on=on)
    casework.assign(session, case, casework.Assignment(on=on, handler=handler.login), an_entry())
    return case


def answered(session: Session, case: Case, on: str, outcome: str = "O01") -> None:
    casework.decide(session, case, casework.Decision(on=on, outcome=outcome, reason="", record="x"), an_entry())
    casework.send(session, case, casework.Sending(on=on, delivery="post"), an_entry())


def test_it_is_sent_on_the_first_working_day_and_once_a_month(session: Session) -> None:
    an_officer(session, an_agency(session), Role.head)
    days = [date(2026, 4, day) for day in range(1, 31)] + [date(2026, 5, day) for day in range(1, 10)]
    sent = [day for day in days if run(session, day)]
    assert sent == [FIRST, date(2026, 5, 6)]  # 1 to 5 May are days off


def test_a_run_that_comes_later_in_the_month_still_sends_it_once(session: Session) -> None:
    an_officer(session, an_agency(session), Role.clerk)
    assert [run(session, date(2026, 4, day)) for day in (17, 20, 30)] == [1, 0, 0]
    assert run(session, date(2026, 5, 6)) == 1


def test_the_first_working_day_is_that_of_the_region(session: Session) -> None:
    an_officer(session, an_agency(session, region="宁夏"), Role.head)
    an_officer(session, an_agency(session), Role.head)
    assert run(session, date(2019, 8, 1)) == 2
    assert [run(session, date(2026, 5, day)) for day in (5, 6)] == [0, 2]


def test_clerks_handlers_and_heads_get_it_if_they_can_and_want_to(session: Session) -> None:
    agency = an_agency(session)
    told = [an_officer(session, agency, role) for role in (Role.clerk, Role.handler, Role.head)]
    for role in (Role.statistics, Role.admin):
        an_officer(session, agency, role)
    an_officer(session, agency, Role.clerk, email="")
    an_officer(session, agency, Role.clerk).is_active = False
    notices.silence(session, an_officer(session, agency, Role.head), {Notice.digest})
    assert run(session, FIRST) == 3
    assert [mail.recipient for mail in mails(session)] == [person.email for person in told]
    assert [mail.person_id for mail in mails(session)] == [person.id for person in told]


def test_a_handler_sees_their_own_cases_beside_those_of_the_office(session: Session) -> None:
    agency = an_agency(session)
    handler = an_officer(session, agency, Role.handler, language="en")
    handed(session, agency, handler, "2026-03-12")  # due on 10 April
    handed(session, agency, handler, "2026-02-02")  # due on 11 March
    a_case(session, agency, submitted_on="2026-04-01")  # nobody's, due on 30 April
    answered(session, handed(session, agency, handler, "2026-03-02"), "2026-03-06")
    answered(session, handed(session, agency, handler, "2026-01-05"), "2026-03-06", "O21")
    answered(session, handed(session, agency, handler, "2026-01-05"), "2026-01-20")  # the month before last
    run(session, FIRST)
    [mail] = mails(session)
    figures = {line[:20].strip(): line[20:].split() for line in mail.body.splitlines() if line[:1].isalpha()}
    assert figures["Open"] == ["2", "3"]
    assert figures["Due this month"] == ["1", "2"]
    assert figures["Overdue"] == ["1", "1"]
    assert figures["Closed last month"] == ["2", "2"]
    assert figures["of these on time"] == ["1", "1"]
    assert figures["of these late"] == ["1", "1"]
    assert figures["Granted"] == ["1", "1"]
    assert figures["Cannot be provided"] == ["1", "1"]
    assert "2 open, 1 overdue" in mail.subject  # what awaits the reader
    assert "\n\nCases\n\n" in mail.body
    assert "\n\n\n" not in mail.body


def test_a_head_sees_agency_by_agency_and_the_sum(session: Session) -> None:
    city = an_agency(session)
    bureau, idle = an_agency(session, parent=city), an_agency(session, parent=city)
    head = an_officer(session, city, Role.head)
    a_case(session, city, submitted_on="2026-03-12")
    for _ in range(2):
        a_case(session, bureau, submitted_on="2026-03-12")
    a_case(session, an_agency(session), submitted_on="2026-03-12")  # not theirs
    run(session, FIRST)
    [mail] = mails(session)
    lines = [line.split() for line in mail.body.splitlines() if line.endswith("0")]
    assert lines == [
        [city.name, "1", "1", *"00000"],
        [bureau.name, "2", "2", *"00000"],
        ["合计", "3", "3", *"00000"],
        *([name, *"000000"] for name in (city.name, bureau.name, "合计")),
    ]
    assert mail.subject == "2026年4月政府信息公开办件情况：在办 3 件，已逾期 0 件"
    assert idle.name not in mail.body
    assert mail.recipient == head.email


def test_it_is_one_mail_with_a_table_and_a_link_and_nothing_from_outside(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    an_officer(session, agency, Role.handler, language="en")
    a_case(session, agency)
    run(session, FIRST)
    head, handler = mails(session)
    assert "https://office.example/office" in head.body
    assert "https://office.example/desk" in handler.body
    for mail in (head, handler):
        assert mail.html.count("<table") == 2
        assert mail.html.count("<caption>") == 2
        assert not any(remote in mail.html for remote in ("src=", "<style", "<script", "@import"))
    assert 'lang="zh-CN"' in head.html
    assert 'lang="en"' in handler.html


def test_no_figure_is_told_of_a_case_or_its_applicant(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    case = a_case(session, agency)
    run(session, FIRST)
    [mail] = mails(session)
    assert not any(said in mail.subject + mail.body + mail.html for said in (case.applicant_name, case.description))


def test_the_names_of_what_is_counted_do_not_collide() -> None:
    words = [word for _, of in digest.TABLES for word, _ in of]
    assert len(set(words)) == len(words)


def test_passes_that_run_at_once_write_to_each_officer_once(empty_database_url: str) -> None:
    with transaction() as session:
        agency = an_agency(session)
        for _ in range(10):
            an_officer(session, agency, Role.clerk)

    def one_pass(_nth: int) -> None:
        with transaction() as session:
            run(session, FIRST)

    with ThreadPoolExecutor(4) as passes:
        list(passes.map(one_pass, range(4)))
    with reading() as session:
        assert len(mails(session)) == 10
