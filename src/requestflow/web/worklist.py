"""The desk: the open cases of an office by what is due, and the search that finds any case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import session as visit
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from requestflow.clock import today
from requestflow.rules.channels import Channel
from requestflow.rules.conditions import WITHOUT_ANSWER
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.lifecycle import OPEN, TAKERS, Action, State
from requestflow.rules.months import Months
from requestflow.rules.outcomes import OUTCOMES, Category
from requestflow.rules.words import Text
from requestflow.rules.workdays import calendar_for
from requestflow.services import filters, people
from requestflow.services._fields import plain
from requestflow.store.queries import worklist
from requestflow.store.queries.agencies import Branch
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.cases import handlers_in
from requestflow.store.queries.worklist import Pile, Place, Row, Sought, Wanted
from requestflow.store.session import reading
from requestflow.web import choice, looking
from requestflow.web.access import officer, officers, row_number
from requestflow.web.keys import HELD, LETTERS, STEP_KEYS
from requestflow.web.next_day import NextDay, ToDo, next_day, to_do

room = Blueprint("worklist", __name__)

_FIRST_YEAR = 2008
_COOKIE = "letters"
BATCH = "batch"
"""What a visit keeps of the ticks and the officer chosen until the queue is shown again, so that none is lost."""


class Narrowed(NamedTuple):
    """A filter that came with the address, for which the page has no field: its name there, and how it is said."""

    name: str
    value: str
    said: Text
    without: str  # the address of the page without it


class Shown(NamedTuple):
    """A line of a list: the case, what is due next, and what is to be done."""

    row: Row
    next: NextDay | None
    to_do: ToDo | None


@room.get("/desk")
@officers()
def queue() -> ResponseReturnValue:
    """The open cases of the reader's agency and of those below, by what is due next."""
    person = officer().person
    with reading() as session:
        seen = people.branches_seen(session, person)
        calendar = calendar_for(officer().agency.region, notices_loaded(session))
        wanted = looking.wanted(request.args, seen, person.id, today(), calendar) or abort(404)
        rows, more = worklist.queue(session, wanted, Place.read(request.args.get("after", "")))
        kept = filters.kept_by(session, person)
        views = [looking.wanted(looking.said_in(each.query), seen, person.id, today(), calendar) for each in kept]
        counts = _counts(session, [replace(wanted, pile=pile) for pile in Pile] + views)
        may_assign = person.role in TAKERS[Action.assign]
        return render_template(
            "worklist/queue.html",
            lines=_lines(session, rows),
            batch=visit.pop(BATCH, {"ticked": (), "handler": ""}),
            piles=list(zip(Pile, counts, strict=False)),
            kept=list(zip(kept, counts[len(Pile) :], strict=True)),
            here=looking.query_of(request.args),
            has_room=len(kept) < filters.MOST,
            most=worklist.MOST_COUNTED,
            wanted=wanted,
            narrowed=(narrowed := _narrowed(_of_queue(wanted, rows))),
            passed_on=[(each.name, each.value) for each in narrowed] + _pile_of(wanted),
            agencies=_offered(seen),
            handlers=handlers_in(session, [agency.id for agency in seen]) if may_assign and rows else [],
            open_states=OPEN,
            channels=Channel,
            overdue=Timeliness.overdue,
            typed=request.args,
            first=_here(after=None) if "after" in request.args else None,
            more=_here(after=more) if more else None,
            pile_at=lambda pile: _here(pile=pile, after=None),
        )


def _pile_of(wanted: Wanted) -> list[tuple[str, str]]:
    return [] if wanted.pile is Pile.open else [("pile", wanted.pile.value)]


def _counts(session: Session, views: Sequence[Wanted | None]) -> list[int | None]:
    """How many cases each view shows, in one statement; None for one of an agency that is no longer seen."""
    told = iter(worklist.counted(session, [view for view in views if view]))
    return [next(told) if view else None for view in views]


@room.get("/help/keys")
@officers()
def help_keys() -> ResponseReturnValue:
    """What every key of the desk does, and the switch that turns the letters off (WCAG 2.1.4)."""
    return render_template("worklist/keys.html", letters=LETTERS, held=HELD)


@room.post("/help/keys")
@officers()
def set_keys() -> ResponseReturnValue:
    """Turns the letters off or on in this browser."""
    answer = redirect(url_for("worklist.help_keys"))
    letters = "off" if request.form.get("letters") == "off" else "on"
    choice.keep(answer, _COOKIE, letters)
    return answer


class Keys(NamedTuple):
    """Whether the letters are on in the reader's browser, and the letter of each step."""

    are_on: bool
    of_step: Mapping[Action, str]


@room.app_context_processor
def _keys() -> dict[str, Keys]:
    return {"keys": Keys(request.cookies.get(_COOKIE) != "off", STEP_KEYS)}


@room.get("/cases")
@officers()
def find() -> ResponseReturnValue:
    """Any case of the reader's agency and of those below, open or closed, the last entered first."""
    with reading() as session:
        seen = people.branches_seen(session, officer().person)
        outcome = request.args.get("outcome", "")
        sought = Sought(
            agencies=_chosen(seen),
            text=looking.text(request.args),
            words=looking.text(request.args, "words"),
            year=_year(),
            outcome=outcome if outcome in OUTCOMES else "",
            timeliness=looking.word(Timeliness, request.args, "timeliness"),
            state=looking.word(State, request.args, "state"),
            received=Months.read(request.args.get("received", "")),
            closed=Months.read(request.args.get("closed", "")),
            channel=looking.word(Channel, request.args, "channel"),
            category=looking.word(Category, request.args, "category"),
            topic=_topic(),
        )
        rows, more = worklist.found(session, sought, request.args.get("before", type=row_number))
        return render_template(
            "worklist/found.html",
            lines=_lines(session, rows),
            tells_agency=len(seen) > 1 or any(row.agency_id != officer().agency.id for row in rows),
            sought=sought,
            narrowed=(narrowed := _narrowed(_of_search(sought))),
            passed_on=[(each.name, each.value) for each in narrowed],
            without_answer=WITHOUT_ANSWER,
            agencies=_offered(seen),
            outcomes=[(code, each.label) for code, each in OUTCOMES.items()],
            outcome_of=OUTCOMES,
            states=State,
            timely=Timeliness,
            year_choices=[(year, str(year)) for year in range(today().year, _FIRST_YEAR - 1, -1)],
            typed=request.args,
            first=_here(before=None) if "before" in request.args else None,
            more=_here(before=more) if more else None,
        )


def _lines(session: Session, rows: Sequence[Row]) -> list[Shown]:
    loaded, on, role = notices_loaded(session), today(), officer().person.role
    return [Shown(row, next_day(row, on, calendar_for(row.region, loaded)), to_do(row, role, on)) for row in rows]


def _chosen(seen: Sequence[Branch]) -> list[int]:
    """The ids of the agencies asked for; 404 for a foreign one."""
    agencies = looking.chosen(request.args, seen)
    return abort(404) if agencies is None else agencies


def _offered(seen: Sequence[Branch]) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in seen]


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
    alone = [("scope", _ONLY_HERE)] if request.args.get("agency") and looking.is_alone(request.args) else []
    return [
        Narrowed(name, request.args[name], said, _here(**{name: None, "after": None, "before": None}))
        for name, said in (*filters, *alone)
    ]


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
