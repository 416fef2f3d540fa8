"""The first page, what to know before asking, and how each office is reached."""

from babel.dates import format_date
from flask import render_template
from flask.typing import ResponseReturnValue

from requestflow.clock import today
from requestflow.rules.promises import promise
from requestflow.rules.skipping import skipped_days
from requestflow.store.queries.calendars import calendar_of_region
from requestflow.store.session import reading
from requestflow.web.access import public
from requestflow.web.language import language
from requestflow.web.public import drafts
from requestflow.web.public.door import room, terms
from requestflow.web.public.offices import groups, offices


@room.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("public/home.html", begun=drafts.begun(), terms=terms())


@room.get("/before")
@public
def before() -> ResponseReturnValue:
    """Before you start: what may be asked and where else to turn, how long it takes and why, what it costs."""
    with reading() as database:
        calendar = calendar_of_region(database)
    promised = promise(today(), calendar)
    return render_template(
        "public/before.html",
        terms=terms(),
        promised=promised,
        is_latest_provisional=calendar.is_provisional(promised.latest_on),
        skipped=skipped_days(promised.reckoning),
        today=today(),
        weekday=format_date(today(), "EEEE", locale=language()),
    )


@room.get("/offices")
@public
def reach() -> ResponseReturnValue:
    """How each office is reached by those who would rather come, call, fax or write."""
    return render_template("public/offices.html", groups=groups(offices()))
