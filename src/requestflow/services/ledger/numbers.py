"""The numbers of the cases of a ledger: unique within their agency, and never given again at the counter."""

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session, col, select, update

from requestflow.rules.errors import RuleBroken
from requestflow.services.intake import next_number, number_of
from requestflow.store.models import Case

_GIVEN_AT_A_COUNTER = re.compile(r"(\d{4})-(\d{4,7})")


class Numbers:
    """Watches over the numbers of one ledger. An agency is meant by its id, a row by its number in the sheet."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[tuple[int, str], int] = {}
        self._taken: set[tuple[int, str]] = set()
        self._next: dict[tuple[int, int], int] = {}
        self._highest: dict[tuple[int, int], int] = {}
        self._without: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def look_up(self, said: Iterable[tuple[int, str]]) -> None:
        """Looks up which of the numbers of the next rows are cases already: one question for each agency."""
        asked: defaultdict[int, list[str]] = defaultdict(list)
        for agency_id, number in said:
            asked[agency_id].append(number)
        self._taken.clear()
        for agency_id, numbers in asked.items():
            known = select(Case.number).where(Case.registered_by_id == agency_id, col(Case.number).in_(numbers))
            self._taken.update((agency_id, number) for number in self._session.exec(known))

    def refuse_twice(self, agency_id: int, number: str, row: int) -> None:
        """RuleBroken where the number stands in an earlier row or is that of a case."""
        key = (agency_id, number)
        first = self._rows.setdefault(key, row)
        if first != row:
            raise RuleBroken(
                f"受理编号“{number}”与第{first}行重复。",
                f"The number “{number}” stands in row {first} already.",
                field="number",
            )
        if key in self._taken:
            raise RuleBroken(
                f"本机关已有受理编号为“{number}”的案件。",
                f"The agency already has a case with the number “{number}”.",
                field="number",
            )

    def written(self, agency_id: int, number: str, year: int, case_id: int) -> str:
        """The number to write a case with; one without a number has a stand-in until `settle`.

        The first case of an agency and year takes hold of the counter, so that nobody at a counter gets in between.
        """
        found = _GIVEN_AT_A_COUNTER.fullmatch(number)
        if number and found is None:
            return number
        key = (agency_id, int(found[1]) if found else year)
        if key not in self._next:
            self._next[key] = next_number(self._session, *key, count=0)
        if found is None:
            self._without[key].append(case_id)
            return f"?{case_id}"
        if number == number_of(key[1], int(found[2])):
            self._highest[key] = max(self._highest.get(key, 0), int(found[2]))
        return number

    def settle(self) -> None:
        """Moves the counters past the numbers of the ledger, then gives their numbers to the cases without one."""
        for key, highest in self._highest.items():
            if highest >= self._next[key]:
                next_number(self._session, *key, count=highest - self._next[key] + 1)
        for key, cases in self._without.items():
            first = next_number(self._session, *key, count=len(cases))
            numbers = [{"id": case_id, "number": number_of(key[1], nth)} for nth, case_id in enumerate(cases, first)]
            self._session.execute(update(Case), numbers)
