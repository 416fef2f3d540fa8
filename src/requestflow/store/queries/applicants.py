"""Who asks an office: the applicants it knows, what they gave last time, and how often they asked in a month."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from requestflow.store.holding import holds
from requestflow.store.models import Case
from requestflow.store.queries.worklist import by

_LOOKED_AT = 300
MOST_SUGGESTED = 100
MOST_OFFERED = 9
_DIGITS = re.compile(r"[0-9]{4,}")


class Recent(NamedTuple):
    """What was typed lately, each once, the latest first."""

    names: list[str]
    topics: list[str]


def recent(session: Session, agencies: Sequence[int]) -> Recent:
    """The names of those who asked these agencies last, and the topics of what they asked."""
    asked = select(Case.applicant_name, Case.topic).where(by(Case.agency_id, agencies))
    rows = session.exec(asked.order_by(col(Case.id).desc()).limit(_LOOKED_AT)).all()
    names = dict.fromkeys(name for name, _ in rows)
    topics = dict.fromkeys(topic for _, topic in rows if topic)
    return Recent(list(names)[:MOST_SUGGESTED], list(topics)[:MOST_SUGGESTED])


def known_by(session: Session, agencies: Sequence[int], said: str) -> list[Case]:
    """The latest request to these agencies of each person known by what was said, the latest first.

    That is the whole name, else a part of the name or, of four digits or more, of the telephone. People of one name are
    told apart by the number of their document, else by their telephone; a request that gave neither is one more of
    theirs.
    """
    exactly = _asked(session, agencies, col(Case.applicant_name) == said)
    if exactly:
        return _people(exactly)
    partly = holds(col(Case.applicant_name), said)
    if _DIGITS.fullmatch(said):
        partly = or_(partly, func.replace(func.replace(Case.phone, " ", ""), "-", "").contains(said, autoescape=True))
    return _people(_asked(session, agencies, partly))[:MOST_OFFERED]


def _asked(session: Session, agencies: Sequence[int], how: ColumnElement[bool]) -> Sequence[Case]:
    asked = select(Case).where(how, by(Case.agency_id, agencies))
    return session.exec(asked.order_by(col(Case.id).desc()).limit(_LOOKED_AT)).all()


def _people(cases: Sequence[Case]) -> list[Case]:
    """The first of the requests of each person."""
    names: dict[str, list[Case]] = {}
    for case in cases:
        names.setdefault(case.applicant_name, []).append(case)
    firsts = [first for theirs in names.values() for first in _namesakes(theirs)]
    return sorted(firsts, key=lambda case: case.id, reverse=True)


def _namesakes(cases: Sequence[Case]) -> list[Case]:
    people: list[list[Case]] = []
    for case in cases:
        if not (case.id_number or case.phone):
            continue
        known = next((theirs for theirs in people if any(_is_same(case, other) for other in theirs)), None)
        if known is None:
            people.append([case])
        else:
            known.append(case)
    return [theirs[0] for theirs in people] or list(cases[:1])


def alike(session: Session, agencies: Sequence[int], name: str, description: str, since: datetime) -> Case | None:
    """The latest request of that name and, but for blanks, of that text typed in since then; None if there is none."""
    entered = select(Case).where(
        col(Case.applicant_name) == name, col(Case.agency_id).in_(agencies), col(Case.entered_at) >= since
    )
    cases = session.exec(entered.order_by(col(Case.id).desc()).limit(_LOOKED_AT))
    return next((case for case in cases if _without_blanks(case.description) == _without_blanks(description)), None)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _is_same(one: Case, other: Case) -> bool:
    if one.id_number and other.id_number:
        return one.id_number.upper() == other.id_number.upper()
    return bool(one.phone) and one.phone == other.phone


def nth_in_month(session: Session, case: Case) -> int:
    """Which request of its applicant to its agency in the calendar month of its receipt this one is, from 1.

    People of one name are told apart by the number of their document, where both gave one (国办函〔2020〕109号).
    """
    if case.received_on is None:
        return 1
    first = case.received_on.replace(day=1)
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    asked = select(func.count()).where(
        Case.applicant_name == case.applicant_name,
        Case.agency_id == case.agency_id,
        col(Case.received_on).between(first, last),
        (col(Case.received_on) < case.received_on)
        | ((col(Case.received_on) == case.received_on) & (col(Case.id) <= case.id)),
    )
    if case.id_number:
        asked = asked.where(col(Case.id_number).in_(("", case.id_number)))
    return max(1, session.exec(asked).one())
