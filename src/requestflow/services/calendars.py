"""Changing the days off that cases count by: a notice loaded, a day taken back, an agency in another region."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col

from requestflow.paper import mail as paper
from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.rules.notices import Notice
from requestflow.rules.roles import Hand
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import FIRST, LAST, DayOff, calendar_for
from requestflow.services import mail, reckoning
from requestflow.services._fields import plain, read_day
from requestflow.services.entry import Entry
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.services.reckoning import Calendars, Moved
from requestflow.store.inserting import insert
from requestflow.store.models import Agency, CalendarDay, Person
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.due import Due

MOST_DAYS = 1000
"""So many days a notice may have; that of a year has about fifty."""
HEADINGS = {"日期": "day", "上班": "worked", "名称": "name", "地区": "region"}
COLUMNS = ("day", "worked", "name", "region")
_YES = frozenset({"1", "true", "yes", "work", "是", "上班"})
_NO = frozenset({"0", "false", "no", "off", "否", "放假", "休息"})
WORKED = Text("上班", "work")
OFF = Text("放假", "off")
_SIGNS = re.compile(r"\s*[,，;；]\s*")
_LONGEST = 64

_LOADED = Text("已导入新的节假日安排。", "A new notice of days off was loaded.")
_LOADED_FROM = Text("已导入《{source}》。", "The notice “{source}” was loaded.")
_TAKEN_BACK = Text("已撤销原导入的以下日期：{days}。", "These days, loaded before, were taken back: {days}.")
_MOVED_THERE = Text("{agency}的所在地区已改为“{region}”。", "{agency} was moved to the region “{region}”.")
_LINE = Text("{number}{where}：由{before}改为{after}", "{number}{where}: from {before} to {after}")
_STILL = Text("（期限中止）", "(the clock stands still)")


class Unread(NamedTuple):
    """A row of a notice file that cannot be read: its number (the header is row 1), its column, and why."""

    row: int
    column: str
    reason: Text


class Loaded(NamedTuple):
    """How many days a notice brought, and which cases it moved."""

    days: int
    moved: tuple[Moved, ...]


def typed(text: str) -> Sheet:
    """Days typed by hand as a notice, one a line: day, whether it is worked, name, region, set apart by tabs or commas.

    A line without either is set apart by its blanks. Rows are numbered as the lines are.
    """
    lines = ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())
    return Sheet(COLUMNS, ((number, _cells(line)) for number, line in lines), None)


def _cells(line: str) -> tuple[str, ...]:
    if "\t" in line:
        return tuple(line.split("\t"))
    return tuple(_SIGNS.split(line.strip()) if _SIGNS.search(line) else line.split(maxsplit=len(COLUMNS) - 1))


def as_typed(days: Iterable[DayOff]) -> Text:
    """The days as somebody would type them for `typed`, in either language."""
    lines = [_as_line(off) for off in days]
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


def _as_line(off: DayOff) -> Text:
    between = "\t" if _SIGNS.search(off.name + off.region) else ", "
    word = WORKED if off.worked else OFF
    return Text(*(between.join((str(off.day), said, off.name, off.region)).rstrip(", \t") for said in word))


def read(sheet: Sheet) -> tuple[list[DayOff], list[Unread]]:
    """The days of a notice with the columns `day,worked,name,region` (日期,上班,名称,地区), and the rows that are none.

    Refused (RuleBroken) as a whole where a column is missing, or where there are more days than a notice has.
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
    rows = list(islice(sheet.rows, MOST_DAYS + 1))
    if len(rows) > MOST_DAYS:
        raise RuleBroken(
            f"节假日安排最多{MOST_DAYS}天，请核对文件。",
            f"A notice has {MOST_DAYS} days at most: check the file.",
        )
    for number, cells in rows:
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
    if not days:
        return Loaded(0, ())
    _keep(session, days, source, now)
    because = _LOADED_FROM.fill(source=source) if source else _LOADED
    return Loaded(len(days), _changed(session, days, source, because, Entry(by=Hand.timer, today=today, now=now)))


def take_back(session: Session, days: Sequence[DayOff], *, today: date, now: datetime) -> Loaded:
    """Forgets loaded days, and reckons every case that they touched again, as `load` does."""
    if not days:
        return Loaded(0, ())
    for off in days:
        session.execute(
            delete(CalendarDay).where(col(CalendarDay.day) == off.day, col(CalendarDay.region) == off.region)
        )
    source = "−" + ", ".join(f"{off.day} {off.region}".strip() for off in days)
    because = _TAKEN_BACK.fill(days=_listed([spoken(off.day) for off in days]))
    return Loaded(len(days), _changed(session, days, source, because, Entry(by=Hand.timer, today=today, now=now)))


