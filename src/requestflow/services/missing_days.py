"""Asking for the days off of the coming year, month after month from November on, until they are loaded."""

from datetime import date, datetime

from sqlmodel import Session

from requestflow.paper import mail as paper
from requestflow.rules.notices import Notice
from requestflow.rules.roles import Role
from requestflow.services import mail
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.models import Person
from requestflow.store.queries.calendars import calendar_of_region


def ask(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Writes to administrators and to heads at the top while the days off of a year are missing, once a month.

    Returns how many letters were written.
    """
    year = calendar_of_region(session).missing_year(today)
    if year is None:
        return 0
    people = Listeners(session).everybody(Notice.calendar_missing)
    return mail.write_new(session, [_letter(year, today, person, site) for person in people], now)


def _letter(year: int, today: date, person: Person, site: str) -> Letter:
    facts = {"year": year, "is_begun": today.year == year, "may_load": person.role is Role.admin, "site": site}
    words = paper.written(Notice.calendar_missing, person.language, **facts)
    key = f"{Notice.calendar_missing}:{year}:{today:%Y-%m}:{person.id}"
    return Letter(key, person.email, words.subject, words.body, person_id=person.id)
