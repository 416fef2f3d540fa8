"""The run of 1 January: every agency finds a draft of last year's report, and is told what it lacks until it publishes.

Everything can be asked on any later day, which does what 1 January has missed.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from requestflow.paper import mail as paper
from requestflow.rules.articles import cite
from requestflow.rules.deadlines import days_left
from requestflow.rules.forms import Form, PublishBy, place
from requestflow.rules.notices import Notice
from requestflow.rules.verdicts import NAMES, Verdict
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import calendar_for
from requestflow.services import annual, mail
from requestflow.services.annual import Scope
from requestflow.services.annual.drafts import DRAFT
from requestflow.services.annual.report import table_of
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.models import Agency, AnnualReport, Person
from requestflow.store.queries.calendars import notices_loaded

_MOST_NAMED = 12  # figures; who has entered none at all need not read a list of two hundred
Reports = dict[int, dict[str, Any]]
"""What there is to say of each agency's report, by its id."""
_MANY = Text("（{n}个机关）", " of {n} agencies")
_REACHES = (0, 3, 10)  # working days before the report must be published


def undrafted(session: Session, today: date) -> Sequence[int]:
    """The agencies without a draft or a published report of last year, in the order of the tree."""
    theirs = select(AnnualReport.id).where(AnnualReport.agency_id == Agency.id, AnnualReport.year == today.year - 1)
    missing = select(Agency.id).where(~theirs.exists()).order_by(col(Agency.path))
    return session.exec(missing).all()


def draft(session: Session, agency_id: int, today: date, now: datetime) -> None:
    """Drafts last year's report of one agency."""
    annual.draft(session, session.get_one(Agency, agency_id), today.year - 1, today=today, now=now)


def tell_of_drafts(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Tells those who report where last year's drafts are and what they lack; returns how many letters were written.

    One letter for all drafts that were built on one day and must be published by the same one. Nobody is told once that
    day is past: then the agency has come here too late for it.
    """
    year, listeners = today.year - 1, Listeners(session)
    drafts = select(AnnualReport).where(AnnualReport.year == year, AnnualReport.version == DRAFT)
    built: defaultdict[tuple[date, PublishBy], Reports] = defaultdict(dict)
    for drafted in session.exec(drafts.order_by(col(AnnualReport.agency_id), col(AnnualReport.scope))):
        last = annual.publish_by(listeners.agencies[drafted.agency_id], year)
        if today <= last.on:
            parts = built[drafted.built_at.date(), last].setdefault(drafted.agency_id, {"parts": []})["parts"]
            parts.append(_lacking(drafted))
    letters: list[Letter] = []
    for (built_on, last), reports in built.items():
        letters += _letters(
            listeners, Notice.report_drafted, f"{last.on}:{built_on}", reports, _facts(year, last, site)
        )
    return mail.write_new(session, letters, now)


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
    """Tells those who report of reports not yet published: 10 and 3 working days ahead, on the day, and late.

    Each stage once, and late once a month, with one letter for all of a region that must be published by the same day.
    Returns how many letters were written.
    """
    loaded, year, listeners = notices_loaded(session), today.year - 1, Listeners(session)
    due: defaultdict[tuple[PublishBy, str], Reports] = defaultdict(dict)
    for agency in _unpublished(session, today):
        due[annual.publish_by(agency, year), agency.region][agency.id] = {}
    letters: list[Letter] = []
    for (last, region), reports in due.items():
        left = days_left(last.on, today, calendar_for(region, loaded))
        if stage := _stage(last.on, today, left):
            facts = {**_facts(year, last, site), "stage": stage.partition(":")[0], "left": left}
            letters += _letters(listeners, Notice.report_due, f"{last.on}:{region}:{stage}", reports, facts)
    return mail.write_new(session, letters, now)


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


def _facts(year: int, last: PublishBy, site: str) -> dict[str, Any]:
    return {"year": year, "day": spoken(last.on), "article": cite(last.article), "site": site}


def _letters(
    listeners: Listeners, notice: Notice, key: str, reports: Reports, facts: dict[str, Any]
) -> Iterator[Letter]:
    """One letter to each who reports for some of the agencies, about all of those, in the order of the tree."""
    readers: dict[int, Person] = {}
    theirs: defaultdict[int, list[Agency]] = defaultdict(list)
    for agency in sorted((listeners.agencies[each] for each in reports), key=lambda agency: agency.steps):
        for person in listeners.of_office(agency, notice):
            readers[person.id] = person
            theirs[person.id].append(agency)
    for reader in readers.values():
        first, *more = theirs[reader.id]
        where = _MANY.fill(n=len(more) + 1) if more else listeners.where(first.id, reader)
        about = [{"agency": each.name, "code": each.code, **reports[each.id]} for each in (first, *more)]
        words = paper.written(notice, reader.language, where=where, n=len(about), reports=about, **facts)
        yield Letter(f"{notice}:{key}:{reader.id}", reader.email, words.subject, words.body, person_id=reader.id)
