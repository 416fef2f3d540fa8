"""Loading a notice of days off on top of the built-in calendar, and reckoning anew every case that it touches."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic_core import PydanticCustomError
from sqlmodel import Session, col, or_, select

from requestflow.paper import mail as paper
from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import OPEN, Action
from requestflow.rules.notices import Notice
from requestflow.rules.roles import Hand
from requestflow.rules.standing import replay
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import FIRST, LAST, DayOff
from requestflow.services import _step, mail
from requestflow.services._fields import plain, read_day
from requestflow.services.entry import Entry
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.models import Agency, CalendarDay, Case, Person
from requestflow.store.queries.calendars import calendar_of
from requestflow.store.queries.due import Due

HEADINGS = {"日期": "day", "上班": "worked", "名称": "name", "地区": "region"}
_YES = frozenset({"1", "true", "yes", "是", "上班"})
_NO = frozenset({"0", "false", "no", "否", "放假", "休息"})
_LONGEST = 64

_LINE = Text("{number}：由{before}改为{after}", "{number}: from {before} to {after}")
_STILL = Text("（期限中止）", "(the clock stands still)")


class Unread(NamedTuple):
    """A row of a notice file that cannot be read: its number (the header is row 1), its column, and why."""

    row: int
    column: str
    reason: Text


class Moved(NamedTuple):
    """A case, with its agency's code, whose due date a notice moved; it is None while the clock stands still."""

    agency: str
    case: Case
    before: date | None
    after: date | None


class Loaded(NamedTuple):
    """How many days a notice brought, and which cases it moved."""

    days: int
    moved: tuple[Moved, ...]


def read(sheet: Sheet) -> tuple[list[DayOff], list[Unread]]:
    """The days of a notice with the columns `day,worked,name,region` (日期,上班,名称,地区), and the rows that are none.

    Refused (RuleBroken) as a whole where a column is missing.
    """
    titles = [HEADINGS.get(title.strip(), title.strip().lower()) for title in sheet.header]
    missing = [title for title in ("day", "worked", "name") if title not in titles]
    if missing:
        raise RuleBroken(
            f"文件缺少这些列：{'、'.join(missing)}。表头应为 day,worked,name,region。",
            f"The file lacks the columns {', '.join(missing)}: its first row must be day,worked,name,region.",
        )
    days: dict[tuple[date, str], DayOff] = {}
    unread: list[Unread] = []
    for number, cells in sheet.rows:
        row = dict.fromkeys(titles, "") | {
            title: plain(str(cell)) for title, cell in zip(titles, cells, strict=False)
        }  # a short row has empty cells at its end
        try:
            off = _day_off(row)
            if (off.day, off.region) in days:
                raise RuleBroken("同一日期重复出现。", "This day stands in the file twice.", field="day")
            days[off.day, off.region] = off
        except RuleBroken as refused:
            unread.append(Unread(number, refused.field, refused.said))
    return list(days.values()), unread


def _day_off(row: dict[str, str]) -> DayOff:
    day, worked, name, region = _day(row["day"]), _worked(row["worked"]), row["name"], row.get("region", "")
    if not name and not worked:
        raise RuleBroken("请写明放假的节日名称。", "Name the holiday of this day off.", field="name")
    for column, said in (("name", name), ("region", region)):
        if len(said) > _LONGEST:
            raise RuleBroken(f"不能超过{_LONGEST}个字。", f"It is longer than {_LONGEST} characters.", field=column)
    return DayOff(day, worked, name, region)


def _day(said: str) -> date:
    try:
        day = read_day(said)
    except PydanticCustomError:
        day = None
    if not isinstance(day, date) or not FIRST <= day <= LAST:
        raise RuleBroken(
            f"“{said}”不是日期，请写成 2027-02-05 的样式。", f"“{said}” is not a day such as 2027-02-05.", field="day"
        )
    return day


