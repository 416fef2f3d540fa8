"""The letters of an office that wait to go out, and those that were given up.

A letter belongs to the office of the officer it goes to; one to an applicant to the office that has the case; what
belongs to none is seen to by the administrators at the top.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from requestflow.store.models import Agency, Case, Mail, Person

Asked = Select[*tuple[Any, ...]]

PAGE = 50
MOST_COUNTED = 1000  # letters are counted up to here
_OF_READER, _OF_CASE, _BY = aliased(Agency), aliased(Agency), aliased(Person)
_KEPT = aliased(Mail)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose letters somebody sees: of the agencies below `path`, and, at the top, of none."""

    path: str
    is_at_the_top: bool


class Row(NamedTuple):
    """A letter that was given up; `number` is that of its case, if the reader may see that."""

    id: int
    recipient: str
    subject: str
    created_at: datetime
    attempts: int
    trouble: str
    last_error: str
    given_up_at: datetime
    set_aside_at: datetime | None
    set_aside_by: str | None
    person_id: int | None
    person: str | None
    address_now: str | None
    is_active: bool | None
    agency: str | None
    case_id: int | None
    number: str | None


class Waiting(NamedTuple):
    """How many letters wait, counted up to MOST_COUNTED; since when the oldest does; and what kept the last one."""

    letters: int
    since: datetime | None
    trouble: str
    last_error: str


def given_up(
    session: Session, sight: Sight, *, aside: bool = False, before: int | None = None
) -> tuple[list[Row], int | None]:
    """A page of the letters given up, the last first, or of those set aside; and the id it ends at if more follow."""
    place = col(Mail.given_up_at), col(Mail.id)
    asked = _rows(sight).where(*_is_given_up(aside))
    end = session.execute(select(*place).where(col(Mail.id) == before)).first() if before else None
    if end and end.given_up_at:
        asked = asked.where(tuple_(*place) < tuple_(*end))
    last_first = asked.order_by(*(column.desc() for column in place))
    rows = [Row(*row) for row in session.execute(last_first.limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def count_given_up(session: Session, sight: Sight, *, aside: bool = False) -> int:
    """How many letters were given up and nobody has set aside (or somebody has), counted up to MOST_COUNTED."""
    some = _joined(select(col(Mail.id)), sight).where(*_is_given_up(aside)).limit(MOST_COUNTED).subquery()
    count: int = session.execute(select(func.count()).select_from(some)).scalar_one()
    return count


def count_undelivered(session: Session, sight: Sight, troubles: Collection[str]) -> int:
    """How many letters were given up and not set aside, and how many wait while any letter is kept by `troubles`.

    Counted up to MOST_COUNTED, in one statement of two parts that each go along an index.
    """
    is_kept = select(col(_KEPT.id)).where(*_is_waiting(_KEPT), col(_KEPT.trouble).in_(troubles)).exists()
    given = _joined(select(col(Mail.id)), sight).where(*_is_given_up(aside=False))
    kept = _joined(select(col(Mail.id)), sight).where(*_is_waiting(Mail), is_kept)
    some = union_all(given, kept).limit(MOST_COUNTED).subquery()
    count: int = session.execute(select(func.count()).select_from(some)).scalar_one()
    return count


def to_try_again(session: Session, sight: Sight, mail_id: int | None = None) -> Sequence[Mail]:
    """The letters given up, at most MOST_COUNTED, that nobody has set aside; or the one of that id, even so."""
    which = _is_given_up(aside=False) if mail_id is None else (col(Mail.id) == mail_id, *_is_given_up())
    asked = _joined(select(Mail), sight).where(*which).order_by(col(Mail.given_up_at), col(Mail.id))
    return session.scalars(asked.limit(MOST_COUNTED)).all()


def waiting(session: Session, sight: Sight) -> Waiting:
    """What waits to go out."""
    some = _joined(select(col(Mail.created_at)), sight).where(*_is_waiting(Mail)).order_by(col(Mail.next_try_at))
    counted = some.limit(MOST_COUNTED).subquery()
    letters, since = session.execute(select(func.count(), func.min(counted.c.created_at))).one()
    last = _joined(select(col(Mail.trouble), col(Mail.last_error)), sight).where(
        *_is_waiting(Mail), col(Mail.trouble) != ""
    )
    why = session.execute(last.order_by(col(Mail.next_try_at).desc()).limit(1)).first() if letters else None
    return Waiting(letters, since, *(why or ("", "")))


def _is_waiting(mail: type[Mail]) -> tuple[ColumnElement[bool], ...]:
    return col(mail.sent_at).is_(None), col(mail.given_up_at).is_(None)


def _is_given_up(aside: bool | None = None) -> tuple[ColumnElement[bool], ...]:
    is_given_up = col(Mail.given_up_at).is_not(None)
    if aside is None:
        return (is_given_up,)
    return is_given_up, col(Mail.set_aside_at).is_not(None) if aside else col(Mail.set_aside_at).is_(None)


def _rows(sight: Sight) -> Asked:
    is_seen = col(_OF_CASE.path).startswith(sight.path, autoescape=True)
    asked = select(
        *(col(Mail.id), col(Mail.recipient), col(Mail.subject), col(Mail.created_at), col(Mail.attempts)),
        *(col(Mail.trouble), col(Mail.last_error), col(Mail.given_up_at), col(Mail.set_aside_at), col(_BY.name)),
        *(col(Mail.person_id), col(Person.name), col(Person.email), col(Person.is_active)),
        *(func.coalesce(col(_OF_READER.name), col(_OF_CASE.name)), col(Mail.case_id)),
        case((is_seen, col(Case.number)), else_=None),
    )
    return _joined(asked, sight).outerjoin(_BY, col(_BY.id) == col(Mail.set_aside_by_id))


def _joined(asked: Asked, sight: Sight) -> Asked:
    path = func.coalesce(col(_OF_READER.path), col(_OF_CASE.path))
    is_seen = path.startswith(sight.path, autoescape=True)
    return (
        asked.select_from(Mail)
        .outerjoin(Person, col(Person.id) == col(Mail.person_id))
        .outerjoin(_OF_READER, col(_OF_READER.id) == col(Person.agency_id))
        .outerjoin(Case, col(Case.id) == col(Mail.case_id))
        .outerjoin(_OF_CASE, col(_OF_CASE.id) == col(Case.agency_id))
        .where(or_(is_seen, path.is_(None)) if sight.is_at_the_top else is_seen)
    )
