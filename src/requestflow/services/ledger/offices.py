"""The agencies that a ledger names, each looked up once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.workdays import Calendar
from requestflow.services import agencies
from requestflow.services.ledger.columns import SEVERAL, title_of
from requestflow.store.queries.calendars import calendar_of_region


class Office(NamedTuple):
    """An agency as the rows of a ledger need it; `root_id` is that of the agency at the top of its tree."""

    id: int
    name: str
    root_id: int
    calendar: Calendar


class Way(NamedTuple):
    """The way of a case through the agencies: who registered it, who has it now, and the facts of its transfers."""

    first: Office
    last: Office
    handed_on: Sequence[dict[str, Any]]


class Offices:
    """Finds the agencies of a ledger; `default` is the code for rows that name none. RuleBroken if it is unknown."""

    def __init__(self, session: Session, default: str = "") -> None:
        self._session = session
        self._offices: dict[str, Office] = {}
        self._ways: dict[str, Way | RuleBroken] = {}
        if default:
            self._ways[""] = self._way(default)

    def way(self, named: str) -> Way:
        """The way of a case by what stands in its row: one code, or several in the order in which they had it."""
        found = self._ways.get(named)
        if found is None:
            try:
                found = self._way(named)
            except RuleBroken as broken:
                found = broken
            self._ways[named] = found
        if isinstance(found, RuleBroken):
            raise RuleBroken(*found.said, article=found.article, field="agency")
        return found

    def _way(self, named: str) -> Way:
        offices = [self._office(code.strip()) for code in named.replace(";", SEVERAL).split(SEVERAL)]
        if any(office.root_id != offices[0].root_id for office in offices):
            raise RuleBroken(
                "案件只能在同一机关体系内转办。",
                "A case can be transferred inside one tree of agencies only.",
                article="条例（2019）第36条第5项",
            )
        handed_on = [
            {"to": there.id, "to_name": there.name, "from": here.id, "from_name": here.name}
            for here, there in pairwise(offices)
        ]
        return Way(offices[0], offices[-1], handed_on)

    def _office(self, code: str) -> Office:
        if code not in self._offices:
            if not code:
                title = title_of("agency")
                raise RuleBroken(f"“{title.zh}”不能为空。", f"“{title.en}” must not be empty.")
            agency = agencies.found(self._session, code)
            calendar = calendar_of_region(self._session, agency.region)
            self._offices[code] = Office(agency.id, agency.name, agency.steps[0], calendar)
        return self._offices[code]
