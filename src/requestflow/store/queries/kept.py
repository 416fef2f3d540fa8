"""The reports that are kept: whether one still stands, keeping it, and moving on with the passes over the events.

A report is kept with a `mark` and what it has `seen`: so many events after the mark touch it. Events are only ever
added, so it still stands while as many are found. The mark is that of the passes (services.counts): up to there, none
can still appear. What else a report depends on is its `basis`.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, exists, false, func, literal, not_, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from requestflow.rules.lifecycle import Action
from requestflow.store.inserting import insert
from requestflow.store.models import Agency, Case, Event, KeptReport, Run
from requestflow.store.queries.annual import Within, Year

_KEY = ("agency_id", "year", "form", "scope")


class Key(NamedTuple):
    """Which report."""

    agency_id: int
    year: int
    form: str
    scope: str


class Found(NamedTuple):
    """How far the passes have read (0 before the first), the newest event, and the report kept by that mark, if any."""

    mark: int = 0
    newest: int | None = None
    report: KeptReport | None = None


def find(session: Session, task: str, key: Key) -> Found:
    """What is kept, where the passes of the `task` are."""
    alike = and_(*(col(getattr(KeptReport, name)) == value for name, value in key._asdict().items()))
    asked = (
        select(Run.mark, select(func.max(Event.id)).scalar_subquery(), KeptReport)
        .select_from(Run)
        .outerjoin(KeptReport, and_(alike, col(KeptReport.mark) == col(Run.mark)))
        .where(col(Run.task) == task)
        .execution_options(populate_existing=True)
    )
    return Found(*(session.exec(asked).first() or ()))


def touching(session: Session, within: Within, year: int, mark: int, at_most: int | None = None) -> int:
    """How many events after the `mark` touch the report of a year, counted up to `at_most`.

    They do if the agencies ever had the case, and its first day on record is in that year or before: whatever befalls
    it, it cannot count in an earlier one. Neither is ever taken back, so the number only grows.
    """
    other = aliased(Event)
    of_the_case = col(other.case_id) == col(Event.case_id)
    to = case((col(other.action) == Action.transfer, col(other.facts)["to"].as_integer()))
    began = or_(
        col(other.happened_on) < Year(year).end,
        col(other.facts)["counted_on"].as_string() < Year(year).end.isoformat(),
    )
    found = (
        select(literal(1))
        .select_from(Event)
        .join(Case, col(Case.id) == col(Event.case_id))
        .where(
            col(Event.id) > literal(mark, literal_execute=True),  # planned for the few after it
            or_(col(Case.registered_by_id).in_(within), exists().where(of_the_case, to.in_(within))),
            exists().where(of_the_case, began),
        )
        .limit(at_most)
    )
    return session.exec(select(func.count()).select_from(found.subquery())).one()


def keep(session: Session, report: KeptReport) -> None:
    """Keeps the report in place of the one before."""
    told = report.model_dump()
    born = insert(session, KeptReport).values(**told)
    anew = {name: value for name, value in told.items() if name not in _KEY}
    session.execute(born.on_conflict_do_update(index_elements=list(_KEY), set_=anew))


def changed(session: Session, agencies: Iterable[int] | None = None) -> None:
    """Says that figures of the agencies (or of all) changed without an event: no report that counts them stands."""
    risen = update(Agency).values(revision=Agency.revision + 1)
    session.execute(risen if agencies is None else risen.where(col(Agency.id).in_(set(agencies))))


def follow(session: Session, before: int, after: int, touched: Mapping[int, Collection[date]] | None) -> None:
    """Moves the mark of the kept reports on from `before` to `after`; those that the events since touch are dropped.

    `touched` are the days of each agency that the events after `before` touch; None means that they may touch any.
    A report counted by an older mark, or that has seen one of these events itself, is dropped too, and counted anew.
    """
    if touched is None:
        session.execute(delete(KeptReport))
        return
    if before != after:
        stands = [col(KeptReport.mark) == before, col(KeptReport.seen) == 0, not_(_touched(session, touched))]
        session.execute(update(KeptReport).where(*stands).values(mark=after))
    session.execute(delete(KeptReport).where(col(KeptReport.mark) != after))


def _touched(session: Session, touched: Mapping[int, Collection[date]]) -> ColumnElement[bool]:
    """That a report is one of an agency, or of a tree above it, from the year of its first day on."""
    first = {agency: min(days).year for agency, days in touched.items()}
    agencies = session.exec(select(Agency).where(col(Agency.id).in_(first))).all()
    found: list[ColumnElement[bool]] = [false()]
    for year in set(first.values()):
        theirs = [agency for agency in agencies if first[agency.id] == year]
        is_one = col(KeptReport.agency_id).in_([agency.id for agency in theirs])
        above = {step for agency in theirs for step in agency.steps}
        is_above = and_(col(KeptReport.scope) == "tree", col(KeptReport.agency_id).in_(above))
        found.append(and_(col(KeptReport.year) >= year, or_(is_one, is_above)))
    return or_(*found)
