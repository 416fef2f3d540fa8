"""What the page of one case asks: its story with the names of those who typed it, and who may carry it on."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from requestflow.rules.lifecycle import TAKERS, Action
from requestflow.store.models import Agency, Event, Person
from requestflow.store.one_of import one_of
from requestflow.store.queries.agencies import below


class Told(NamedTuple):
    """One event of a case and the name of the officer who typed it, None where it was another hand."""

    event: Event
    by: str | None


def story(session: Session, case_id: int) -> list[Told]:
    """All events of a case in the order of typing, in one statement."""
    asked = (
        select(Event, Person.name)
        .outerjoin(Person, col(Event.person_id) == col(Person.id))
        .where(Event.case_id == case_id)
        .order_by(col(Event.seq))
    )
    return [Told(*row) for row in session.exec(asked)]


def handlers_for(session: Session, agency: Agency) -> Sequence[Person]:
    """The people who may work on a case of the agency: they hold such a role in it or in one above it."""
    asked = select(Person).where(
        col(Person.agency_id).in_(agency.steps), col(Person.role).in_(TAKERS[Action.decide]), col(Person.is_active)
    )
    return session.exec(asked.order_by(col(Person.agency_id).desc(), col(Person.name))).all()


_MOST_LISTED = 300


class Colleague(NamedTuple):
    """Somebody to whom a case can be given."""

    login: str
    name: str
    agency: str


def handlers_in(session: Session, agencies: Sequence[int]) -> list[Colleague]:
    """The people of these agencies who may work on cases, in tree order."""
    asked = (
        select(Person.login, Person.name, Agency.name)
        .join(Agency, col(Person.agency_id) == col(Agency.id))
        .where(one_of(Person.agency_id, agencies), col(Person.role).in_(TAKERS[Action.decide]), col(Person.is_active))
    )
    listed = asked.order_by(col(Agency.path), col(Person.name)).limit(_MOST_LISTED)
    return [Colleague(*row) for row in session.exec(listed)]


def tree_of(session: Session, agency: Agency) -> Sequence[Agency]:
    """All agencies of the tree that the agency hangs in, in its order."""
    return below(session, f"{agency.steps[0]}.")
