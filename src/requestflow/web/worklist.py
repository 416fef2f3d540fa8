"""The desk: the open cases of an office by what is due, and the search that finds any case."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from requestflow.clock import today
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.lifecycle import OPEN, State
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.words import Word
from requestflow.rules.workdays import calendar_for
from requestflow.services import people
from requestflow.services._fields import plain
from requestflow.store.models import Agency
from requestflow.store.queries import worklist
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.worklist import Pile, Place, Row, Sought, Wanted
from requestflow.store.session import reading
from requestflow.web.access import officer, officers
from requestflow.web.next_day import NextDay, next_day

room = Blueprint("worklist", __name__)

_SOON = 5  # working days; the timetable reminds from then on
_FIRST_YEAR = 2008


class Shown(NamedTuple):
    """A line of a list: the case, its agency, and what is due next."""

    row: Row
    agency: Agency
    next: NextDay | None


@room.get("/desk")
@officers()
def queue() -> ResponseReturnValue:
    """The open cases of the reader's agency and of those below, by what is due next."""
    with reading() as session:
        seen = people.agencies_seen(session, officer().person)
        calendar = calendar_for(officer().agency.region, notices_loaded(session))
        wanted = Wanted(
            agencies=_chosen(seen),
            person_id=officer().person.id or 0,
            today=today(),
            soon_on=calendar.add(today(), _SOON),
            pile=_word(Pile, "pile") or Pile.open,
            state=_open_state(),
            channel=_word(Channel, "channel"),
            text=_text(),
        )
        rows, more = worklist.queue(session, wanted, Place.read(request.args.get("after", "")))
        return render_template(
            "worklist/queue.html",
            lines=_lines(session, rows, seen),
            counts=worklist.counts(session, wanted),
            most=worklist.MOST_COUNTED,
            wanted=wanted,
            agencies=_offered(seen),
            open_states=OPEN,
            channels=Channel,
            overdue=Timeliness.overdue,
            typed=request.args,
            first=_here(after=None) if "after" in request.args else None,
            more=_here(after=more) if more else None,
            pile_at=lambda pile: _here(pile=pile, after=None),
        )


@room.get("/cases")
@officers()
def find() -> ResponseReturnValue:
    """Any case of the reader's agency and of those below, open or closed, the last entered first."""
    with reading() as session:
        seen = people.agencies_seen(session, officer().person)
        outcome = request.args.get("outcome", "")
        sought = Sought(
            agencies=_chosen(seen),
            text=_text(),
            year=_year(),
            outcome=outcome if outcome in OUTCOMES else "",
            timeliness=_word(Timeliness, "timeliness"),
            state=_word(State, "state"),
        )
        rows, more = worklist.found(session, sought, request.args.get("before", type=int))
        return render_template(
            "worklist/found.html",
            lines=_lines(session, rows, seen),
            sought=sought,
            agencies=_offered(seen),
            outcomes=[(code, each.label) for code, each in OUTCOMES.items()],
            outcome_of=OUTCOMES,
            states=State,
            timely=Timeliness,
            years=range(today().year, _FIRST_YEAR - 1, -1),
            typed=request.args,
            first=_here(before=None) if "before" in request.args else None,
            more=_here(before=more) if more else None,
        )


def _lines(session: Session, rows: Sequence[Row], seen: Sequence[Agency]) -> list[Shown]:
    loaded = notices_loaded(session)
    by_id = {agency.id: agency for agency in seen}
    lines = []
    for row in rows:
        agency = by_id[row.agency_id]
        lines.append(Shown(row, agency, next_day(row, today(), calendar_for(agency.region, loaded))))
    return lines


def _chosen(seen: Sequence[Agency]) -> list[int]:
    """The ids of the agency asked for and of those below it; of all that are seen if none is. 404 for a foreign one."""
    code = request.args.get("agency", "")
    top = next((agency for agency in seen if agency.code == code), None)
    if code and top is None:
        abort(404)
    return [agency.id for agency in seen if agency.id and (top is None or agency.path.startswith(top.path))]


def _offered(seen: Sequence[Agency]) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in seen]


def _word(kind: type[Word], key: str) -> Any:
    said = request.args.get(key, "")
    return kind(said) if said in list(kind) else None


def _open_state() -> State | None:
    state: State | None = _word(State, "state")
    return state if state in OPEN else None


def _text() -> str:
    return plain(request.args.get("q", ""))[:200]


def _year() -> int | None:
    year = request.args.get("year", type=int)
    return year if year and _FIRST_YEAR <= year <= today().year else None


def _here(**changed: Any) -> str:
    """The address of this page with some of its filters changed; None takes one away."""
    kept = {name: value for name, value in request.args.items() if value and name != "lang"} | changed
    said = {name: str(value) for name, value in kept.items() if value is not None}
    return url_for(str(request.endpoint), **said)  # type: ignore[arg-type]  # the names of a query are free
