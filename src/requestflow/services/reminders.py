"""Bringing cases to mind: each stage of each due date is raised once, however often, late or in parallel this runs.

A reminder is a row; the mails that tell of it are written in the same transaction. Whoever comes after three missed
days is told what is true now (the nearest stage), not what would have been said on each of them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, or_, select

from requestflow.paper import mail as paper
from requestflow.rules.deadlines import days_left
from requestflow.rules.reminders import ALARMS, Stage, Window, windows
from requestflow.rules.roles import Role
from requestflow.rules.words import spoken
from requestflow.services import mail
from requestflow.services.mail import Letter
from requestflow.store.models import Agency, Person, Reminder
from requestflow.store.queries import due
from requestflow.store.queries.calendars import calendar_of_region
from requestflow.store.queries.due import Due

_TOLD = (Role.clerk, Role.head)


def raise_due(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Raises every reminder that applies today and has not been raised, with its mails; returns how many.

    Working days are those of each agency's own region. `site` is the address of the pages, for the link in the mail.
    """
    count = 0
    for window, of_regions in _windows(session, today):
        found = due.not_yet_reminded(session, window, of_regions)
        raised = _raise(session, found, window.stage, today)
        mail.write(session, list(_letters(session, raised, window.stage, today, site)), now)
        count += len(raised)
    return count


def _windows(session: Session, today: date) -> Iterator[tuple[Window, list[str] | None]]:
    """Each window with the regions that it holds for; None where all regions agree."""
    of_regions: dict[Window, list[str]] = {}
    regions = due.regions(session)
    for region in regions:
        for window in windows(today, calendar_of_region(session, region)):
            of_regions.setdefault(window, []).append(region)
    for window, those in of_regions.items():
        yield window, None if len(those) == len(regions) else those


def _raise(session: Session, found: Sequence[Due], stage: Stage, today: date) -> list[Due]:
    """Those of the cases whose reminder we were the first to write."""
    if not found:
        return []
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    ordered = sorted(found)  # two passes at once then wait for each other in one order
    rows = [{"case_id": each.case_id, "stage": stage.value, "due_on": each.on, "raised_on": today} for each in ordered]
    writing = insert(Reminder).on_conflict_do_nothing(index_elements=["case_id", "stage", "due_on"])
    written = set(session.execute(writing.returning(col(Reminder.case_id)), rows).scalars())
    return [each for each in ordered if each.case_id in written]


def _letters(session: Session, raised: Sequence[Due], stage: Stage, today: date, site: str) -> Iterator[Letter]:
    if not raised:
        return
    offices = {agency.id: agency for agency in session.exec(select(Agency))}
    listeners = Listeners(session, {each.handler_id for each in raised if each.handler_id})
    for each in raised:
        agency = offices[each.agency_id]
        left = days_left(each.on, today, calendar_of_region(session, agency.region))
        for person in listeners.of(each, agency, stage):
            facts = {"number": each.number, "agency": agency.name, "left": left, "stage": stage.value}
            place = {"case_id": each.case_id, "site": site}
            words = paper.written("reminder", person.language, day=spoken(each.on), **facts, **place)
            key = f"reminder:{each.case_id}:{stage}:{each.on}:{person.id}"
            yield Letter(key, person.email, words.subject, words.body, each.case_id)


class Listeners:
    """Who is told of a case: its handler, of an alarm the heads too; while nobody handles it, clerks and heads.

    An office without anybody to tell is spoken for by the nearest one above it that has somebody.
    """

    def __init__(self, session: Session, handlers: set[int]) -> None:
        can_be_told = col(Person.is_active), col(Person.email) != ""
        is_asked = or_(col(Person.role).in_(_TOLD), col(Person.id).in_(handlers))
        people = session.exec(select(Person).where(*can_be_told, is_asked).order_by(col(Person.id))).all()
        self._handlers = {person.id: person for person in people}
        self._offices: dict[int, list[Person]] = {}
        for person in people:
            self._offices.setdefault(person.agency_id, []).append(person)

    def of(self, case: Due, agency: Agency, stage: Stage) -> list[Person]:
        """The people to tell, each once."""
        handler = self._handlers.get(case.handler_id) if case.handler_id else None
        if handler is None:
            return self._office(agency, _TOLD)
        if stage not in ALARMS:
            return [handler]
        return [handler, *(head for head in self._office(agency, (Role.head,)) if head.id != handler.id)]

    def _office(self, agency: Agency, roles: tuple[Role, ...]) -> list[Person]:
        upwards = reversed([int(step) for step in agency.path.split(".") if step])
        offices = ([person for person in self._offices.get(step, ()) if person.role in roles] for step in upwards)
        return next((office for office in offices if office), [])
