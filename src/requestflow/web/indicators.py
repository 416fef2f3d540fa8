"""Entering the figures of a year that cases cannot give."""

from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from requestflow.clock import today
from requestflow.rules.annual import Table
from requestflow.rules.forms import Form, Place, Source, places
from requestflow.rules.headings import headings
from requestflow.rules.verdicts import shown
from requestflow.rules.words import Text
from requestflow.services import annual, people
from requestflow.services.annual import Scope
from requestflow.store.models import Agency
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer, officers, the_agency
from requestflow.web.annual import ENTERING, own_form
from requestflow.web.forms import Filled, blank

room = Blueprint("indicators", __name__)


class Chapter(NamedTuple):
    """The figures to enter under one heading of the form, each with its label below that heading."""

    heading: Text
    figures: list[tuple[Text, Place]]


@room.get("/annual/<int:year>/figures")
@officers(*ENTERING)
def enter(year: int) -> ResponseReturnValue:
    """The form, filled with what was entered so far."""
    form = _form(year)
    with reading() as session:
        agency = _agency(session)
        table = annual.report(session, agency, year, form=form, scope=Scope.own, today=today()).table
        return _page(agency, year, form, blank(_labels(form), **_typed(form, table)))


@room.post("/annual/<int:year>/figures")
@officers(*ENTERING)
def keep(year: int) -> ResponseReturnValue:
    """Keeps every figure, or none and says which cannot be taken."""
    form = _form(year)
    read = annual.read(form, request.form)
    with transaction() as session:
        agency = _agency(session)
        if not read.refused:
            annual.enter_indicators(session, agency, year, form, read.figures)
    if read.refused:
        filled = blank(_labels(form), **{key: request.form.get(key, "") for key in _entered(form)})
        filled.errors = dict(read.refused)
        return _page(agency, year, form, filled), 422
    flash(_("The figures of %(year)s are kept.", year=year), "done")
    return redirect(url_for("annual.show", year=year, agency=agency.code, scope=Scope.own))


def _form(year: int) -> Form:
    if not annual.FIRST_YEAR <= year <= today().year:
        abort(404)
    return own_form(year)


def _agency(session: Session) -> Agency:
    """The agency that the address names; 404 if the reader may not see it."""
    return the_agency(people.agencies_seen(session, officer().person), request.args.get("agency"))


def _entered(form: Form) -> dict[str, Place]:
    return {key: place for key, place in places(form).items() if place.source is Source.indicator}


def _labels(form: Form) -> dict[str, Text]:
    return {key: place.label for key, place in _entered(form).items()}


def _typed(form: Form, table: Table) -> dict[str, str]:
    return {key: shown(table[key]) for key in _entered(form) if table[key] is not None}


def _chapters(form: Form) -> list[Chapter]:
    """The figures to enter in the order of the form, each under the heading that it stands below."""
    chapters: list[Chapter] = []
    for key, place in _entered(form).items():
        table, row, label = headings(form)[key]
        heading = table if form is Form.y2014 else row
        if not chapters or chapters[-1].heading != heading:
            chapters.append(Chapter(heading, []))
        chapters[-1].figures.append((label, place))
    return chapters


def _page(agency: Agency, year: int, form: Form, filled: Filled[Any]) -> str:
    return render_template(
        "annual/enter.html", agency=agency, year=year, form=filled, which=form, chapters=_chapters(form)
    )
