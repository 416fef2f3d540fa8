"""What an address of the queue asks for, read alike from an open page and from a filter that is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from requestflow.rules.channels import Channel
from requestflow.rules.horizon import Horizon, spans
from requestflow.rules.lifecycle import OPEN, State
from requestflow.rules.words import Word
from requestflow.rules.workdays import Calendar
from requestflow.services._fields import plain
from requestflow.services.annual import Scope
from requestflow.store.queries.agencies import Branch
from requestflow.store.queries.worklist import Pile, Wanted
from requestflow.web.access import row_number

_SOON = 5  # working days; the timetable reminds from then on
_FILTERS = ("pile", "state", "channel", "agency", "scope", "due", "handler", "provisional", "q")
_LONGEST = 200
Said = Mapping[str, str]


def query_of(said: Said) -> str:
    """The filters of an address in one order, so that one view is one text; empty where nothing is filtered."""
    kept = {name: plain(said.get(name, ""))[:_LONGEST] for name in _FILTERS}
    if kept["pile"] == Pile.open:
        kept["pile"] = ""
    if "provisional" in said:
        kept["provisional"] = "yes"
    return urlencode({name: value for name, value in kept.items() if value})


def said_in(query: str) -> dict[str, str]:
    """The filters that a kept query names."""
    return dict(parse_qsl(query))


def wanted(said: Said, seen: Sequence[Branch], person_id: int, today: date, calendar: Calendar) -> Wanted | None:
    """The cases that are asked for; None if the agency asked for is none that is seen."""
    agencies = chosen(said, seen)
    if agencies is None:
        return None
    horizon: Horizon | None = word(Horizon, said, "due")
    state: State | None = word(State, said, "state")
    return Wanted(
        agencies=agencies,
        person_id=person_id,
        today=today,
        soon_on=calendar.add(today, _SOON),
        pile=word(Pile, said, "pile") or Pile.open,
        state=state if state in OPEN else None,
        channel=word(Channel, said, "channel"),
        text=text(said),
        horizon=horizon,
        span=spans(today, calendar).get(horizon) if horizon else None,
        handler_id=_number(said.get("handler", "")),
        is_provisional="provisional" in said,
    )


def chosen(said: Said, seen: Sequence[Branch]) -> list[int] | None:
    """The ids of the agency asked for and of those below it; of all that are seen if none is; None for another."""
    code = said.get("agency", "")
    top = next((agency for agency in seen if agency.code == code), None)
    if code and top is None:
        return None
    if top and is_alone(said):
        return [top.id]
    return [agency.id for agency in seen if top is None or agency.path.startswith(top.path)]


def is_alone(said: Said) -> bool:
    """Whether the agency asked for is meant without those below it."""
    return said.get("scope") == Scope.own


def word(kind: type[Word], said: Said, key: str) -> Any:
    """The word of that kind which the address names; None if it names none."""
    told = said.get(key, "")
    return kind(told) if told in list(kind) else None


def text(said: Said, key: str = "q") -> str:
    """What is looked for in numbers and names, or under another name in something else."""
    return plain(said.get(key, ""))[:_LONGEST]


def _number(told: str) -> int | None:
    try:
        return row_number(told)
    except ValueError:
        return None