def _worked(said: str) -> bool:
    if said.lower() not in _YES | _NO:
        raise RuleBroken(
            f"“{said}”看不懂：上班写 1，放假写 0。",
            f"“{said}” is neither 1 for a working day nor 0 for a day off.",
            field="worked",
        )
    return said.lower() in _YES


def load(session: Session, days: Sequence[DayOff], *, source: str, today: date, now: datetime) -> Loaded:
    """Keeps the days of a notice and reckons every case that they can touch again.

    A day replaces the one loaded before for the same date and region. Every open case is reckoned, and every closed one
    whose term or closing reaches the year of the notice, so that rows go on equalling their events. A moved due date is
    kept as an event with the old and the new one, and the officers of an open case are told by mail.
    """
    _keep(session, days, source, now)
    if not days:
        return Loaded(0, ())
    entry = Entry(by=Hand.timer, today=today, now=now)
    moved = []
    for case in _touched(session, min(off.day for off in days)):
        before = case.due_on
        if _reckon_again(session, case, source, entry):
            agency = session.get_one(Agency, case.agency_id)
            moved.append(Moved(agency.code, case, before, case.due_on))
    _tell(session, [move for move in moved if move.case.state in OPEN], source, entry)
    return Loaded(len(days), tuple(moved))


def _keep(session: Session, days: Iterable[DayOff], source: str, now: datetime) -> None:
    known = {(row.day, row.region): row for row in session.exec(select(CalendarDay))}
    for off in days:
        row = known.setdefault(
            (off.day, off.region),
            CalendarDay(day=off.day, worked=off.worked, name="", region=off.region, loaded_at=now),
        )
        row.worked, row.name, row.source, row.loaded_at = off.worked, off.name, source, now
        session.add(row)
    session.flush()


def _touched(session: Session, first: date) -> Sequence[Case]:
    since = date(first.year, 1, 1)  # the year's notice also ends what was provisional in the year before its first day
    may_move = or_(col(Case.state).in_(OPEN), col(Case.due_on) >= since, col(Case.closed_on) >= since)
    return session.exec(select(Case).where(may_move).order_by(col(Case.id))).all()


def _reckon_again(session: Session, case: Case, source: str, entry: Entry) -> bool:
    calendar = calendar_of(session, case.agency_id)
    standing = replay(_step.moves_of(session, case))
    after = _step.projected(standing, calendar)["due_on"]
    if after == case.due_on:
        _step.project(session, case, standing, calendar)  # what is provisional or awaited may have changed
        return False
    facts = {"due_before": case.due_on, "due_after": after, "source": source}
    _step.take(session, case, Action.recalendar, on=entry.today, entry=entry, facts=facts)
    return True


def _tell(session: Session, moved: Sequence[Moved], source: str, entry: Entry) -> None:
    """One mail to each officer concerned, with all of their cases."""
    listeners = Listeners(session)
    told: dict[int, tuple[Person, list[Moved]]] = {}
    for move in moved:
        case = move.case
        assert case.id is not None  # it was read from its table
        due = Due(case.id, entry.today, case.number, case.agency_id, case.handler_id, case.state)
        for person in listeners.of_case(due, Notice.recalendar):
            assert person.id is not None  # and so was this
            told.setdefault(person.id, (person, []))[1].append(move)
    mail.write(session, [_letter(person, theirs, source, entry) for person, theirs in told.values()], entry.now)


def _letter(person: Person, moved: Sequence[Moved], source: str, entry: Entry) -> Letter:
    lines = [_LINE.fill(number=move.case.number, before=_said(move.before), after=_said(move.after)) for move in moved]
    both = Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))
    words = paper.written("recalendar", person.language, n=len(moved), source=source, lines=both)
    key = f"recalendar:{entry.now.isoformat()}:{person.id}"
    return Letter(key, person.email, words.subject, words.body, person_id=person.id)


def _said(due_on: date | None) -> Text:
    return spoken(due_on) if due_on else _STILL
