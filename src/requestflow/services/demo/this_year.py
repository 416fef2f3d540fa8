"""A current year of cases, relative to today, so that the queue has work in it and the reminders something to say.

Each row of `cases_now.csv` is a request received some working days ago and its story: steps such as
`consult_third_party@4` (on the 4th working day after receipt) or `decide:O02@15`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from requestflow.rules.channels import Channel, Delivery, MailKind, counting_day
from requestflow.rules.fees import FeeWay, by_pages
from requestflow.rules.outcomes import outcome
from requestflow.rules.remedies import RemedyKind, RemedyResult
from requestflow.rules.workdays import Calendar
from requestflow.services import casework, intake, remedies
from requestflow.services.demo._tables import rows
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Person
from requestflow.store.queries.calendars import calendar_of

_RECORDS = {
    "O21": "在本机关档案室、电子公文系统和相关科室，以申请所列项目名称和年份为关键词检索，未检索到相关信息。",
    "O32": "前次答复：同一申请人就同一内容的申请已于上月答复，答复文书及送达回证在卷。",
}


@dataclass(frozen=True)
class Told:
    """One step of a story, ready to be taken."""

    session: Session
    case: Case
    on: date
    word: str  # what follows the colon: an outcome, an opinion, a number
    calendar: Calendar
    officers: Mapping[str, Person]

    @property
    def handler(self) -> Person:
        """The officer of the case's own agency where the demo has one, else that of the city."""
        own = (who for who in self.officers.values() if who.agency_id == self.case.agency_id and "head" not in who.role)
        return next((who for who in own if who.role == "handler"), self.officers["handler"])

    def entry(self, by: Person | None = None) -> Entry:
        """Typed in at ten in the morning of the day it happened."""
        return Entry(by=by or self.handler, today=self.on, now=datetime.combine(self.on, time(2), UTC))


def load(session: Session, agencies: Mapping[str, Agency], officers: Mapping[str, Person], *, today: date) -> None:
    """Registers every request on its day and carries it as far as its story goes."""
    for row in sorted(rows("cases_now"), key=lambda row: -int(row["workdays_ago"])):
        agency = agencies[row["agency"]]
        calendar = calendar_of(session, agency.id)
        received_on = workdays_before(today, int(row["workdays_ago"]), calendar)
        steps = row["story"].split()
        confirmed = steps != ["unconfirmed"]
        entry = Entry(by=officers["clerk"], today=received_on, now=datetime.combine(received_on, time(1), UTC))
        case = intake.register(session, agency, _request(row, received_on, confirmed), entry).case
        for step in steps if confirmed else []:
            name, _, when = step.partition("@")
            action, _, word = name.partition(":")
            on = calendar.add(received_on, int(when))
            _STEPS[action](Told(session, case, on, word, calendar, officers))


def workdays_before(day: date, workdays: int, calendar: Calendar) -> date:
    """The day from which `day` is the given number of working days away; on a day off, counted from the last worked."""
    while workdays or not calendar.is_workday(day):
        workdays -= calendar.is_workday(day)
        day -= timedelta(days=1)
    return day


def _request(row: dict[str, str], received_on: date, confirmed: bool) -> intake.NewCase:
    channel = Channel(row["channel"])
    mail_kind = MailKind(row["mail_kind"]) if row["mail_kind"] else None
    counts = counting_day(channel, mail_kind, received_on)
    days = {"submitted_on": received_on}
    if confirmed or counts != "confirmed_on":
        days[counts] = received_on
    about = {key: row[key] for key in ("applicant_kind", "applicant_name", "topic", "description")}
    return intake.NewCase.model_validate({**about, **days, "channel": channel, "mail_kind": mail_kind})


def _assign(told: Told) -> None:
    form = casework.Assignment(on=told.on, handler=told.handler.login)
    casework.assign(told.session, told.case, form, told.entry(told.officers["clerk"]))


