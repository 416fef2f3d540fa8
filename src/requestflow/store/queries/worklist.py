"""What lies on the desk of an office: its open cases by what is due next, and any case that somebody looks for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, true, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.horizon import Horizon, Span
from requestflow.rules.lifecycle import State
from requestflow.rules.months import Months
from requestflow.rules.outcomes import Category, codes_of
from requestflow.rules.words import Word
from requestflow.store.columns import seen_on_the_way
from requestflow.store.holding import holds
from requestflow.store.models import Agency, Case, Person
from requestflow.store.one_of import one_of

PAGE = 50
_MANY = 8  # agencies; of more it is quicker to walk along the order of a list than to sort all that they have
MOST_COUNTED = 1000  # a pile is counted up to here, so that counting a million cases costs no more than a thousand
_SHOWN_OF_DESCRIPTION = 160
_NUMBERING = aliased(Agency)
_HIGHEST_ID = 2**31 - 1


class Pile(Word):
    """A way of looking at the open cases of a desk."""

    open = "open", "全部在办", "All open"
    mine = "mine", "我承办的", "Mine"
    unassigned = "unassigned", "未分派", "Nobody's"
    unconfirmed = "unconfirmed", "待确认", "To confirm"
    soon = "soon", "五个工作日内到期", "Due in 5 working days"
    overdue = "overdue", "答复已逾期", "Answer overdue"
    consent = "consent", "待同意延期", "Awaiting consent"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose open cases, and which: ids of agencies, the reader, today, and the last day that is `soon`.

    `horizon` is where the due day lies, `span` the days that this means; `handler_id` is whose cases.
    """

    agencies: Sequence[int]
    person_id: int
    today: date
    soon_on: date
    pile: Pile = Pile.open
    state: State | None = None
    channel: Channel | None = None
    text: str = ""
    horizon: Horizon | None = None
    span: Span | None = None
    handler_id: int | None = None
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases, open or closed, are looked for; everything but the agencies may be left open.

    `text` is looked for in numbers and names, each of `words` in what is asked for.
    `received` and `closed` are months that a figure counts; such a figure counts the cases that the agencies have now,
    while any other search also finds those that they registered and handed on. A `topic` of "" is that none was given.
    """

    agencies: Sequence[int]
    text: str = ""
    words: str = ""
    year: int | None = None
    outcome: str = ""
    timeliness: Timeliness | None = None
    state: State | None = None
    received: Months | None = None
    closed: Months | None = None
    channel: Channel | None = None
    category: Category | None = None
    topic: str | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the cases behind a figure are looked for."""
        return self.received is not None or self.closed is not None


class Row(NamedTuple):
    """One case in a list, with the names of the agency that has it and of its handler; `next_on` is that of the models.

    `numbered_by` is the agency that registered it, where that is another: the numbers of two agencies may be alike.
    """

    id: int
    version: int
    number: str
    agency_id: int
    channel: Channel
    applicant_kind: ApplicantKind
    applicant_name: str
    description: str
    state: State
    received_on: date | None
    due_on: date | None
    waiting_until: date | None
    next_on: date | None
    is_provisional: bool
    extension_asked_on: date | None
    extension_consented_on: date | None
    letter_sent_on: date | None
    outcome: str | None
    closed_on: date | None
    timeliness: Timeliness | None
    handler: str | None
    agency: str
    region: str
    numbered_by: str | None


class Place(NamedTuple):
    """Where a page of the queue ends: the next one begins behind it."""

    next_on: date
    id: int

    def __str__(self) -> str:
        return f"{self.next_on}.{self.id}"

    @classmethod
    def read(cls, said: str) -> "Place | None":
        """The place that an address names; None if it names none."""
        day, _, number = said.partition(".")
        try:
            place = cls(date.fromisoformat(day), int(number))
        except ValueError:
            return None
        return place if str(place) == said and 0 <= place.id <= _HIGHEST_ID else None


def queue(session: Session, wanted: Wanted, after: Place | None = None) -> tuple[list[Row], Place | None]:
    """A page of open cases by what is due next, last those for which no term runs; and its end if more follow."""
    order = _order(wanted.pile)
    asked = _rows().where(*_of(wanted), *_in(wanted.pile, wanted))
    if after:
        asked = asked.where(tuple_(*order) > tuple_(after.next_on, after.id))
    found = [Row(*row) for row in session.execute(asked.order_by(*order).limit(PAGE + 1))]
    rows = found[:PAGE]
    last = rows[-1] if len(found) > PAGE else None
    return rows, Place(last.next_on, last.id) if last and last.next_on else None


def counts(session: Session, wanted: Wanted) -> Mapping[Pile, int]:
    """How many cases lie on each pile under the other filters, counted up to MOST_COUNTED; one statement."""
    return dict(zip(Pile, counted(session, [replace(wanted, pile=pile) for pile in Pile]), strict=True))


def counted(session: Session, views: Sequence[Wanted]) -> Sequence[int]:
    """How many cases each view of the queue shows, counted up to MOST_COUNTED; one statement, none for no view."""
    if not views:
        return ()
    firsts = (_first_of(wanted).subquery(f"view_{nth}") for nth, wanted in enumerate(views))
    counts = (select(func.count()).select_from(first).scalar_subquery() for first in firsts)
    return tuple(session.execute(select(*counts)).one())


def _first_of(wanted: Wanted) -> Select[Any]:
    """The cases to be counted, in the order of the index that the pile lies in, so that no other is looked at."""
    terms = [*_of(wanted), *_in(wanted.pile, wanted)]
    order = [col(Case.due_on)] if wanted.pile is Pile.overdue else _order(wanted.pile)
    lying: Select[Any] = select(literal_column("1")).where(*terms).order_by(*order)
    return lying.limit(MOST_COUNTED)


