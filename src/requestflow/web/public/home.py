"""The first page, what to know before asking, and how each office is reached."""

from typing import NamedTuple

from babel.dates import format_date
from flask import render_template
from flask.typing import ResponseReturnValue

from requestflow.clock import today
from requestflow.rules.promises import promise
from requestflow.rules.skipping import skipped_days
from requestflow.services import asking
from requestflow.store.queries.calendars import calendar_of_region
from requestflow.store.session import reading
from requestflow.web.access import public
from requestflow.web.language import language
from requestflow.web.public.door import room, terms
from requestflow.web.public.offices import groups, offices
from requestflow.web.remembered import address_of, drafts


class Begun(NamedTuple):
    """A request that was begun in this browser: the address of its draft, and what is known of it."""

    draft: str
    office: str
    kept: asking.Unfinished


@room.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("public/home.html", begun=_begun(), terms=terms())


@room.get("/before")
@public
def before() -> ResponseReturnValue:
    """Before you start: what may be asked and where else to turn, how long it takes and why, what it costs."""
    with reading() as database:
        promised = promise(today(), calendar_of_region(database))
    about = {"skipped": skipped_days(promised.reckoning), "today": today()}
    weekday = format_date(today(), "EEEE", locale=language())
    return render_template("public/before.html", terms=terms(), promised=promised, weekday=weekday, **about)


@room.get("/offices")
@public
def reach() -> ResponseReturnValue:
    """How each office is reached by those who would rather come, call, fax or write."""
    return render_template("public/offices.html", groups=groups(offices()))


def _begun() -> list[Begun]:
    """The unfinished requests of this browser, the latest first."""
    keys = drafts()
    if not keys:
        return []
    with reading() as database:
        kept = asking.unfinished(database, keys)
    names = {agency.code: agency.name for agency in offices()} if kept else {}
    return [Begun(address_of(draft.key), names.get(draft.typed.get("agency", ""), ""), draft) for draft in kept]
