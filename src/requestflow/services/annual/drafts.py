"""The draft of a year's report: kept as it stood when it was built, so that later entries show against it."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session, col, select

from requestflow.rules.cells import By, CaseCell
from requestflow.rules.forms import Form, form_of
from requestflow.rules.lifecycle import Move
from requestflow.rules.standing import replay
from requestflow.rules.workdays import Calendar
from requestflow.services import _step, agencies
from requestflow.services.annual.report import Scope, report, to_json, within_of
from requestflow.store.models import Agency, AnnualReport, Event
from requestflow.store.queries import annual as query
from requestflow.store.queries.calendars import calendar_of

DRAFT = 0
_CLOSED = CaseCell(By.outcome, True)


def draft(
    session: Session, agency: Agency, year: int, *, form: Form | None = None, today: date, now: datetime
) -> list[AnnualReport]:
    """Builds the draft of an agency's own report, and of its tree's if any agency is below it; again replaces it."""
    form = form or form_of(year)
    scopes = (Scope.own, Scope.tree) if len(agencies.below(session, agency)) > 1 else (Scope.own,)
    return [_draft(session, agency, year, form, scope, today, now) for scope in scopes]


def _draft(
    session: Session, agency: Agency, year: int, form: Form, scope: Scope, today: date, now: datetime
) -> AnnualReport:
    recomputed = recount(session, agency, year, scope)
    built = report(session, agency, year, form=form, scope=scope, today=today, recomputed=recomputed)
    known = select(AnnualReport).where(
        AnnualReport.agency_id == agency.id,
        AnnualReport.year == year,
        AnnualReport.form == form,
        AnnualReport.scope == scope,
        AnnualReport.version == DRAFT,
    )
    row = session.exec(known).first() or AnnualReport(
        agency_id=agency.id, year=year, form=form, scope=scope, version=DRAFT, built_at=now
    )
    row.body, row.built_at = to_json(built), now
    session.add(row)
    session.flush()
    return row


def recount(session: Session, agency: Agency, year: int, scope: Scope) -> dict[str, int]:
    """The cases closed in the year by timeliness, computed again from their events (C-ON-TIME)."""
    calendars: dict[int, Calendar] = {}
    found: dict[str, int] = {}
    for agency_id, moves in _closed(session, agency, year, scope):
        calendar = calendars.get(agency_id) or calendars.setdefault(agency_id, calendar_of(session, agency_id))
        timeliness = str(_step.projected(replay(moves), calendar)["timeliness"])
        found[timeliness] = found.get(timeliness, 0) + 1
    return found


def _closed(session: Session, agency: Agency, year: int, scope: Scope) -> Iterator[tuple[int, list[Move]]]:
    """The moves of each case closed in the year, with its agency."""
    closed = query.behind(within_of(agency, scope), year, _CLOSED).order_by(None).subquery()
    told = (
        select(closed.c.agency_id, Event)
        .join(closed, closed.c.id == Event.case_id)
        .order_by(col(Event.case_id), col(Event.seq))
        .execution_options(yield_per=1000)
    )
    for _, rows in groupby(session.exec(told), key=lambda row: row[1].case_id):
        events = list(rows)
        yield events[0][0], [event.move() for _, event in events]
