"""What stands behind one figure of a report: its cases, page by page, or what each agency entered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, func, select

from requestflow.rules.annual import Figure, Tally, by_agency
from requestflow.rules.cells import EnteredCell, cells
from requestflow.rules.forms import Form, Place, place
from requestflow.services.annual.report import Part, Scope, within_of
from requestflow.store.models import Agency, Case
from requestflow.store.queries import annual as query
from requestflow.store.queries.agencies import below

PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases behind a figure: one page of them, and how many there are. For an entered figure `entries` says who
    entered what, and there are no cases.
    """

    place: Place
    cases: Sequence[Case]
    count: int
    entries: Sequence[tuple[Agency, Figure]] = ()


def behind(
    session: Session,
    agency: Agency,
    year: int,
    key: str,
    *,
    form: Form,
    scope: Scope = Scope.own,
    page: int = 1,
    size: int = PAGE,
) -> Behind:
    """The cases that make up a figure, `size` a page. RuleBroken if the form has no such figure."""
    found, cell = place(form, key), cells(form)[key]
    within = within_of(agency, scope)
    if isinstance(cell, EnteredCell):
        return Behind(found, [], 0, _entries(session, agency, year, key, form=form, scope=scope))
    wanted = query.behind(within, year, cell)
    count = session.exec(select(func.count()).select_from(wanted.order_by(None).subquery())).one()
    shown = wanted.offset(max(page - 1, 0) * size).limit(size)
    return Behind(found, session.exec(shown).all(), count)


def _entries(
    session: Session, agency: Agency, year: int, key: str, *, form: Form, scope: Scope
) -> list[tuple[Agency, Figure]]:
    members = below(session, agency.path) if scope is Scope.tree else [agency]
    tables = by_agency(form, Tally(entries=query.entries(session, within_of(agency, scope), year)))
    said = [Part(member, tables[member.id]) for member in members if member.id in tables]
    return [(part.agency, part.table[key]) for part in said if part.table[key] is not None]
