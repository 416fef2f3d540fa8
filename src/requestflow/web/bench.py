"""A case laid out to be worked on, and what a step has to say for its button and its form to appear on the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlmodel import Session, SQLModel

from requestflow.rules import conditions
from requestflow.rules.deadlines import Reckoning, reckon
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import STEPS, Action, Move, State
from requestflow.rules.regimes import Regime, regime_of
from requestflow.rules.standing import Standing, replay
from requestflow.rules.words import Text
from requestflow.rules.workdays import Calendar, calendar_for
from requestflow.services import people
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Person
from requestflow.store.queries.agencies import agency_at
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.cases import Told, story


@dataclass(frozen=True, slots=True)
class Bench:
    """A case laid out to be worked on: what it stands at, by which calendar, and who sits before it, on which day."""

    session: Session
    case: Case
    agency: Agency
    story: list[Told]
    standing: Standing
    calendar: Calendar
    person: Person
    today: date

    @property
    def regime(self) -> Regime:
        """The regulation that the case falls under; today's while it is not yet received."""
        return self.standing.regime or regime_of(self.today)

    def reckoning(self) -> Reckoning | None:
        """The due date and how it came about; None while the case is not yet received."""
        if self.standing.received_on is None:
            return None
        return reckon(self.standing.taken, self.regime, self.calendar)

    def awaits_consent(self) -> bool:
        """Whether the head was asked for more time and has not answered yet."""
        return self.case.extension_asked_on is not None

    @property
    def is_here(self) -> bool:
        """Whether the case is still with an agency of whoever sits before it; one handed on may only be read."""
        return people.may_see_agency(self.session, self.person, self.agency)

    def states(self) -> set[State]:
        """Every state that the case has stood at."""
        so_far, passed = Standing(), set()
        for move in self.standing.taken:
            so_far.take(move)
            passed.add(so_far.state)
        return {state for state in passed if state}


def lay_out(session: Session, case: Case, person: Person, today: date) -> Bench:
    """Everything that the pages of a case need, in four statements."""
    agency = agency_at(session, case.agency_id)
    told = story(session, case.id)
    standing = replay(each.event.move() for each in told)
    calendar = calendar_for(agency.region, notices_loaded(session))
    return Bench(session, case, agency, told, standing, calendar, person, today)


Sort = Literal["day", "line", "words", "number", "choice", "select", "tick", "outcome"]
Said = Text | Callable[[Bench], Text | None] | None
Verb = Callable[[Session, Case, Any, Entry], Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of a step's form. `options` is an enumeration, or a function of the case at hand.

    `required` is None where another answer decides it, which the hint says.
    `above` is the heading of the group of fields that begins with this one; `is_asked` whether the case has it at all.
    """

    key: str
    sort: Sort
    label: Text
    required: bool | None = True
    hint: Said = None
    options: Any = None
    above: Text | None = None
    is_asked: Callable[["Bench"], bool] = lambda _bench: True

    def offered(self, bench: Bench) -> Any:
        """What can be chosen on this case."""
        is_function = callable(self.options) and not isinstance(self.options, type)
        return self.options(bench) if is_function else self.options

    def hinted(self, bench: Bench) -> Text | None:
        """What to know before filling it in."""
        return self.hint(bench) if callable(self.hint) else self.hint


@dataclass(frozen=True, slots=True)
class Step:
    """How a person takes one step: the input class that reads the form, the verb, and the fields.

    `article` is its source on the case at hand, `tells` what the law says of the step, `warns` what speaks against it
    today without forbidding it, `given` what the form knows without asking, `known` the values that it opens
    with. `mildest` are the facts with which the law is asked whether the step can be taken today at all (None: nothing
    but the state decides), and `is_ready` says whether the case has anything to take it on.
    """

    form: type[SQLModel]
    verb: Verb
    asks: tuple[Ask, ...]
    article: Callable[[Bench], str] = lambda _bench: ""
    tells: Text | None = None
    warns: Callable[[Bench], Text | None] = lambda _bench: None
    mildest: Mapping[str, Any] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    known: Callable[[Bench], dict[str, Any]] = lambda _bench: {}
    is_ready: Callable[[Bench], bool] = lambda _bench: True

    @property
    def labels(self) -> dict[str, Text]:
        """What the fields are called."""
        return {ask.key: ask.label for ask in self.asks}

    def opened(self, bench: Bench) -> dict[str, Any]:
        """What the form says before anything is typed: today, the only choice there is, and what the case knows."""
        lists = {ask.key: ask.offered(bench) for ask in self.asks if ask.sort == "select"}
        lone = {key: pairs[0][0] for key, pairs in lists.items() if len(pairs) == 1}
        return {"on": bench.today, **lone, **self.known(bench)}


def can_take(bench: Bench, action: Action, step: Step) -> bool:
    """Whether the step can be taken today: by the table of steps, by role and place, and by its own conditions."""
    if not bench.standing.may(action) or not may_take(bench, action) or not step.is_ready(bench):
        return False
    if step.mildest is None:
        return True
    try:
        conditions.check(bench.standing, Move(action, bench.today, step.mildest), bench.calendar)
    except RuleBroken:
        return False
    return True


def could_take(bench: Bench, action: Action, step: Step) -> bool:
    """Whether paper of an earlier day may still have to be typed in as this step, and there is something to choose."""
    was_possible = may_take(bench, action) and any((state, action) in STEPS for state in bench.states())
    return was_possible and all(ask.offered(bench) for ask in step.asks if ask.sort == "select" and ask.required)


def may_take(bench: Bench, action: Action) -> bool:
    """Whether the role and the place of whoever sits before it allow the step."""
    return people.may_take(bench.session, bench.person, action, bench.case)
