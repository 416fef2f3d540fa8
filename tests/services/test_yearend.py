"""On 1 January every agency finds a draft of last year's report, and is told what it lacks until it is published."""

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import notices, yearend
from requestflow.services.agencies import Level
from requestflow.store.models import Agency, AnnualReport, Mail
from tests.make import a_case, an_agency, an_officer

NEW_YEAR = date(2027, 1, 1)
SITE = "https://office.example"


def at(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def drafted(session: Session, *agencies: Agency, on: date = NEW_YEAR) -> int:
    """The run of a day: how many letters it wrote about its drafts and about those left untold."""
    for agency in agencies:
        yearend.draft(session, agency.id, on, at(on))
    return yearend.tell_of_drafts(session, on, at(on), site=SITE)


def mails(session: Session, notice: Notice) -> list[Mail]:
    return list(session.exec(select(Mail).where(col(Mail.key).startswith(f"{notice}:")).order_by(col(Mail.id))))


def reminded(session: Session, first: date, last: date) -> list[date]:
    """The days of a stretch on which the daily run had something to tell."""
    days = [first + timedelta(nth) for nth in range((last - first).days + 1)]
    return [day for day in days if yearend.remind(session, day, at(day), site=SITE)]


def published(session: Session, agency: Agency, year: int) -> None:
    session.add(
        AnnualReport(agency_id=agency.id, year=year, form="2021", scope="own", version=1, built_at=at(NEW_YEAR))
    )
    session.flush()


def test_those_who_report_learn_where_the_draft_is_what_fails_and_what_is_missing(session: Session) -> None:
    agency = an_agency(session)
    told = [an_officer(session, agency, role) for role in (Role.statistics, Role.head, Role.admin)]
    an_officer(session, agency, Role.handler)
    a_case(session, agency)
    drafted(session, agency)
    found = mails(session, Notice.report_drafted)
    assert [mail.person_id for mail in found] == [person.id for person in told]
    assert found[0].subject == "2026年政府信息公开工作年度报告草稿已生成（2027年1月31日前公布）"
    assert f"{SITE}/annual/2026?agency={agency.code}" in found[0].body
    assert f"{SITE}/annual/2026/figures?agency={agency.code}" in found[0].body
    assert "各项核对没有不通过的" in found[0].body
    assert "尚未填报的数字：\n· " in found[0].body


def test_a_check_that_fails_is_named_with_its_meaning(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.statistics, language="en")
    case = a_case(session, agency)
    yearend.draft(session, agency.id, date(2026, 1, 1), at(date(2026, 1, 1)))
    last_year = session.exec(select(AnnualReport).where(AnnualReport.year == 2025)).one()
    body = {**last_year.body, "table3": {**last_year.body["table3"]}}
    body["table3"]["carried_out"] = dict.fromkeys(body["table3"]["carried_out"], 7)
    last_year.body = body
    session.flush()
    drafted(session, agency)
    [mail] = mails(session, Notice.report_drafted)
    assert "C-OPENING: " in mail.body
    assert case.applicant_name not in mail.body


def test_a_government_is_told_of_its_own_report_and_of_that_of_the_tree(session: Session) -> None:
    city = an_agency(session)
    an_agency(session, parent=city)
    an_officer(session, city, Role.statistics)
    drafted(session, city)
    [mail] = mails(session, Notice.report_drafted)
    assert "【本机关】" in mail.body
    assert "【本机关及所属各机关】" in mail.body


def test_whoever_reports_for_several_agencies_gets_one_letter_for_all_of_them(session: Session) -> None:
    city = an_agency(session)
    bureaus = [an_agency(session, parent=city) for _ in range(2)]
    an_officer(session, city, Role.statistics)
    an_officer(session, city, Role.head, language="en")
    assert drafted(session, *reversed(bureaus), city) == 2
    assert yearend.remind(session, date(2027, 1, 29), at(date(2027, 1, 29)), site=SITE) == 2
    drafts, english = mails(session, Notice.report_drafted)
    due, english_due = mails(session, Notice.report_due)
    assert drafts.subject == "2026年政府信息公开工作年度报告（3个机关）草稿已生成（2027年1月31日前公布）"
    assert due.subject == "2026年政府信息公开工作年度报告（3个机关）应当于2027年1月31日前公布，今天以后没有工作日"
    assert (
        english.subject == "The yearly reports for 2026 of 3 agencies are drafted (to be published by 31 January 2027)"
    )
    assert english_due.subject.startswith(
        "The yearly reports for 2026 of 3 agencies must be published by 31 January 2027: "
    )
    for letter in (drafts, due, english, english_due):
        places = [letter.body.index(f"\n{agency.name}\n") for agency in (city, *bureaus)]
        assert places == sorted(places), "in the order of the tree"
        assert all(f"{SITE}/annual/2026?agency={agency.code}" in letter.body for agency in (city, *bureaus))


def test_regions_with_days_off_of_their_own_are_told_of_apart(session: Session) -> None:
    city = an_agency(session, region="宁夏")
    bureau = an_agency(session, parent=city, region="新疆")
    an_officer(session, city, Role.statistics)
    assert drafted(session, city, bureau) == 1
    assert yearend.remind(session, date(2027, 1, 26), at(date(2027, 1, 26)), site=SITE) == 2
    assert [bureau.name in letter.body for letter in mails(session, Notice.report_due)] == [False, True]


def test_whoever_reports_for_another_agency_reads_in_the_subject_which_one_is_meant(session: Session) -> None:
    city = an_agency(session)
    bureau = an_agency(session, parent=city)
    an_officer(session, city, Role.statistics)
    drafted(session, bureau)
    [letter] = mails(session, Notice.report_drafted)
    assert letter.subject == f"2026年政府信息公开工作年度报告（{bureau.name}）草稿已生成（2027年1月31日前公布）"


def test_a_run_that_was_killed_among_the_drafts_leaves_nobody_untold_and_tells_nobody_twice(session: Session) -> None:
    city = an_agency(session)
    bureau = an_agency(session, parent=city)
    an_officer(session, city, Role.statistics)
    yearend.draft(session, city.id, NEW_YEAR, at(NEW_YEAR))  # and here it was killed
    next_day = NEW_YEAR + timedelta(1)
    assert yearend.undrafted(session, next_day) == [bureau.id]
    assert [drafted(session, bureau, on=next_day), drafted(session, on=next_day)] == [2, 0]
    first, second = mails(session, Notice.report_drafted)
    assert city.name in first.body
    assert bureau.name in second.body


def test_an_agency_that_comes_after_the_report_was_due_is_drafted_and_not_bothered(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.statistics)
    drafted(session, agency, on=date(2027, 2, 1))
    assert session.exec(select(AnnualReport.agency_id)).all() == [agency.id]
    assert mails(session, Notice.report_drafted) == []
    assert reminded(session, date(2027, 2, 1), date(2027, 4, 30)) == []


def test_a_department_is_reminded_ten_and_three_working_days_ahead_on_the_last_day_and_each_month_after(
    session: Session,
) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.statistics)
    drafted(session, agency)
    assert reminded(session, date(2027, 1, 2), date(2027, 4, 30)) == [
        date(2027, 1, 15),  # 31 January is a Sunday: the last working day before it is the 29th
        date(2027, 1, 26),
        date(2027, 1, 29),
        date(2027, 2, 1),
        date(2027, 3, 1),
        date(2027, 4, 1),
    ]
    assert [mail.subject[-14:] for mail in mails(session, Notice.report_due)][:1] == ["前公布，还剩 10 个工作日"]


