"""The office at a glance: what came in and went out, what is open, who has it, each figure opening its cases."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from requestflow.clock import today
from requestflow.paper import charts
from requestflow.rules import months
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.horizon import Horizon
from requestflow.rules.months import Months
from requestflow.rules.words import Text, Word
from requestflow.rules.workdays import calendar_for
from requestflow.services import office, people
from requestflow.services.annual import FIRST_YEAR, Scope
from requestflow.services.office import Compared, Overview
from requestflow.store.queries.agencies import Branch
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.office import Load
from requestflow.store.queries.worklist import Pile
from requestflow.store.session import reading
from requestflow.web.access import officer, officers, the_agency
from requestflow.web.worklist import NO_TOPIC

room = Blueprint("office", __name__)

_LED_TO = ("worklist.queue", "worklist.find", "office.show")
_SHOWN = 10  # topics, and desks, until all are asked for
NOBODY = Text("未分派", "Nobody")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which office is looked at, with whom below it, and over which months; `seen` are those to choose from.

    `paths` are those of the pages that the figures lead to, by endpoint.
    """

    agency: Branch
    scope: Scope
    months: Months
    seen: Sequence[Branch]
    paths: Mapping[str, str]

    @property
    def theirs(self) -> list[Branch]:
        """The agencies whose cases count."""
        below = [each for each in self.seen if each.path.startswith(self.agency.path)]
        return [self.agency] if self.scope is Scope.own else below

    @property
    def year(self) -> int | None:
        """The year, where it is not the last twelve months."""
        return self.months.first.year if self.months == months.year(self.months.first.year) else None

    def received(self, during: Months | None = None, **more: Any) -> str:
        """The address of the cases received in a month, or in all of them."""
        return self._cases(received=str(during or self.months), **more)

    def closed(self, during: Months | None = None, **more: Any) -> str:
        """The address of the cases closed in a month, or in all of them."""
        return self._cases(closed=str(during or self.months), **more)

    def open(self, **more: Any) -> str:
        """The address of the open cases that meet the filters of the queue."""
        return self._address("worklist.queue", more)

    def here(self, **more: Any) -> str:
        """The address of this page about the same office and months."""
        return self._address("office.show", {"year": self.year} | more)

    def _cases(self, **more: Any) -> str:
        return self._address("worklist.find", more)

    def _address(self, endpoint: str, more: Mapping[str, Any]) -> str:
        """The address of a page about this office. There are a thousand on one page, so its path is built once."""
        chosen = {"agency": self.agency.code, "scope": Scope.own if self.scope is Scope.own else None, **more}
        return f"{self.paths[endpoint]}?{urlencode({key: said for key, said in chosen.items() if said is not None})}"


class Line(NamedTuple):
    """A line of a table with its bar: what it is called, how many, how long the bar is, and the cases behind it."""

    name: Text | str
    cases: int
    length: float
    href: str
    sort: str = ""


@room.get("/office")
@officers()
def show() -> ResponseReturnValue:
    """The agency chosen (the reader's own if none is) and all below it, over a year or the last twelve months."""
    with reading() as session:
        asked = _asked(session)
        calendar = calendar_for(officer().agency.region, notices_loaded(session))
        overview = office.look(session, asked.agency, asked.theirs, asked.months, today(), calendar)
    return render_template(
        "office/show.html",
        asked=asked,
        overview=overview,
        total=overview.total,
        agencies=[(each.code, each.name) for each in asked.seen],
        scopes=list(Scope),
        years_offered=range(today().year, FIRST_YEAR - 1, -1),
        **_past(asked, overview),
        **_now(asked, overview),
    )


def _past(asked: Asked, overview: Overview) -> dict[str, Any]:
    """The columns and lines of what was received and closed."""
    received, closed = list(overview.received.values()), list(overview.closed.values())
    months_shown = list(asked.months.each())
    return {
        "chart": charts.columns([received, closed]),
        "months": [(month.first.month, month.label) for month in months_shown],
        "received": received,
        "closed": closed,
        "months_received": [asked.received(month) for month in months_shown],
        "months_closed": [asked.closed(month) for month in months_shown],
        "timely": _lines(overview.timeliness.items(), lambda word: asked.closed(timeliness=word)),
        "categories": _lines(overview.categories.items(), lambda word: asked.closed(category=word)),
        "channels": _lines(overview.channels.items(), lambda word: asked.received(channel=word)),
        "topic_lines": _lines(overview.topics, lambda topic: asked.received(topic=topic)),
        "most_topics": _most("topics"),
    }


def _now(asked: Asked, overview: Overview) -> dict[str, Any]:
    """The lines of what is open, by due day, desk and agency."""
    desks = _lines([(desk, desk.open) for desk in overview.desks], lambda desk: _desk_at(asked, desk))
    return {
        "open_lines": _lines(overview.open.items(), lambda horizon: asked.open(due=horizon)),
        "desks": [
            (desk, line, _desk_at(asked, desk, due=Horizon.overdue))
            for desk, line in zip(overview.desks, desks, strict=True)
        ],
        "most_desks": _most("desks"),
        "parts": [(part, _of_part(asked, part)) for part in overview.agencies],
    }


def _asked(session: Session) -> Asked:
    """Reads agency, scope and year of the address; 404 for an agency that the reader may not see."""
    seen = people.branches_seen(session, officer().person)
    agency = the_agency(seen, request.args.get("agency"))
    scope = Scope.own if request.args.get("scope") == Scope.own else Scope.tree
    year = request.args.get("year", type=int)
    is_year = year is not None and FIRST_YEAR <= year <= today().year
    during = months.year(year) if year and is_year else months.last_twelve(today())
    return Asked(agency, scope, during, seen, {endpoint: url_for(endpoint) for endpoint in _LED_TO})


def _lines(counted: Iterable[tuple[Any, int]], href: Callable[[Any], str]) -> list[Line]:
    rows = list(counted)
    most = max((cases for _, cases in rows), default=0)
    return [
        Line(_name(value), cases, charts.length(cases, most), href(value), _SORTS.get(value, ""))
        for value, cases in rows
    ]


def _name(value: Word | Load | str) -> Text | str:
    """What a line is called: a word, a topic, or whoever has the cases."""
    if isinstance(value, Load):
        return value.name or NOBODY
    return value.label if isinstance(value, Word) else value or NO_TOPIC


_SORTS: Mapping[Any, str] = {
    Horizon.overdue: "is-late",
    Horizon.today: "is-soon",
    Horizon.in_3: "is-soon",
    Horizon.in_5: "is-soon",
    Horizon.still: "is-still",
    Horizon.unconfirmed: "is-still",
    Timeliness.extended: "is-soon",
    Timeliness.overdue: "is-late",
}


def _desk_at(asked: Asked, desk: Load, **more: Any) -> str:
    """The open cases of somebody; of nobody those that are not assigned."""
    whose = {"pile": Pile.unassigned} if desk.handler_id is None else {"handler": desk.handler_id}
    return asked.open(**whose, **more)


def _of_part(asked: Asked, part: Compared) -> Asked:
    """The same look at one of the agencies that are compared."""
    return replace(asked, agency=part.agency, scope=Scope.own if part.is_alone else Scope.tree)


def _most(part: str) -> int | None:
    """How many topics or desks are listed: some, or all where the reader asked for all of them."""
    return None if request.args.get("all") == part else _SHOWN
