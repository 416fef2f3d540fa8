"""Who works in which office, and how much lies there: what the pages of administrators ask."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from requestflow.rules.roles import Role
from requestflow.store.models import Agency, Case, Person

MOST_LISTED = 200
_IS_OPEN = col(Case.next_on).is_not(None)


def open_by_agency(session: Session, agency_ids: Collection[int]) -> Mapping[int, int]:
    """How many open cases each agency has; those without any are left out."""
    asked = select(Case.agency_id, func.count()).where(_IS_OPEN, col(Case.agency_id).in_(agency_ids))
    return dict(session.exec(asked.group_by(col(Case.agency_id))).all())


def in_hand(session: Session, person_ids: Collection[int]) -> Mapping[int, int]:
    """How many open cases each person works on; those without any are left out."""
    asked = select(Case.handler_id, func.count()).where(_IS_OPEN, col(Case.handler_id).in_(person_ids))
    found: Sequence[Any] = session.exec(asked.group_by(col(Case.handler_id))).all()
    return dict(found)


def cases_in_hand(session: Session, person_id: int) -> Sequence[Case]:
    """The open cases that a person works on, by what is due next."""
    asked = select(Case).where(_IS_OPEN, Case.handler_id == person_id)
    return session.exec(asked.order_by(col(Case.next_on), col(Case.id))).all()


def active_by_agency(session: Session, agency_ids: Collection[int]) -> Mapping[int, Mapping[Role, int]]:
    """How many people can sign in, by agency and role."""
    asked = select(Person.agency_id, Person.role, func.count()).where(
        Person.is_active, col(Person.agency_id).in_(agency_ids)
    )
    counted: dict[int, dict[Role, int]] = {}
    for agency_id, role, count in session.exec(asked.group_by(col(Person.agency_id), col(Person.role))):
        counted.setdefault(agency_id, {})[Role(role)] = count
    return counted


def can_be_told(session: Session, roles: Collection[Role]) -> Mapping[int, int]:
    """How many active people of those roles have an e-mail address, by agency; those without any are left out."""
    asked = select(Person.agency_id, func.count()).where(
        Person.is_active, Person.email != "", col(Person.role).in_(roles)
    )
    return dict(session.exec(asked.group_by(col(Person.agency_id))).all())


def listed(session: Session, agency_ids: Collection[int], text: str = "") -> Sequence[tuple[Person, Agency]]:
    """The first accounts of those agencies whose name, login or e-mail holds the text: by agency, the active first."""
    asked = select(Person, Agency).where(Person.agency_id == Agency.id, col(Person.agency_id).in_(agency_ids))
    if text:
        holds = (col(each).contains(text, autoescape=True) for each in (Person.name, Person.login, Person.email))
        asked = asked.where(or_(*holds))
    order = (col(Agency.path), col(Person.is_active).desc(), col(Person.login))
    return session.exec(asked.order_by(*order).limit(MOST_LISTED + 1)).all()
