"""The draft of a year's report: kept as it stood when it was built, so that later entries show against it."""

from datetime import date, datetime

from sqlmodel import Session, select

from requestflow.rules.forms import Form, form_of
from requestflow.services.annual.report import Scope, report, to_json
from requestflow.store.models import Agency, AnnualReport
from requestflow.store.queries import kept
from requestflow.store.queries.agencies import below

DRAFT = 0


def draft(
    session: Session, agency: Agency, year: int, *, form: Form | None = None, today: date, now: datetime
) -> list[AnnualReport]:
    """Builds the draft of an agency's own report, and of its tree's if any agency is below it; again replaces it.

    The report of the year after, which opens with what this one carries out, is counted anew.
    """
    form = form or form_of(year)
    scopes = (Scope.own, Scope.tree) if len(below(session, agency.path)) > 1 else (Scope.own,)
    drafts = [_draft(session, agency, year, form, scope, today, now) for scope in scopes]
    kept.changed(session, [agency.id])
    return drafts


def _draft(
    session: Session, agency: Agency, year: int, form: Form, scope: Scope, today: date, now: datetime
) -> AnnualReport:
    built = report(session, agency, year, form=form, scope=scope, today=today, recount_at_most=None)
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
