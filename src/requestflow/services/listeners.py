"""Who is told of what: each officer once, in a language of their own, and not of what they have turned off."""

from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session, col, select

from requestflow.rules.notices import Audience, Notice
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services.notices import hears
from requestflow.store.models import Agency, Person
from requestflow.store.queries.due import Due


class Listeners:
    """The officers who can be told, as they are now.

    An office without anybody to tell is spoken for by the nearest one above it that has somebody.
    """

    def __init__(self, session: Session) -> None:
        can_be_told = col(Person.is_active), col(Person.email) != ""
        people = session.exec(select(Person).where(*can_be_told).order_by(col(Person.id)))
        self.agencies = {agency.id: agency for agency in session.exec(select(Agency))}
        self._people = {person.id: person for person in people}
        self._offices: defaultdict[int, list[Person]] = defaultdict(list)
        for person in self._people.values():
            self._offices[person.agency_id].append(person)

    def of_case(self, case: Due, notice: Notice) -> list[Person]:
        """Whom a notice about a case is told: its handler, of an alarm the heads too; the office if nobody has it."""
        agency = self.agencies[case.agency_id]
        handler = self._people.get(case.handler_id) if case.handler_id else None
        if handler is None:
            return self.of_office(agency, notice)
        heads = self._speaking(agency, (Role.head,)) if notice.told is Audience.handler_and_heads else []
        return self._hearing([handler, *(head for head in heads if head.id != handler.id)], notice)

    def of_office(self, agency: Agency, notice: Notice) -> list[Person]:
        """Whom a notice about an office is told."""
        return self._hearing(self._speaking(agency, notice.told.roles), notice)

    def everybody(self, notice: Notice) -> list[Person]:
        """All whose office it is to hear of it; of the keepers of the calendar only heads at the top."""
        is_for_the_top = notice.told is Audience.keepers
        return self._hearing(
            (
                person
                for person in self._people.values()
                if person.role in notice.told.roles
                and not (is_for_the_top and person.role is Role.head and self.agencies[person.agency_id].parent_id)
            ),
            notice,
        )

    def where(self, agency_id: int, reader: Person) -> Text:
        """Which agency a number or a report belongs to, said behind it in a subject: to others than its own officers.

        Numbers are unique within an agency only, so whoever works for several could not tell one from another.
        """
        name = self.agencies[agency_id].name
        return Text("", "") if reader.agency_id == agency_id else Text(f"（{name}）", f" at {name}")

    def _speaking(self, agency: Agency, roles: tuple[Role, ...]) -> list[Person]:
        upwards = (
            [person for person in self._offices[step] if person.role in roles] for step in reversed(agency.steps)
        )
        return next((office for office in upwards if office), [])

    def _hearing(self, people: Iterable[Person], notice: Notice) -> list[Person]:
        return [person for person in people if hears(person, self.agencies[person.agency_id], notice)]
