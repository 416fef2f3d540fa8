"""The monthly digest: on the first working day each officer is told how their desk and their office stand, once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from requestflow.paper import mail as paper
from requestflow.paper.grid import Grid, Row
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.months import following, month_of
from requestflow.rules.notices import Notice
from requestflow.rules.outcomes import OUTCOMES, Category
from requestflow.rules.roles import Role
from requestflow.rules.words import Text, Word, spoken, spoken_month
from requestflow.rules.workdays import calendar_for
from requestflow.services import mail
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.models import Agency, Person
from requestflow.store.queries import digest as query
from requestflow.store.queries import letters
from requestflow.store.queries.calendars import notices_loaded

_A_DAY = timedelta(days=1)


class Measure(Word):
    """What is counted of a desk beside how the cases closed last month ended."""

    open = "open", "在办", "Open"
    due = "due", "本月到期", "Due this month"
    late = "late", "已逾期", "Overdue"
    closed = "closed", "上月办结", "Closed last month"


_OF_CLOSED = {
    Timeliness.on_time: Text("其中按时", "of these on time"),
    Timeliness.extended: Text("其中延期", "of these extended"),
    Timeliness.overdue: Text("其中逾期", "of these late"),
}
TABLES: tuple[tuple[Text, tuple[tuple[Word, Text], ...]], ...] = (
    (Text("办件情况", "Cases"), (*((measure, measure.label) for measure in Measure), *_OF_CLOSED.items())),
    (
        Text("上月办结的结果", "How the cases of last month ended"),
        tuple((category, category.label) for category in Category),
    ),
)
_MINE, _OFFICE, _ALL = Text("我承办的", "Mine"), Text("本机关", "The office"), Text("合计", "Total")


class _Figures(NamedTuple):
    """So many cases of each measure by agency, and by the officer who has them."""

    of_agency: defaultdict[int, Counter[Word]]
    of_officer: defaultdict[int | None, Counter[Word]]

    def add(self, agency_id: int, handler_id: int | None, counted: dict[Word, int]) -> None:
        """Counts cases of an officer in an agency."""
        self.of_agency[agency_id].update(counted)
        self.of_officer[handler_id].update(counted)


def send(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Writes this month's digest to every officer who has not got it yet, from the first working day on.

    The first working day is that of the region of the officer's agency. Returns how many were written; a run on any
    later day writes to whoever was missed. `site` is the address of the pages, for the link.
    """
    listeners = Listeners(session)
    readers = _waiting(session, listeners, today)
    if not readers:
        return 0
    figures = _figures(session, today)
    mail.write(session, [_letter(person, listeners, figures, today, site) for person in readers], now)
    return len(readers)


def _waiting(session: Session, listeners: Listeners, today: date) -> list[Person]:
    loaded, month = notices_loaded(session), month_of(today)
    begins = {agency.id: calendar_for(agency.region, loaded).roll(month) for agency in listeners.agencies.values()}
    readers = [person for person in listeners.everybody(Notice.digest) if begins[person.agency_id] <= today]
    written = letters.known(session, [_key(person, today) for person in readers])
    return [person for person in readers if _key(person, today) not in written]


def _key(person: Person, today: date) -> str:
    return f"digest:{today:%Y-%m}:{person.id}"


def _figures(session: Session, today: date) -> _Figures:
    month = month_of(today)
    figures = _Figures(defaultdict(Counter), defaultdict(Counter))
    for desk in query.open_now(session, today, following(month) - _A_DAY):
        counted: dict[Word, int] = {Measure.open: desk.open, Measure.due: desk.due, Measure.late: desk.late}
        figures.add(desk.agency_id, desk.handler_id, counted)
    for closed in query.closed_in(session, month_of(month - _A_DAY), month - _A_DAY):
        under = (Measure.closed, closed.timeliness, OUTCOMES[closed.outcome].category)
        figures.add(closed.agency_id, closed.handler_id, dict.fromkeys(under, closed.cases))
    return figures


def _letter(person: Person, listeners: Listeners, figures: _Figures, today: date, site: str) -> Letter:
    agency = listeners.agencies[person.agency_id]
    is_head = person.role is Role.head
    seen = [each for each in listeners.agencies.values() if each.path.startswith(agency.path)] if is_head else [agency]
    theirs = _theirs(person, seen, figures)
    facts = {
        "month": spoken_month(today),
        "today": spoken(today),
        "agency": agency.name,
        "open": theirs[Measure.open],
        "late": theirs[Measure.late],
        "grids": _of_tree(seen, figures) if is_head else _of_desk(person, figures),
        "is_tree": len(seen) > 1,
        "link": f"{site}/{'office' if is_head else 'desk'}",
        "site": site,
    }
    words = paper.written("digest", person.language, **facts)
    return Letter(_key(person, today), person.email, words.subject, words.body, person_id=person.id, html=words.html)


def _theirs(person: Person, seen: Sequence[Agency], figures: _Figures) -> Counter[Word]:
    """What the subject tells: a handler's own cases, else those of the agencies that the reader answers for."""
    if person.role is Role.handler:
        return figures.of_officer[person.id]
    return sum((figures.of_agency[each.id] for each in seen), Counter())


def _of_desk(person: Person, figures: _Figures) -> list[Grid]:
    """An officer's own cases beside those of the office; a clerk handles none."""
    columns = {_OFFICE: figures.of_agency[person.agency_id]}
    if person.role is Role.handler:
        columns = {_MINE: figures.of_officer[person.id], **columns}
    return [
        Grid(title, list(columns), [Row(name, [counts[word] for counts in columns.values()]) for word, name in of])
        for title, of in TABLES
    ]


def _of_tree(seen: Sequence[Agency], figures: _Figures) -> list[Grid]:
    """Agency by agency, those with any case, and their sum."""
    busy = [each for each in seen if figures.of_agency[each.id].total()] or seen[:1]
    lines = [
        (Text(each.name, each.name), figures.of_agency[each.id]) for each in sorted(busy, key=lambda each: each.steps)
    ]
    if len(lines) > 1:
        lines.append((_ALL, sum((counts for _, counts in lines), Counter())))
    return [
        Grid(title, [name for _, name in of], [Row(name, [counts[word] for word, _ in of]) for name, counts in lines])
        for title, of in TABLES
    ]
