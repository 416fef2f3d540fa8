"""Which calendar an agency works by: the built-in one, the days off of its region, and the notices loaded since."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from requestflow.rules.workdays import Calendar, DayOff, calendar_for
from requestflow.store.models import CalendarDay
from requestflow.store.queries.agencies import agency_at

_DAY, _REGION = col(CalendarDay.day), col(CalendarDay.region)
_NOTICED = select(_DAY, col(CalendarDay.worked), col(CalendarDay.name), _REGION).order_by(_DAY, _REGION)


def calendar_of(session: Session, agency_id: int) -> Calendar:
    """The calendar of an agency, its notices read anew so that one loaded by another process counts at once."""
    return calendar_of_region(session, agency_at(session, agency_id).region)


def calendar_of_region(session: Session, region: str = "") -> Calendar:
    """The calendar of a region by its name; empty for the whole country."""
    return calendar_for(region, notices_loaded(session))


def notices_loaded(session: Session) -> tuple[DayOff, ...]:
    """The days of the notices loaded on top of the built-in calendar, by day and region."""
    return tuple(DayOff(*row) for row in session.connection().execute(_NOTICED))


def days_loaded(session: Session) -> Sequence[CalendarDay]:
    """The rows of these days, with the notice that each came from, by day and region."""
    return session.exec(select(CalendarDay).order_by(_DAY, _REGION)).all()
