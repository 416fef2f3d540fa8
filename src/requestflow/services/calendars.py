"""Changing the days off that cases count by: a notice loaded, a day taken back, an agency in another region."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col

from requestflow.paper import mail as paper
from requestflow.rules.notices import Notice
from requestflow.rules.roles import Hand
from requestflow.rules.words import COMMA, NEWLINE, Text, spoken
from requestflow.rules.workdays import DayOff, calendar_for
from requestflow.services import mail, reckoning
from requestflow.services.entry import Entry
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.services.reckoning import Calendars, Moved
from requestflow.store.inserting import insert
from requestflow.store.models import Agency, CalendarDay, Person
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.due import Due

_LOADED = Text("已导入新的节假日安排。", "A new notice of days off was loaded.")
_LOADED_FROM = Text("已导入《{source}》。", "The notice “{source}” was loaded.")
_TAKEN_BACK = Text("已撤销原导入的以下日期：{days}。", "These days, loaded before, were taken back: {days}.")
_MOVED_THERE = Text("{agency}的所在地区已改为“{region}”。", "{agency} was moved to the region “{region}”.")
_LINE = Text("{number}{where}：由{before}改为{after}", "{number}{where}: from {before} to {after}")
_STILL = Text("（期限中止）", "(the clock stands still)")


class Loaded(NamedTuple):
    """How many days a notice brought, and which cases it moved."""

    days: int
    moved: tuple[Moved, ...]


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
    because = _TAKEN_BACK.fill(days=COMMA.join(spoken(off.day) for off in days))
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
    lines = NEWLINE.join(
        _LINE.fill(
            number=move.number,
            where=listeners.where(move.agency_id, person),
            before=_said(move.before),
            after=_said(move.after),
        )
        for move in moved
    )
    words = paper.written("recalendar", person.language, n=len(moved), because=because, lines=lines)
    key = f"recalendar:{entry.now.isoformat()}:{person.id}"
    return Letter(key, person.email, words.subject, words.body, person_id=person.id)


def _said(due_on: date | None) -> Text:
    return spoken(due_on) if due_on else _STILL
