"""Counts cases one by one, the slow and plain way, for the tests of the yearly table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from requestflow.rules.annual import Group
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.cells import By
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.outcomes import OUTCOMES

YEAR = 2024


@dataclass(frozen=True)
class Facts:
    """What the yearly table asks of one case."""

    agency: int
    received_on: date
    closed_on: date | None
    channel: Channel
    kind: ApplicantKind
    outcome: str
    timeliness: Timeliness

    def is_in(self, year: int) -> bool:
        return self.received_on.year <= year and (self.closed_on is None or self.closed_on.year >= year)


def a_case(
    received_on: date = date(YEAR, 3, 5),
    closed_on: date | None = date(YEAR, 3, 20),
    *,
    agency: int = 1,
    channel: Channel = Channel.web,
    kind: ApplicantKind = ApplicantKind.natural_person,
    outcome: str = "O02",
    timeliness: Timeliness = Timeliness.on_time,
) -> Facts:
    return Facts(agency, received_on, closed_on, channel, kind, outcome, timeliness)


def groups(cases: Iterable[Facts], year: int = YEAR) -> list[Group]:
    """Two groups a case, each of one: what the database would count for the year."""
    found = []
    for case in cases:
        if not case.is_in(year):
            continue
        ended = (case.outcome, case.timeliness) if case.closed_on else ("", "")
        came, went = _one(case.received_on, year), _one(case.closed_on, year)
        found += [
            Group(case.agency, By.channel, case.kind, case.channel, "", came),
            Group(case.agency, By.outcome, case.kind, *ended, went),
        ]
    return found


def _one(day: date | None, year: int) -> tuple[int, ...]:
    month = day.month if day and day.year == year else 0
    return tuple(int(nth == month) for nth in range(13))


def _in_order(facts: Facts) -> Facts:
    if facts.closed_on is None or facts.closed_on >= facts.received_on:
        return facts
    return Facts(
        facts.agency,
        facts.closed_on,
        facts.received_on,
        facts.channel,
        facts.kind,
        facts.outcome,
        facts.timeliness,
    )


_days = st.dates(date(YEAR - 2, 1, 1), date(YEAR + 1, 12, 31))

any_case = st.builds(
    Facts,
    agency=st.integers(1, 4),
    received_on=_days,
    closed_on=st.none() | _days,
    channel=st.sampled_from(list(Channel)),
    kind=st.sampled_from(list(ApplicantKind)),
    outcome=st.sampled_from(sorted(OUTCOMES)),
    timeliness=st.sampled_from(list(Timeliness)),
).map(_in_order)

any_cases = st.lists(any_case, max_size=40)