def _order(pile: Pile) -> tuple[Any, Any]:
    """By what is due next; the overdue cases are few, found by their due day and put in order afterwards."""
    next_on = col(Case.next_on)
    return seen_on_the_way(next_on) if pile is Pile.overdue else next_on, col(Case.id)


def found(session: Session, sought: Sought, before: int | None = None) -> tuple[list[Row], int | None]:
    """A page of the cases that are looked for, the last entered first; and the id that it ends at if more follow."""
    asked = _rows().where(_whose(sought), *_matching(sought))
    if before is not None:
        asked = asked.where(col(Case.id) < before)
    rows = [Row(*row) for row in session.execute(asked.order_by(col(Case.id).desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _whose(sought: Sought) -> ColumnElement[bool]:
    have_it = col(Case.agency_id).in_(sought.agencies)
    if sought.is_counted:
        return and_(have_it, col(Case.received_on).is_not(None))
    return or_(by(Case.agency_id, sought.agencies), by(Case.registered_by_id, sought.agencies))


def by(agency_id: Any, agencies: Sequence[int]) -> ColumnElement[bool]:
    """That a case is one of these agencies', by that column of it."""
    column = col(agency_id)
    return one_of(seen_on_the_way(column), agencies) if len(agencies) > _MANY else column.in_(agencies)


def _rows() -> Select[Any]:
    computed: dict[str, Any] = {
        "description": func.substr(col(Case.description), 1, _SHOWN_OF_DESCRIPTION),
        "handler": col(Person.name),
        "agency": col(Agency.name),
        "region": col(Agency.region),
        "numbered_by": col(_NUMBERING.name),
    }
    columns = [computed[name] if name in computed else getattr(Case, name) for name in Row._fields]
    has_it = col(Case.agency_id) == col(Agency.id)
    is_another = col(Case.registered_by_id) != col(Case.agency_id)
    numbered_it = and_(col(Case.registered_by_id) == col(_NUMBERING.id), is_another)
    rows = select(*columns).select_from(Case).outerjoin(Agency, has_it).outerjoin(_NUMBERING, numbered_it)
    return rows.outerjoin(Person, col(Case.handler_id) == col(Person.id))


def _of(wanted: Wanted) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = [by(Case.agency_id, wanted.agencies)]
    if wanted.pile is not Pile.consent:  # which is asked for of open cases only, and lies in an index of its own
        terms.append(col(Case.next_on).is_not(None))
    if wanted.state:
        terms.append(col(Case.state) == wanted.state)
    if wanted.channel:
        terms.append(col(Case.channel) == wanted.channel)
    if wanted.text:
        terms.append(_told(wanted.text))
    if wanted.horizon:
        terms.append(_lies_in(wanted.horizon, wanted.span))
    if wanted.handler_id is not None:
        terms.append(col(Case.handler_id) == wanted.handler_id)
    if wanted.is_provisional:
        terms.append(col(Case.is_provisional) == true())
    return terms


def _told(said: str) -> ColumnElement[bool]:
    """That the number of the case, or the name of its applicant, holds what is said."""
    if re.fullmatch(r"[\d-]+", said):
        return col(Case.number).contains(said, autoescape=True)
    return holds(col(Case.applicant_name), said)


def _lies_in(horizon: Horizon, span: Span | None) -> ColumnElement[bool]:
    """That the due day lies there; where it has no days, the case has no due day."""
    if span:
        return col(Case.due_on).between(*span)
    is_unconfirmed = col(Case.state) == State.received
    return and_(col(Case.due_on).is_(None), is_unconfirmed if horizon is Horizon.unconfirmed else ~is_unconfirmed)


def _in(pile: Pile, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    terms: Mapping[Pile, tuple[ColumnElement[bool], ...]] = {
        Pile.open: (),
        Pile.mine: (col(Case.handler_id) == wanted.person_id,),
        Pile.unassigned: (col(Case.handler_id).is_(None),),
        Pile.unconfirmed: (col(Case.state) == State.received,),
        Pile.soon: (col(Case.next_on).between(wanted.today, wanted.soon_on),),
        Pile.overdue: (col(Case.due_on) < wanted.today,),
        Pile.consent: (col(Case.extension_asked_on).is_not(None),),
    }
    return terms[pile]


def _matching(sought: Sought) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = []
    if sought.text:
        terms.append(_told(sought.text))
    terms.extend(col(Case.description).contains(word, autoescape=True) for word in sought.words.split())
    if sought.year:
        terms.append(col(Case.received_on).between(date(sought.year, 1, 1), date(sought.year, 12, 31)))
    if sought.outcome:
        terms.append(col(Case.outcome) == sought.outcome)
    if sought.timeliness:
        terms.append(col(Case.timeliness) == sought.timeliness)
    if sought.state:
        terms.append(col(Case.state) == sought.state)
    if sought.channel:
        terms.append(col(Case.channel) == sought.channel)
    if sought.category:
        terms.append(col(Case.outcome).in_(codes_of(sought.category)))
    if sought.topic is not None:
        terms.append(col(Case.topic) == sought.topic)
    return [*terms, *_within(Case.received_on, sought.received), *_within(Case.closed_on, sought.closed)]


def _within(day: Any, months: Months | None) -> list[ColumnElement[bool]]:
    return [col(day) >= months.first, col(day) < months.end] if months else []
