"""What lies on the desk of an office: its open cases by what is due next, and any case that somebody looks for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.lifecycle import OPEN, WORKING, Action, State
from requestflow.rules.words import Word
from requestflow.store.models import Case, Event, Person

PAGE = 50
MOST_COUNTED = 1000  # a pile is counted up to here, so that counting a million cases costs no more than a thousand
_SHOWN_OF_DESCRIPTION = 160
_ENDLESS = date(9999, 12, 31)


class Pile(Word):
    """A way of looking at the open cases of a desk."""

    open = "open", "全部在办", "All open"
    mine = "mine", "我承办的", "Mine"
    unassigned = "unassigned", "未分派", "Nobody's"
    unconfirmed = "unconfirmed", "待确认", "To confirm"
    soon = "soon", "五个工作日内到期", "Due in 5 working days"
    overdue = "overdue", "已逾期", "Overdue"
    consent = "consent", "待同意延期", "Awaiting consent"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose open cases, and which: ids of agencies, the reader, today, and the last day that is `soon`."""

    agencies: Sequence[int]
    person_id: int
    today: date
    soon_on: date
    pile: Pile = Pile.open
    state: State | None = None
    channel: Channel | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which cases, open or closed, are looked for; everything but the agencies may be left open."""

    agencies: Sequence[int]
    text: str = ""
    year: int | None = None
    outcome: str = ""
    timeliness: Timeliness | None = None
    state: State | None = None


class Row(NamedTuple):
    """One case in a list. `next_on` is the day by which the next thing has to happen, None where no term is set."""

    id: int
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
    outcome: str | None
    closed_on: date | None
    timeliness: Timeliness | None
    handler: str | None


class Place(NamedTuple):
    """Where a page of the queue ends: the next one begins behind it."""

    rank: int
    next_on: date
    id: int

    def __str__(self) -> str:
        return f"{self.rank}.{self.next_on}.{self.id}"

    @classmethod
    def read(cls, said: str) -> "Place | None":
        """The place that an address names; None if it names none."""
        found = re.fullmatch(r"([012])\.(\d{4}-\d\d-\d\d)\.(\d{1,18})", said)
        try:
            return cls(int(found[1]), date.fromisoformat(found[2]), int(found[3])) if found else None
        except ValueError:
            return None


_NEXT_ON = func.coalesce(col(Case.waiting_until), col(Case.due_on))
_RANK = case((col(Case.state) == State.received, 0), (_NEXT_ON.is_(None), 2), else_=1)
_DAY = func.coalesce(_NEXT_ON, _ENDLESS)


def queue(session: Session, wanted: Wanted, after: Place | None = None) -> tuple[list[Row], Place | None]:
    """A page of open cases, unconfirmed ones first, then by what is due next; and its end if more follow."""
    asked = _rows(_RANK, _DAY).where(*_of(wanted), _in(wanted.pile, wanted)).order_by(_RANK, _DAY, col(Case.id))
    if after:
        asked = asked.where(_behind(after))
    found = session.execute(asked.limit(PAGE + 1)).all()
    rows = [Row(*row[: len(Row._fields)]) for row in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return rows, Place(last[-2], last[-1], last[0]) if last else None


def counts(session: Session, wanted: Wanted) -> Mapping[Pile, int]:
    """How many cases lie on each pile under the other filters, counted up to MOST_COUNTED; one statement."""
    counted = (
        select(func.count())
        .select_from(
            select(col(Case.id)).where(*_of(wanted), _in(pile, wanted)).limit(MOST_COUNTED).subquery(f"pile_{pile}")
        )
        .scalar_subquery()
        for pile in Pile
    )
    return dict(zip(Pile, session.execute(select(*counted)).one(), strict=True))


def found(session: Session, sought: Sought, before: int | None = None) -> tuple[list[Row], int | None]:
    """A page of the cases that are looked for, the last entered first; and the id that it ends at if more follow."""
    asked = _rows().where(col(Case.agency_id).in_(sought.agencies), *_matching(sought))
    if before is not None:
        asked = asked.where(col(Case.id) < before)
    rows = [Row(*row) for row in session.execute(asked.order_by(col(Case.id).desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _rows(*more: ColumnElement[Any]) -> Select[Any]:
    computed: dict[str, Any] = {
        "next_on": _NEXT_ON,
        "description": func.substr(col(Case.description), 1, _SHOWN_OF_DESCRIPTION),
        "handler": col(Person.name),
    }
    columns = [computed[name] if name in computed else getattr(Case, name) for name in Row._fields]
    handler = col(Case.handler_id) == col(Person.id)
    return select(*columns, *more).select_from(Case).outerjoin(Person, handler)


def _of(wanted: Wanted) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = [col(Case.agency_id).in_(wanted.agencies)]
    terms.append(col(Case.state).in_([wanted.state] if wanted.state else OPEN))
    if wanted.channel:
        terms.append(col(Case.channel) == wanted.channel)
    if wanted.text:
        name = col(Case.applicant_name).contains(wanted.text, autoescape=True)
        terms.append(or_(col(Case.number).contains(wanted.text, autoescape=True), name))
    return terms


def _in(pile: Pile, wanted: Wanted) -> ColumnElement[bool]:
    terms: Mapping[Pile, ColumnElement[bool]] = {
        Pile.open: col(Case.id).is_not(None),
        Pile.mine: col(Case.handler_id) == wanted.person_id,
        Pile.unassigned: col(Case.handler_id).is_(None),
        Pile.unconfirmed: col(Case.state) == State.received,
        Pile.soon: _NEXT_ON.between(wanted.today, wanted.soon_on),
        Pile.overdue: col(Case.due_on) < wanted.today,
        Pile.consent: and_(col(Case.state).in_(WORKING), _awaits_consent()),
    }
    return terms[pile]


def _awaits_consent() -> ColumnElement[bool]:
    asked, answered = aliased(Event), aliased(Event)
    has_answer = (
        select(col(answered.id))
        .where(col(answered.case_id) == col(asked.case_id))
        .where(col(answered.action).in_((Action.consent_extension, Action.extend)))
        .where(col(answered.happened_on) >= col(asked.happened_on))
    )
    return (
        select(col(asked.id))
        .where(col(asked.case_id) == col(Case.id), col(asked.action) == Action.ask_extension, ~has_answer.exists())
        .exists()
    )


def _behind(place: Place) -> ColumnElement[bool]:
    return tuple_(_RANK, _DAY, col(Case.id)) > tuple_(place.rank, place.next_on, place.id)


def _matching(sought: Sought) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = []
    if sought.text:
        is_number = re.fullmatch(r"[\d-]+", sought.text)
        where = Case.number if is_number else Case.applicant_name
        terms.append(col(where).contains(sought.text, autoescape=True))
    if sought.year:
        terms.append(col(Case.received_on).between(date(sought.year, 1, 1), date(sought.year, 12, 31)))
    if sought.outcome:
        terms.append(col(Case.outcome) == sought.outcome)
    if sought.timeliness:
        terms.append(col(Case.timeliness) == sought.timeliness)
    if sought.state:
        terms.append(col(Case.state) == sought.state)
    return terms
