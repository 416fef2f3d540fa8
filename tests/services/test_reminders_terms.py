"""The terms beside that of the answer: each is brought to mind once, to whom it concerns, and no timer decides."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session, col, select

from requestflow.rules.lifecycle import Action, State
from requestflow.rules.notices import Notice
from requestflow.rules.remedies import RemedyKind, RemedyResult
from requestflow.rules.roles import Role
from requestflow.rules.workdays import DayOff, national
from requestflow.services import calendars, casework, intake, mistakes, notices, remedies, reminders
from requestflow.store.models import Case, Event, Mail, Person, Reminder
from tests.make import a_case, an_agency, an_entry, an_officer

RECEIVED = "2026-03-02"  # a Monday: the seventh working day after it is Wednesday 11 March
A_DAY = timedelta(days=1)


def run(session: Session, on: date) -> int:
    return reminders.raise_due(session, on, datetime.combine(on, time(0, 10), UTC), site="https://office.example")


def through(session: Session, first: date, last: date) -> None:
    """The daily pass on each day of a stretch, twice."""
    for nth in range((last - first).days + 1):
        run(session, first + nth * A_DAY)
        assert run(session, first + nth * A_DAY) == 0


def raised(session: Session, case: Case, *of: Notice) -> list[tuple[str, date]]:
    """What was raised for a case and when, of these notices (or of all)."""
    rows = session.exec(select(Reminder).where(Reminder.case_id == case.id).order_by(col(Reminder.id)))
    return [(row.stage, row.raised_on) for row in rows if not of or row.stage in of]


def mails(session: Session, case: Case, notice: Notice) -> list[Mail]:
    about = select(Mail).where(Mail.case_id == case.id, col(Mail.key).contains(f":{notice}:"))
    return list(session.exec(about.order_by(col(Mail.id))))


def of_an_office(session: Session, **known: str) -> tuple[Case, Person, Person]:
    """A case with a handler, in an office with a head."""
    agency = an_agency(session)
    handler, head = an_officer(session, agency, Role.handler), an_officer(session, agency, Role.head)
    case = a_case(session, agency, **known)
    if case.state is not State.received:
        casework.assign(session, case, casework.Assignment(on=case.received_on, handler=handler.login), an_entry())
    return case, handler, head


def asked_to_correct(session: Session, case: Case, on: str = "2026-03-05") -> None:
    notice = casework.CorrectionNotice(on=on, until="2026-03-20", points="请写明文件名称")
    casework.ask_correction(session, case, notice, an_entry())


def test_the_last_days_on_which_a_correction_can_be_asked_for_are_told_to_the_handler_once(session: Session) -> None:
    case, handler, _ = of_an_office(session, submitted_on=RECEIVED)
    through(session, date(2026, 3, 2), date(2026, 3, 20))
    assert raised(session, case) == [("correction_notice", date(2026, 3, 9))]
    [mail] = mails(session, case, Notice.correction_notice)
    assert mail.person_id == handler.id
    assert mail.subject == f"政府信息公开申请 {case.number} 需要补正的，请在2026年3月11日前（含当日）告知"
    assert "还剩 2 个工作日" in mail.body


def test_once_a_correction_was_asked_for_it_is_not_spoken_of_even_after_the_correction_came(session: Session) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    asked_to_correct(session, case)
    casework.correct(session, case, casework.Correction(on="2026-03-06", text="某文件"), an_entry())
    through(session, date(2026, 3, 2), date(2026, 3, 12))
    assert raised(session, case) == []


def test_a_correction_asked_for_by_mistake_leaves_the_day_to_be_told(session: Session) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    asked_to_correct(session, case)
    event = session.exec(select(Event).where(Event.case_id == case.id, Event.action == Action.ask_correction)).one()
    mistakes.strike(session, case, mistakes.Struck(on="2026-03-06", seq=event.seq, reason="误录"), an_entry())
    run(session, date(2026, 3, 10))
    assert raised(session, case) == [("correction_notice", date(2026, 3, 10))]


@pytest.mark.parametrize("submitted_on", ["2019-05-14", "2019-05-15"])
def test_under_the_regulation_of_2007_no_correction_can_be_asked_for(session: Session, submitted_on: str) -> None:
    case, _, _ = of_an_office(session, submitted_on=submitted_on)
    through(session, date(2019, 5, 20), date(2019, 5, 30))
    assert bool(raised(session, case, Notice.correction_notice)) == (submitted_on == "2019-05-15")


def test_a_correction_that_does_not_come_is_proposed_to_a_person_and_never_lapsed(session: Session) -> None:
    case, handler, _ = of_an_office(session, submitted_on=RECEIVED)
    asked_to_correct(session, case)
    through(session, date(2026, 3, 16), date(2026, 4, 30))
    assert raised(session, case) == [("correction_unanswered", date(2026, 3, 21))]
    [mail] = mails(session, case, Notice.correction_unanswered)
    assert mail.person_id == handler.id
    assert "系统不会自动办结" in mail.body
    assert case.state is State.waiting_correction
    assert not session.exec(select(Event).where(Event.case_id == case.id, Event.action == Action.lapse)).all()


def test_a_third_party_that_stays_silent_for_fifteen_working_days_is_told_of(session: Session) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    casework.consult_third_party(session, case, casework.Consultation(on="2026-03-05", party="某公司"), an_entry())
    run(session, date(2026, 4, 20))
    assert raised(session, case, Notice.third_party_silent) == []  # it has not received the letter yet
    casework.record_receipt(session, case, casework.ConsultationReceived(on="2026-03-06", consultation=1), an_entry())
    through(session, date(2026, 3, 20), date(2026, 4, 1))
    assert raised(session, case, Notice.third_party_silent) == [("third_party_silent", date(2026, 3, 28))]
    [mail] = mails(session, case, Notice.third_party_silent)
    assert "2026年3月27日" in mail.body
    assert "某公司" not in mail.subject + mail.body


def test_a_fee_that_is_unpaid_after_twenty_working_days_is_told_and_the_case_is_left_to_a_person(
    session: Session,
) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    notice = casework.FeeNotice(on="2026-03-05", received_on="2026-03-06", way="page", quantity=40, yuan="100")
    casework.notice_fee(session, case, notice, an_entry())
    through(session, date(2026, 3, 30), date(2026, 4, 20))
    assert raised(session, case) == [("fee_unpaid", date(2026, 4, 4))]
    assert case.state is State.waiting_fee


def test_a_due_date_in_a_year_without_notice_is_told_once(session: Session) -> None:
    agency = an_agency(session)
    clerk = an_officer(session, agency, Role.clerk)
    case = a_case(session, agency, submitted_on="2026-12-15", entry=an_entry(on="2026-12-15"))
    assert case.is_provisional
    through(session, date(2026, 12, 16), date(2026, 12, 20))
    assert raised(session, case, Notice.provisional) == [("provisional", date(2026, 12, 16))]
    [mail] = mails(session, case, Notice.provisional)
    assert mail.person_id == clerk.id
    assert "（2027年1月13日）是暂定的" in mail.subject


def test_a_due_date_in_a_year_with_its_notice_is_not_provisional(session: Session) -> None:
    case = a_case(session, submitted_on="2026-12-15", entry=an_entry(on="2026-12-15"))
    days = [DayOff(date(2027, 1, 1), False, "元旦"), DayOff(date(2027, 10, 1), False, "国庆节")]
    calendars.load(session, days, source="", today=date(2026, 12, 16), now=datetime(2026, 12, 16, tzinfo=UTC))
    assert run(session, date(2026, 12, 17)) == 0
    assert raised(session, case) == []


def filed(session: Session, case: Case, kind: RemedyKind, on: str) -> None:
    casework.decide(session, case, casework.Decision(on=on, outcome="O01", reason="", record="x"), an_entry())
    casework.send(session, case, casework.Sending(on=on, delivery="post"), an_entry())
    remedies.file(session, case, remedies.Filed(kind=kind, on=on), an_entry())


@pytest.mark.parametrize(
    ("kind", "soon", "late", "near", "past"),
    [
        (RemedyKind.review, Notice.review_reply, Notice.review_late, date(2026, 3, 9), date(2026, 3, 13)),
        (RemedyKind.suit, Notice.suit_reply, Notice.suit_late, date(2026, 3, 12), date(2026, 3, 18)),
    ],
)
def test_the_reply_in_a_review_or_a_suit_is_told_to_handler_and_head_three_working_days_ahead_and_once_late(
    session: Session, kind: RemedyKind, soon: Notice, late: Notice, near: date, past: date
) -> None:
    case, handler, head = of_an_office(session, submitted_on=RECEIVED)
    filed(session, case, kind, RECEIVED)
    through(session, date(2026, 3, 3), date(2026, 4, 10))
    assert raised(session, case) == [(soon, near), (late, past)]
    for notice in (soon, late):
        assert [mail.person_id for mail in mails(session, case, notice)] == [handler.id, head.id]


def test_a_review_that_is_over_asks_for_no_reply(session: Session) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    filed(session, case, RemedyKind.review, RECEIVED)
    over = remedies.Concluded(kind=RemedyKind.review, remedy=1, on="2026-03-05", result=RemedyResult.upheld)
    remedies.conclude(session, case, over, an_entry())
    through(session, date(2026, 3, 3), date(2026, 3, 20))
    assert raised(session, case) == []


def test_a_suit_and_a_review_of_one_day_are_told_apart_and_a_second_suit_anew(session: Session) -> None:
    case, _, _ = of_an_office(session, submitted_on=RECEIVED)
    filed(session, case, RemedyKind.review, RECEIVED)
    for on in (RECEIVED, "2026-03-03"):
        remedies.file(session, case, remedies.Filed(kind=RemedyKind.suit, on=on), an_entry())
    run(session, date(2026, 4, 1))
    assert sorted(stage for stage, _ in raised(session, case)) == ["review_late", "suit_late", "suit_late"]


@pytest.mark.parametrize(
    "channel", [{"channel": "fax"}, {"channel": "web"}, {"channel": "mail", "mail_kind": "ordinary"}]
)
def test_a_fax_a_web_request_and_an_ordinary_letter_wait_one_working_day_for_their_confirmation(
    session: Session, channel: dict[str, str]
) -> None:
    case, _, head = of_an_office(session, submitted_on=RECEIVED, **channel)
    assert case.state is State.received
    through(session, date(2026, 3, 2), date(2026, 3, 10))
    assert raised(session, case) == [("unconfirmed", date(2026, 3, 3))]
    assert [mail.person_id for mail in mails(session, case, Notice.unconfirmed)] == [head.id]
    intake.confirm(session, case, date(2026, 3, 4), an_entry())


def test_what_somebody_has_turned_off_is_raised_and_not_sent_to_them(session: Session) -> None:
    case, handler, _ = of_an_office(session, submitted_on=RECEIVED)
    notices.silence(session, handler, {Notice.correction_notice, Notice.due_in_5})
    run(session, date(2026, 3, 10))
    assert raised(session, case) == [("correction_notice", date(2026, 3, 10))]
    assert mails(session, case, Notice.correction_notice) == []


def test_what_an_office_has_turned_off_reaches_nobody_of_it_and_nobody_above(session: Session) -> None:
    city = an_agency(session)
    an_officer(session, city, Role.head)
    office = an_agency(session, parent=city)
    an_officer(session, office, Role.clerk)
    notices.silence(session, office, {Notice.correction_notice})
    case = a_case(session, office, submitted_on=RECEIVED)
    run(session, date(2026, 3, 10))
    assert raised(session, case) == [("correction_notice", date(2026, 3, 10))]
    assert mails(session, case, Notice.correction_notice) == []


@pytest.mark.parametrize("stopped_on", [date(2026, 3, 5), date(2026, 3, 18), date(2026, 3, 26)])
def test_after_three_working_days_without_timetable_everything_that_is_true_arrives_once(
    session: Session, stopped_on: date
) -> None:
    agency = an_agency(session)
    an_officer(session, agency, Role.clerk)
    fresh, late = (a_case(session, agency, submitted_on=day) for day in ("2026-03-10", RECEIVED))
    fax = a_case(session, agency, channel="fax", submitted_on=RECEIVED)
    asked = a_case(session, agency, submitted_on=RECEIVED)
    asked_to_correct(session, asked)
    started_again = national().add(stopped_on, 3)
    run(session, stopped_on)
    before = {(row.case_id, row.stage, row.due_on) for row in session.exec(select(Reminder))}
    first, again = run(session, started_again), run(session, started_again)
    rows = [(row.case_id, row.stage, row.due_on) for row in session.exec(select(Reminder))]
    assert again == 0
    assert len(rows) == len(set(rows)) == len(before) + first
    letters = session.exec(select(Mail.key).where(col(Mail.key).startswith("reminder:"))).all()
    assert len(letters) == len(rows)
    assert {row[0] for row in rows} <= {fresh.id, late.id, fax.id, asked.id}
    assert (fax.id, "unconfirmed", date(2026, 3, 3)) in rows
