"""The run of 1 January: every agency finds a draft of last year's report, and is told what it lacks until it publishes.

Everything can be asked on any later day, which does what 1 January has missed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from requestflow.paper import mail as paper
from requestflow.rules.articles import cite
from requestflow.rules.deadlines import days_left
from requestflow.rules.forms import Form, place
from requestflow.rules.notices import Notice
from requestflow.rules.verdicts import NAMES, Verdict
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import calendar_for
from requestflow.services import annual, mail
from requestflow.services.annual import Scope
from requestflow.services.annual.report import table_of
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.models import Agency, AnnualReport, Person
from requestflow.store.queries.calendars import notices_loaded

_MOST_NAMED = 12  # figures; who has entered none at all need not read a list of two hundred
_REACHES = (0, 3, 10)  # working days before the report must be published


def undrafted(session: Session, today: date) -> Sequence[int]:
    """The agencies without a draft or a published report of last year, in the order of the tree."""
    theirs = select(AnnualReport.id).where(AnnualReport.agency_id == Agency.id, AnnualReport.year == today.year - 1)
    missing = select(Agency.id).where(~theirs.exists()).order_by(col(Agency.path))
    return session.exec(missing).all()


def draft(session: Session, agency_id: int, today: date, now: datetime, *, site: str = "") -> None:
    """Drafts last year's report of one agency, and tells those who report where it is and what it lacks.

    Nobody is told once the report should be out: then the agency has come here too late for it.
    """
    agency, year = session.get_one(Agency, agency_id), today.year - 1
    drafts = annual.draft(session, agency, year, today=today, now=now)
    if today > annual.publish_by(agency, year).on:
        return
    facts = {**_facts(agency, year, site), "parts": [_lacking(each) for each in drafts]}
    listeners = Listeners(session)
    people = listeners.of_office(agency, Notice.report_drafted)
    key = f"{Notice.report_drafted}:{year}:{agency.id}"
    mail.write(
        session,
        [_letter(Notice.report_drafted, key, person, facts, listeners.where(agency_id, person)) for person in people],
        now,
    )


def _lacking(drafted: AnnualReport) -> dict[str, Any]:
    """What a draft lacks: checks that fail, each with its meaning, and figures that nobody entered."""
    form, checks = Form(drafted.form), drafted.body["checks"]
    failing = dict.fromkeys(check["id"] for check in checks if check["result"] == Verdict.failed)
    blank = [place(form, key).label for key, figure in table_of(drafted.body).items() if figure is None]
    return {
        "scope": Scope(drafted.scope).label,
        "failing": [Text(f"{each}：{NAMES[each].zh}", f"{each}: {NAMES[each].en}") for each in failing],
        "blank": blank[:_MOST_NAMED],
        "more": max(len(blank) - _MOST_NAMED, 0),
    }


def remind(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Tells those who report of a report not yet published: 10 and 3 working days ahead, on the day, and late.

    Each once, and late once a month. Returns how many letters were written.
    """
    loaded, year = notices_loaded(session), today.year - 1
    listeners = Listeners(session)
    due: list[Letter] = []
    for agency in _unpublished(session, today):
        left = days_left(annual.publish_by(agency, year).on, today, calendar_for(agency.region, loaded))
        stage = _stage(annual.publish_by(agency, year).on, today, left)
        if stage:
            facts = {**_facts(agency, year, site), "stage": stage.partition(":")[0], "left": left}
            key = f"{Notice.report_due}:{year}:{agency.id}:{stage}"
            people = listeners.of_office(agency, Notice.report_due)
            due += [
                _letter(Notice.report_due, key, person, facts, listeners.where(agency.id, person)) for person in people
            ]
    return mail.write_new(session, due, now)


def _unpublished(session: Session, today: date) -> Iterator[Agency]:
    """The agencies that owe last year's report.

    Once it should be out, only those that were here in time: that had a draft of it before.
    """
    year = today.year - 1
    theirs = select(AnnualReport.agency_id, AnnualReport.version, AnnualReport.built_at)
    reports = session.exec(theirs.where(AnnualReport.year == year)).all()
    published = {agency_id for agency_id, version, _ in reports if version}
    drafted_on = {agency_id: built_at.date() for agency_id, version, built_at in reports if not version}
    for agency in session.exec(select(Agency).order_by(col(Agency.path))):
        last = annual.publish_by(agency, year).on
        if agency.id not in published and (today <= last or drafted_on.get(agency.id, today) <= last):
            yield agency


def _stage(last_on: date, today: date, left: int) -> str:
    """Which reminder applies, if any: the nearest."""
    if today > last_on:
        return f"late:{today:%Y-%m}"
    return next((f"in_{reach}" for reach in _REACHES if left <= reach), "")


def _facts(agency: Agency, year: int, site: str) -> dict[str, Any]:
    last = annual.publish_by(agency, year)
    return {
        "agency": agency.name,
        "year": year,
        "day": spoken(last.on),
        "article": cite(last.article),
        "report": f"{site}/annual/{year}?agency={agency.code}",
        "figures": f"{site}/annual/{year}/figures?agency={agency.code}",
        "site": site,
    }


def _letter(notice: Notice, key: str, person: Person, facts: dict[str, Any], where: Text) -> Letter:
    words = paper.written(notice, person.language, where=where, **facts)
    return Letter(f"{key}:{person.id}", person.email, words.subject, words.body, person_id=person.id)