def foretell(session: Session, load: Sequence[DayOff] = (), take_back: Sequence[DayOff] = ()) -> list[Moved]:
    """The cases that `load` or `take_back` of these days would move; nothing is written."""
    if not load and not take_back:
        return []
    gone = {(off.day, off.region) for off in (*load, *take_back)}
    stay = (off for off in notices_loaded(session) if (off.day, off.region) not in gone)
    to_come = tuple(sorted((*stay, *load), key=lambda off: (off.day, off.region)))
    return reckoning.foretell(session, Calendars(session, to_come), *_touched((*load, *take_back)))


def relocate(session: Session, agency: Agency, before: str, *, today: date, now: datetime) -> tuple[Moved, ...]:
    """Reckons the cases of an agency again that was in the region `before`, by the days off of its region now."""
    since = _differs_since(session, before, agency.region)
    if since is None:
        return ()
    entry = Entry(by=Hand.timer, today=today, now=now)
    calendars = Calendars(session, notices_loaded(session))
    because = f"{agency.name}：{before or '—'} → {agency.region or '—'}"
    moved = reckoning.reckon(session, calendars, *reckoning.touched(since, agency.id), because=because, entry=entry)
    _tell(session, moved, _MOVED_THERE.fill(agency=agency.name, region=agency.region or "—"), entry)
    return tuple(moved)


def foretell_region(session: Session, agency: Agency, region: str) -> list[Moved]:
    """The cases that would move if the agency were in another region; nothing is written."""
    since = _differs_since(session, agency.region, region)
    if since is None:
        return []
    calendars = Calendars(session, notices_loaded(session), {agency.id: region})
    return reckoning.foretell(session, calendars, *reckoning.touched(since, agency.id))


def _differs_since(session: Session, region: str, other: str) -> date | None:
    """The first day that is off in one of two regions only; None if they have the same days off."""
    loaded = notices_loaded(session)
    return calendar_for(region, loaded).first_difference(calendar_for(other, loaded))


def _keep(session: Session, days: Iterable[DayOff], source: str, now: datetime) -> None:
    for off in days:
        said = {"worked": off.worked, "name": off.name, "source": source, "loaded_at": now}
        keeping = insert(session, CalendarDay).values(day=off.day, region=off.region, **said)
        session.execute(keeping.on_conflict_do_update(index_elements=["day", "region"], set_=said))
    session.expire_all()


def _touched(days: Sequence[DayOff]) -> tuple[ColumnElement[bool], ...]:
    """The year's notice also ends what was provisional in the year before its first day."""
    return reckoning.touched(date(min(off.day for off in days).year, 1, 1))


def _changed(session: Session, days: Sequence[DayOff], source: str, because: Text, entry: Entry) -> tuple[Moved, ...]:
    calendars = Calendars(session, notices_loaded(session))
    moved = reckoning.reckon(session, calendars, *_touched(days), because=source, entry=entry)
    _tell(session, moved, because, entry)
    return tuple(moved)


def _tell(session: Session, moved: Sequence[Moved], because: Text, entry: Entry) -> None:
    """One mail to each officer concerned, with all of their open cases."""
    listeners = Listeners(session)
    told: dict[int, tuple[Person, list[Moved]]] = {}
    for move in moved:
        if move.is_open:
            due = Due(move.case_id, entry.today, move.number, move.agency_id, move.handler_id, move.state)
            for person in listeners.of_case(due, Notice.recalendar):
                told.setdefault(person.id, (person, []))[1].append(move)
    mail.write(
        session, [_letter(person, theirs, because, listeners, entry) for person, theirs in told.values()], entry.now
    )


def _letter(person: Person, moved: Sequence[Moved], because: Text, listeners: Listeners, entry: Entry) -> Letter:
    lines = [
        _LINE.fill(
            number=move.number,
            where=listeners.where(move.agency_id, person),
            before=_said(move.before),
            after=_said(move.after),
        )
        for move in moved
    ]
    both = Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))
    words = paper.written("recalendar", person.language, n=len(moved), because=because, lines=both)
    key = f"recalendar:{entry.now.isoformat()}:{person.id}"
    return Letter(key, person.email, words.subject, words.body, person_id=person.id)


def _listed(said: Sequence[Text]) -> Text:
    return Text("、".join(each.zh for each in said), ", ".join(each.en for each in said))


def _said(due_on: date | None) -> Text:
    return spoken(due_on) if due_on else _STILL