def test_a_government_has_until_the_end_of_march(session: Session) -> None:
    agency = an_agency(session)
    agency.level = Level.government
    an_officer(session, agency, Role.head)
    drafted(session, agency)
    assert reminded(session, date(2027, 1, 2), date(2027, 4, 2)) == [
        *(date(2027, 3, 17), date(2027, 3, 26), date(2027, 3, 31), date(2027, 4, 1))
    ]


def test_what_is_published_is_not_asked_for(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    drafted(session, agency)
    assert yearend.remind(session, date(2027, 1, 20), at(date(2027, 1, 20))) == 1
    published(session, agency, 2026)
    assert reminded(session, date(2027, 1, 26), date(2027, 4, 2)) == []


def test_a_run_that_was_missed_tells_the_nearest_stage_only_and_once(session: Session) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.head)
    drafted(session, agency)
    assert [yearend.remind(session, date(2027, 1, 28), at(date(2027, 1, 28))) for _ in range(2)] == [1, 0]
    assert "还剩 1 个工作日" in mails(session, Notice.report_due)[0].subject


def test_the_draft_may_be_turned_off_and_the_term_may_not(session: Session) -> None:
    agency = an_agency(session)
    notices.silence(session, an_officer(session, agency, Role.statistics), {Notice.report_drafted})
    drafted(session, agency)
    assert yearend.remind(session, date(2027, 1, 28), at(date(2027, 1, 28))) == 1
    assert mails(session, Notice.report_drafted) == []


def test_an_agency_without_anybody_is_spoken_for_by_the_one_above(session: Session) -> None:
    city = an_agency(session)
    head = an_officer(session, city, Role.head)
    bureau = an_agency(session, parent=city)
    drafted(session, bureau)
    [mail] = mails(session, Notice.report_drafted)
    assert mail.person_id == head.id
    assert bureau.name in mail.body
