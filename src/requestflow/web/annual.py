"""The year: the report of an agency in its official form, the cases behind every figure, the checks, and its files."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from requestflow import logs
from requestflow.clock import today
from requestflow.paper import annual_csv, annual_xlsx
from requestflow.paper.annual_layout import bands
from requestflow.rules.forms import COLUMNS, LINES, TABLE4, Form, Source, form_of, places, table3
from requestflow.rules.headings import whereabouts
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.roles import Role
from requestflow.rules.verdicts import Verdict
from requestflow.services import annual, people
from requestflow.services.annual import Report, Scope, Wanted
from requestflow.store.models import Agency, KeptReport
from requestflow.store.queries.agencies import Branch, agency_at
from requestflow.store.session import hurried, reading
from requestflow.web.access import officer, officers, the_agency

room = Blueprint("annual", __name__)
_log = logs.logger(__name__)

ENTERING = (Role.statistics, Role.head, Role.admin)
_FIRST_FORM = 2014
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report a page is about; `seen` are the agencies that the reader may choose from."""

    year: int
    agency: Agency
    form: Form
    scope: Scope
    seen: Sequence[Branch]

    @property
    def members(self) -> Sequence[Branch]:
        """The agencies that the report counts."""
        is_tree, path = self.scope is Scope.tree, self.agency.path
        return [each for each in self.seen if each.path == path or (is_tree and each.path.startswith(path))]

    @property
    def other_form(self) -> Form | None:
        """The form, where it is not the year's own."""
        return None if self.form is own_form(self.year) else self.form

    def to(self, endpoint: str, **more: Any) -> str:
        """The address of another page about the same report."""
        chosen: dict[str, Any] = {"agency": self.agency.code, "scope": self.scope, "form": self.other_form}
        return url_for(f"annual.{endpoint}", **{"year": self.year, **chosen, **more})


@room.get("/annual")
@officers()
def choose() -> ResponseReturnValue:
    """The years that there is anything to report of, newest first."""
    wanted = request.args.get("year", type=int)
    if wanted:
        said: dict[str, Any] = {name: request.args.get(name) or None for name in ("agency", "scope", "form")}
        return redirect(url_for("annual.show", year=wanted, **said))
    with reading() as session:
        asked = _asked(session, today().year)
        found = annual.years(session, asked.agency, asked.scope)
        return render_template(
            "annual/choose.html",
            asked=asked,
            years=[(year, received, annual.publish_by(asked.agency, year)) for year, received in found],
            today=today(),
            **_choices(asked),
        )


@room.get("/annual/<int:year>")
@officers()
def show(year: int) -> ResponseReturnValue:
    """The report of a year as it stands now, every figure opening what stands behind it."""
    with reading() as session:
        asked = _asked(session, year)
        wanted = Wanted(asked.agency, year, asked.form, asked.scope, asked.members, today())
        report = annual.shown(session, wanted)
    _keep(report.fresh)
    failed = [check for check in report.checks if check.result is Verdict.failed]
    counts = Counter(check.result for check in report.checks)
    return render_template(
        "annual/show.html",
        asked=asked,
        report=report,
        failed=failed,
        counts=[(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
        doubted={key for check in failed for key in sum(check.cells, ())},
        missing=sum(report.table[key] is None for key in places(asked.form)),
        behind=asked.to("behind", figure=""),
        alone=asked.to("show", agency=None, scope=Scope.own),
        publish=annual.publish_by(asked.agency, year),
        today=today(),
        where={check.where: whereabouts(asked.form, check.where) for check in report.checks},
        **_drawn(asked.form),
        **_choices(asked),
    )


def _keep(report: KeptReport | None) -> None:
    """Keeps a report that was counted for a page; the page stands without that, so it waits for nobody."""
    if report is None:
        return
    try:
        with hurried() as session:
            annual.keep(session, report)
    except DBAPIError:
        _log.warning("a report that was counted for a page could not be kept", exc_info=True)


@room.get("/annual/<int:year>/behind")
@officers()
def behind(year: int) -> ResponseReturnValue:
    """The cases that a figure counts, or who entered it."""
    key, page = request.args.get("figure", ""), max(request.args.get("page", 1, type=int), 1)
    with reading() as session:
        asked = _asked(session, year)
        if key not in places(asked.form):
            abort(404)
        found = annual.behind(session, asked.agency, year, key, form=asked.form, scope=asked.scope, page=page)
        names = {agency.id: agency.name for agency in asked.seen}
        return render_template(
            "annual/behind.html",
            asked=asked,
            found=found,
            names=names,
            outcome_of=OUTCOMES,
            is_remedy=found.place.source is Source.remedies,
            before=asked.to("behind", figure=key, page=page - 1) if page > 1 else None,
            after=asked.to("behind", figure=key, page=page + 1) if page * annual.PAGE < found.count else None,
        )


@room.get("/annual/<int:year>/report.<kind>")
@officers()
def download(year: int, kind: str) -> ResponseReturnValue:
    """The report as a file."""
    if kind not in _FILES:
        abort(404)
    with reading() as session:
        asked = _asked(session, year)
        mimetype, written = _FILES[kind]
        body = written(_report(session, asked))
    name = f"{asked.agency.code}-{year}-{asked.scope}.{kind}"
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{plain}"'})


_FILES: Mapping[str, tuple[str, Callable[[Report], bytes]]] = {
    "xlsx": (_XLSX, lambda report: annual_xlsx.workbook(annual.printed(report))),
    "csv": ("text/csv", lambda report: annual_csv.text(annual.printed(report))),
    "json": ("application/json", annual.to_bytes),
}


def _report(session: Session, asked: Asked) -> Report:
    return annual.report(session, asked.agency, asked.year, form=asked.form, scope=asked.scope, today=today())


def _asked(session: Session, year: int) -> Asked:
    """Reads agency, scope and form of the address; 404 for an agency that the reader may not see."""
    seen = people.branches_seen(session, officer().person)
    agency = agency_at(session, the_agency(seen, request.args.get("agency")).id)
    has_agencies_below = any(each.path.startswith(agency.path) and each.id != agency.id for each in seen)
    said_scope, said_form = request.args.get("scope", ""), request.args.get("form", "")
    scope = Scope(said_scope) if said_scope in list(Scope) else Scope.tree if has_agencies_below else Scope.own
    form = Form(said_form) if said_form in list(Form) else own_form(year)
    return Asked(year, agency, form, scope, seen)


def own_form(year: int) -> Form:
    """The form that a page shows a year in; before the first national form, that one."""
    return form_of(max(year, _FIRST_FORM))


def _choices(asked: Asked) -> dict[str, Any]:
    return {
        "agencies": [(each.code, each.name) for each in asked.seen],
        "scopes": list(Scope),
        "forms": list(Form),
        "years_offered": range(today().year, annual.FIRST_YEAR - 1, -1),
        "may_enter": officer().person.role in ENTERING,
    }


def _drawn(form: Form) -> dict[str, Any]:
    """The lines, rows and columns of the form, for its template."""
    if form is Form.y2014:
        return {"lines": LINES}
    blocks = {figure.block: figure for figure in TABLE4}
    return {
        "bands": bands(form),
        "rows": table3(form),
        "columns": COLUMNS,
        "blocks": list(blocks.values()),
        "results": [figure for figure in TABLE4 if figure.block == "review"],
    }