def _ask_correction(told: Told) -> None:
    until = told.calendar.add(told.on, 10)
    form = casework.CorrectionNotice(on=told.on, until=until, points="请写明所需信息的文件名称、文号或者其他特征描述。")
    casework.ask_correction(told.session, told.case, form, told.entry())


def _correct(told: Told) -> None:
    form = casework.Correction(on=told.on, text="所需信息为该项目的批准文件全文。")
    casework.correct(told.session, told.case, form, told.entry())


def _consult_third_party(told: Told) -> None:
    form = casework.Consultation(on=told.on, party="某公司", question="是否同意公开涉及贵单位的内容及理由")
    casework.consult_third_party(told.session, told.case, form, told.entry())


def _consult_agency(told: Told) -> None:
    form = casework.Consultation(on=told.on, party="有关主管部门", question="联合制作的文件可否公开", is_co_author=True)
    casework.consult_agency(told.session, told.case, form, told.entry())


def _record_receipt(told: Told) -> None:
    form = casework.ConsultationReceived(on=told.on, consultation=1)
    casework.record_receipt(told.session, told.case, form, told.entry())


def _record_opinion(told: Told) -> None:
    form = casework.OpinionReceived(on=told.on, consultation=1, opinion=casework.Opinion(told.word))
    casework.record_opinion(told.session, told.case, form, told.entry())


def _extension(told: Told) -> casework.Extension:
    return casework.Extension(on=told.on, workdays=int(told.word), reason="所涉材料较多，需要逐件检索。")


def _ask_extension(told: Told) -> None:
    casework.ask_extension(told.session, told.case, _extension(told), told.entry())


def _consent_extension(told: Told) -> None:
    casework.consent_extension(told.session, told.case, _extension(told), told.entry(told.officers["head"]))


def _extend(told: Told) -> None:
    casework.extend(told.session, told.case, _extension(told), told.entry())


def _notice_fee(told: Told) -> None:
    pages = int(told.word)
    form = casework.FeeNotice(
        on=told.on, way=FeeWay.page, quantity=pages, yuan=Decimal(by_pages(pages)), received_on=told.on
    )
    casework.notice_fee(told.session, told.case, form, told.entry())


def _decide(told: Told) -> None:
    reason = "经审查，所申请信息属于依法不予公开的情形。" if outcome(told.word).needs_reason else ""
    form = casework.Decision(on=told.on, outcome=told.word, reason=reason, record=_RECORDS.get(told.word, ""))
    casework.decide(told.session, told.case, form, told.entry())


def _send(told: Told) -> None:
    casework.send(told.session, told.case, casework.Sending(on=told.on, delivery=Delivery.post), told.entry())


def _dated(verb: Callable[[Session, Case, casework.Dated, Entry], None]) -> Callable[[Told], None]:
    return lambda told: verb(told.session, told.case, casework.Dated(on=told.on), told.entry())


def _file(kind: RemedyKind) -> Callable[[Told], None]:
    def step(told: Told) -> None:
        form = remedies.Filed(kind=kind, on=told.on)
        remedies.file(told.session, told.case, form, told.entry())

    return step


def _close_review(told: Told) -> None:
    form = remedies.Concluded(kind=RemedyKind.review, remedy=1, on=told.on, result=RemedyResult(told.word))
    remedies.conclude(told.session, told.case, form, told.entry())


_STEPS: Mapping[str, Callable[[Told], None]] = {
    "assign": _assign,
    "ask_correction": _ask_correction,
    "correct": _correct,
    "consult_third_party": _consult_third_party,
    "consult_agency": _consult_agency,
    "record_receipt": _record_receipt,
    "record_opinion": _record_opinion,
    "ask_extension": _ask_extension,
    "consent_extension": _consent_extension,
    "extend": _extend,
    "notice_fee": _notice_fee,
    "decide": _decide,
    "send": _send,
    "withdraw": _dated(casework.withdraw),
    "lapse": _dated(casework.lapse),
    "close": _dated(casework.close),
    "file_review": _file(RemedyKind.review),
    "close_review": _close_review,
    "file_complaint": _file(RemedyKind.complaint),
}
