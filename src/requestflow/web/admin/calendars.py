"""The days off that cases count by: what is known year by year, a notice previewed and loaded, days taken back."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlmodel import Session, SQLModel

from requestflow.clock import now, today
from requestflow.paper import sheets
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import COMMA, Text
from requestflow.rules.workdays import DayOff, built_in, calendar_for, left_out
from requestflow.services import calendars, days_off
from requestflow.services._fields import Line, Words
from requestflow.services.days_off import Unread
from requestflow.services.reckoning import Moved
from requestflow.services.seen import mark
from requestflow.store.models import CalendarDay
from requestflow.store.queries.calendars import days_loaded, notices_loaded
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer, row_number
from requestflow.web.admin._room import LABELS, administrators, in_charge, room, trace
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.language import say

_NOTHING = Text("请选择文件，或者逐行填写日期。", "Choose a file, or type the days.")
_LONGEST_NAME, _LONGEST_ENDING = 40, 10  # characters, each of which may take four of 255 bytes
_COLUMNS = {
    "day": Text("日期", "Day"),
    "worked": Text("上班", "Work"),
    "name": LABELS["name"],
    "region": LABELS["region"],
}


class Sent(SQLModel):
    """A notice: its name, and its days as they are typed, one a line."""

    source: Line = ""
    days: Words = ""


class Known(NamedTuple):
    """A day off or a make-up working day, where it comes from, and its id if it was loaded (else it is built in)."""

    off: DayOff
    source: str
    loaded: int | None = None


class Summary(NamedTuple):
    """What one notice says of one year: how many days off and make-up days; the ids of those that were loaded."""

    year: int
    source: str
    region: str
    off: int
    worked: int
    ids: tuple[int, ...]


@room.get("/admin/calendar")
@administrators
def calendar() -> ResponseReturnValue:
    """What is known of each year; of one year, every day."""
    year = request.args.get("year", type=int)
    with reading() as session:
        known = list(_known(session))
        national = calendar_for("", notices_loaded(session))
    if year is not None:
        return _one(year, known)
    return _all(known, is_missing=national.is_provisional(date(today().year + 1, 6, 1)))


@room.get("/admin/calendar/load")
@administrators
def offer() -> ResponseReturnValue:
    """The form for a notice; loaded days that are to be replaced stand in it."""
    _refuse_others()
    with reading() as session:
        again = _loaded(session, request.args.getlist("id", type=row_number))
    source = next((each.source for each in again), "")
    return _offer(blank(LABELS, source=source, days=say(days_off.as_typed(each.off for each in again))))


@room.post("/admin/calendar/load")
@administrators
def load() -> ResponseReturnValue:
    """Shows what a notice would do, and does it once it was shown."""
    _refuse_others()
    form = fill(Sent, request.form, labels=LABELS)
    if form.value is None:
        return _offer(form), 422
    try:
        days, unread = _read(form.value)
    except RuleBroken as broken:
        form.refuse(broken)
        return _offer(form), 422
    if request.files.get("file"):
        form.typed["days"] = say(days_off.as_typed(days))
    is_asked = "apply" in request.form and not unread
    with transaction() if is_asked else reading() as session:
        moves = calendars.foretell(session, load=days)
        if not is_asked or request.form.get("shown") != mark(days, moves):
            return _preview(session, form, (days, unread), moves)
        calendars.load(session, days, source=form.value.source, today=today(), now=now())
    trace("notice loaded", days=len(days), moved=len(moves))
    loaded = ngettext("%(num)d day was loaded.", "%(num)d days were loaded.", len(days))
    flash(f"{loaded} {_moved(len(moves))}", "done")
    return redirect(url_for("admin.calendar"))


@room.get("/admin/calendar/take-back")
@administrators
def ask_back() -> ResponseReturnValue:
    """Which loaded days would be forgotten, and which cases that would move."""
    _refuse_others()
    with reading() as session:
        return _back(session, _loaded(session, request.args.getlist("id", type=row_number)), is_changed=False)


@room.post("/admin/calendar/take-back")
@administrators
def take_back() -> ResponseReturnValue:
    """Forgets loaded days, if that does what was shown."""
    _refuse_others()
    with transaction() as session:
        known = _loaded(session, request.form.getlist("id", type=row_number))
        days = [each.off for each in known]
        moves = calendars.foretell(session, take_back=days)
        if request.form.get("shown") != mark(days, moves):
            return _back(session, known, is_changed=True)
        calendars.take_back(session, days, today=today(), now=now())
    trace("days taken back", days=len(days), moved=len(moves))
    taken = ngettext("%(num)d day was taken back.", "%(num)d days were taken back.", len(days))
    flash(f"{taken} {_moved(len(moves))}", "done")
    return redirect(url_for("admin.calendar"))


def _moved(count: int) -> str:
    """How many due dates moved, in a sentence."""
    many: str = ngettext("%(num)d due date moved.", "%(num)d due dates moved.", count)
    return many if count else str(_("No due date moved."))


def _is_keeper() -> bool:
    """A notice moves the cases of the whole tree, so those at its top load it."""
    return officer().agency.parent_id is None


def _refuse_others() -> None:
    if not _is_keeper():
        abort(403)


def _read(sent: Sent) -> tuple[list[DayOff], list[Unread]]:
    """The days of the file, or else those that were typed; RuleBroken where there are none."""
    file = request.files.get("file")
    if file and file.filename:
        with TemporaryDirectory() as folder:
            kept = Path(folder) / _name_on_disk(file.filename)
            file.save(kept)
            try:
                with sheets.opened(kept) as sheet:
                    found = days_off.read(sheet)
            except RuleBroken as broken:
                raise RuleBroken(*broken.said, field="file") from broken
    else:
        found = days_off.read(days_off.typed(sent.days))
    if not any(found):
        raise RuleBroken(*_NOTHING, field="days")
    return found


def _name_on_disk(said: str) -> str:
    """A name that any file system takes, short as it counts bytes, and still one that its sender knows."""
    name = Path(said.replace("\0", "") or "/")
    return f"{name.stem.strip('.')[:_LONGEST_NAME]}{name.suffix[:_LONGEST_ENDING]}" or "-"


def _known(session: Session) -> Iterator[Known]:
    """Every day that is known, by day; one that was loaded stands in place of a built-in one."""
    loaded = {(row.day, row.region): _of_row(row) for row in days_loaded(session)}
    inside = {(each.off.day, each.off.region): Known(*each) for each in built_in()}
    both = inside | loaded
    yield from (both[key] for key in sorted(both))


def _loaded(session: Session, ids: Collection[int]) -> list[Known]:
    """The loaded days of those ids; none of an id that is not there any more."""
    return [_of_row(row) for row in days_loaded(session) if row.id in ids]


def _of_row(row: CalendarDay) -> Known:
    return Known(DayOff(row.day, row.worked, row.name, row.region), row.source, row.id)


def _summed(known: Sequence[Known]) -> list[Summary]:
    """The years from the latest to the first, each with its notices."""
    by_notice: dict[tuple[int, str, str, bool], list[Known]] = {}
    for each in known:
        key = (each.off.day.year, each.source, each.off.region, each.loaded is not None)
        by_notice.setdefault(key, []).append(each)
    return [
        Summary(
            *key[:3],
            off=sum(not each.off.worked for each in days),
            worked=sum(each.off.worked for each in days),
            ids=tuple(each.loaded for each in days if each.loaded is not None),
        )
        for key, days in sorted(by_notice.items(), key=lambda pair: (-pair[0][0], pair[0][1:]))
    ]


def _all(known: Sequence[Known], *, is_missing: bool) -> str:
    coming = today().year + 1
    return render_template(
        "admin/calendar.html",
        summaries=_summed(known),
        coming=coming,
        is_missing=is_missing,
        may_load=_is_keeper(),
    )


def _one(year: int, known: Sequence[Known]) -> str:
    of_year = [each for each in known if each.off.day.year == year]
    return render_template(
        "admin/year.html",
        year=year,
        days=[(each, format_date(each.off.day, "EEEE")) for each in of_year],
        may_load=_is_keeper(),
    )


def _offer(form: Filled[Any]) -> str:
    return render_template("admin/notice.html", form=form, most=days_off.MOST_DAYS)


def _preview(
    session: Session, form: Filled[Sent], read: tuple[Sequence[DayOff], Sequence[Unread]], moves: Sequence[Moved]
) -> str:
    days, unread = read
    loaded = {(off.day, off.region): off for off in notices_loaded(session)}
    return render_template(
        "admin/preview.html",
        form=form,
        days=[
            (off, format_date(off.day, "EEEE"), loaded.get((off.day, off.region)))
            for off in sorted(days, key=lambda off: off.day)
        ],
        left_out={year: COMMA.join(holidays) for year, holidays in left_out((*loaded.values(), *days)).items()},
        unread=unread,
        columns=_COLUMNS,
        shown=mark(days, moves),
        is_changed="apply" in request.form and not unread,
        **_shown(session, moves),
    )


def _back(session: Session, known: Sequence[Known], *, is_changed: bool) -> str:
    days = [each.off for each in known]
    moves = calendars.foretell(session, take_back=days)
    return render_template(
        "admin/take_back.html",
        known=[(each, format_date(each.off.day, "EEEE")) for each in known],
        shown=mark(days, moves),
        is_changed=is_changed,
        **_shown(session, moves),
    )


def _shown(session: Session, moves: Sequence[Moved]) -> dict[str, Any]:
    """The moves of cases that the administrator may see, and how many others there are."""
    names = {agency.id: agency.name for agency in in_charge(session)}
    theirs = [move for move in moves if move.agency_id in names]
    return {"moves": theirs, "elsewhere": len(moves) - len(theirs), "names": names}
