"""The desk: the open cases of an office by what is due, and the search that finds any case."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from requestflow.clock import today
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.horizon import Horizon, spans
from requestflow.rules.lifecycle import OPEN, State
from requestflow.rules.months import Months
from requestflow.rules.outcomes import OUTCOMES, Category
from requestflow.rules.words import Text, Word
from requestflow.rules.workdays import calendar_for
from requestflow.services import people
from requestflow.services._fields import plain
from requestflow.services.annual import Scope
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


class Narrowed(NamedTuple):
    """A filter that came with the address, for which the page has no field: its name there, and how it is said."""

    name: str
    value: str
    said: Text
    without: str  # the address of the page without it


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
        horizon: Horizon | None = _word(Horizon, "due")
        wanted = Wanted(
            agencies=_chosen(seen),
            person_id=officer().person.id or 0,
            today=today(),
            soon_on=calendar.add(today(), _SOON),
            pile=_word(Pile, "pile") or Pile.open,
            state=_open_state(),
            channel=_word(Channel, "channel"),
            text=_text(),
            horizon=horizon,
            span=spans(today(), calendar).get(horizon) if horizon else None,
            handler_id=request.args.get("handler", type=int),
            is_provisional="provisional" in request.args,
        )
        rows, more = worklist.queue(session, wanted, Place.read(request.args.get("after", "")))
        return render_template(
            "worklist/queue.html",
            lines=_lines(session, rows, seen),
            counts=worklist.counts(session, wanted),
            most=worklist.MOST_COUNTED,
            wanted=wanted,
            narrowed=_narrowed(_of_queue(wanted, rows)),
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
            received=Months.read(request.args.get("received", "")),
            closed=Months.read(request.args.get("closed", "")),
            channel=_word(Channel, "channel"),
            category=_word(Category, "category"),
            topic=_topic(),
        )
        rows, more = worklist.found(session, sought, request.args.get("before", type=int))
        return render_template(
            "worklist/found.html",
            lines=_lines(session, rows, seen),
            sought=sought,
            narrowed=_narrowed(_of_search(sought)),
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
    if top and _is_alone():
        return [top.id]
    return [agency.id for agency in seen if agency.id and (top is None or agency.path.startswith(top.path))]


def _offered(seen: Sequence[Agency]) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in seen]


def _word(kind: type[Word], key: str) -> Any:
    said = request.args.get(key, "")
    return kind(said) if said in list(kind) else None


def _open_state() -> State | None:
    state: State | None = _word(State, "state")
    return state if state in OPEN else None


def _is_alone() -> bool:
    return request.args.get("scope") == Scope.own


def _topic() -> str | None:
    return plain(request.args["topic"])[:100] if "topic" in request.args else None


_ONLY_HERE = Text("仅限本机关，不含所属机关", "This agency alone, without those below it")
_OF_HANDLER = Text("承办人：{name}", "Handler: {name}")
_SOMEBODY = Text("所选人员", "the person chosen")
_PROVISIONAL = Text("期限为暂定", "Provisional term")
_DUE = Text("期限：{horizon}", "Term: {horizon}")
_RECEIVED = Text("收到申请：{months}", "Received: {months}")
_CLOSED = Text("办结：{months}", "Closed: {months}")
_BY_CHANNEL = Text("收到方式：{channel}", "How it came in: {channel}")
_ENDED_AS = Text("办理结果：{category}", "Outcome: {category}")
_ON_TOPIC = Text("信息类别：{topic}", "Topic: {topic}")
NO_TOPIC = Text("未填写类别", "No topic given")


def _of_queue(wanted: Wanted, rows: Sequence[Row]) -> Iterator[tuple[str, Text]]:
    """The filters of the queue that its form has no field for, by their name in the address."""
    if wanted.horizon:
        yield "due", _DUE.fill(horizon=wanted.horizon.label)
    if wanted.handler_id is not None:
        yield "handler", _OF_HANDLER.fill(name=(rows[0].handler if rows else None) or _SOMEBODY)
    if wanted.is_provisional:
        yield "provisional", _PROVISIONAL


def _of_search(sought: Sought) -> Iterator[tuple[str, Text]]:
    """The same of the search: which cases of which months a figure counts."""
    if sought.received:
        yield "received", _RECEIVED.fill(months=sought.received.label)
    if sought.closed:
        yield "closed", _CLOSED.fill(months=sought.closed.label)
    if sought.channel:
        yield "channel", _BY_CHANNEL.fill(channel=sought.channel.label)
    if sought.category:
        yield "category", _ENDED_AS.fill(category=sought.category.label)
    if sought.topic is not None:
        yield "topic", _ON_TOPIC.fill(topic=sought.topic or NO_TOPIC)


def _narrowed(filters: Iterable[tuple[str, Text]]) -> list[Narrowed]:
    alone = [("scope", _ONLY_HERE)] if request.args.get("agency") and _is_alone() else []
    return [
        Narrowed(name, request.args[name], said, _here(**{name: None, "after": None, "before": None}))
        for name, said in (*filters, *alone)
    ]


def _text() -> str:
    return plain(request.args.get("q", ""))[:200]


def _year() -> int | None:
    year = request.args.get("year", type=int)
    return year if year and _FIRST_YEAR <= year <= today().year else None


def _here(**changed: Any) -> str:
    """The address of this page with some of its filters changed; None takes one away."""
    kept = {
        name: value for name, value in request.args.items() if (value or name == "topic") and name != "lang"
    } | changed
    said = {name: str(value) for name, value in kept.items() if value is not None}
    return url_for(str(request.endpoint), **said)  # type: ignore[arg-type]  # the names of a query are free
