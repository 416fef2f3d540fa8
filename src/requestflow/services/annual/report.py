"""The report of a year as it stands now: its figures, agency by agency where it sums up a tree, and every check."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from requestflow.paper import annual_xlsx
from requestflow.paper.annual import Printed
from requestflow.rules import forms
from requestflow.rules.annual import Figure, Table, Tally, blank, by_agency, total, whole
from requestflow.rules.checks import judge
from requestflow.rules.errors import RuleBroken
from requestflow.rules.forms import Form, PublishBy, form_of
from requestflow.rules.verdicts import Check, Evidence
from requestflow.rules.words import Word
from requestflow.services import agencies
from requestflow.services.annual.recount import recount
from requestflow.store.models import Agency, AnnualReport
from requestflow.store.queries import annual as query
from requestflow.store.queries.agencies import Branch, below

RECOUNTED = 2000  # closed cases: as many as are computed again within a fraction of a second
FIRST_YEAR = 2008  # the Regulation came into force on 1 May 2008


class Scope(Word):
    """Whose cases a report counts."""

    own = "own", "本机关", "This agency"
    tree = "tree", "本机关及所属各机关", "This agency and those below it"


@dataclass(frozen=True, slots=True)
class Part:
    """One agency's own figures in the report of a tree."""

    agency: Agency
    table: Table


class Late(NamedTuple):
    """A case that was closed overdue: its agency, its number, and the id of its row."""

    agency: Agency | Branch
    number: str
    case_id: int


@dataclass(frozen=True, slots=True)
class Report:
    """A year's report. `table` maps the key of each figure (rules.forms) to the figure; `parts` is empty for own.

    `overdue` names each case closed overdue; `tally` is what all figures were counted from; `as_of` is the day of the
    report in a year that still runs, else None, and `version` is None while the report is live.
    """

    agency: Agency
    year: int
    form: Form
    scope: Scope
    table: Table
    parts: tuple[Part, ...]
    checks: tuple[Check, ...]
    overdue: tuple[Late, ...]
    tally: Tally
    as_of: date | None = None
    version: int | None = None


def report(
    session: Session,
    agency: Agency,
    year: int,
    *,
    form: Form | None = None,
    scope: Scope = Scope.own,
    today: date,
    recount_at_most: int | None = RECOUNTED,
) -> Report:
    """Counts the year. `form` defaults to the year's own. RuleBroken for a year to come or before the Regulation.

    The timeliness of the closed cases is computed again from their events unless there are more than
    `recount_at_most`; None computes all of them again.
    """
    _refuse_other_years(year, today)
    form = form or form_of(year)
    within = within_of(agency, scope)
    tally = query.tally(session, within, year)
    tables = by_agency(form, tally)
    members = {member.id: member for member in below(session, agency.path)} if scope is Scope.tree else {}
    table = total(form, tables.values())
    plain = Printed(form, year, agency.name, table)
    closed = sum(tally.met().values())
    is_recounted = recount_at_most is None or closed <= recount_at_most
    evidence = Evidence(
        form,
        table,
        tally,
        last_year=_last_year(session, agency, year, scope),
        read_back=annual_xlsx.read_back(annual_xlsx.workbook(plain), form),
        recomputed=recount(session, within, year) if is_recounted else None,
    )
    return Report(
        agency=agency,
        year=year,
        form=form,
        scope=scope,
        table=table,
        parts=tuple(Part(member, tables.get(key or 0) or blank(form)) for key, member in members.items()),
        checks=judge(evidence),
        overdue=tuple(
            Late(members.get(late, agency), number, case_id)
            for late, number, case_id in query.overdue(session, within, year)
        ),
        tally=tally,
        as_of=as_of(year, today),
    )


def as_of(year: int, today: date) -> date | None:
    """The day of a report: today in the year that still runs, None for one that is over."""
    return today if year == today.year else None


def publish_by(agency: Agency, year: int) -> PublishBy:
    """Until when the agency must publish its report of the year."""
    return forms.publish_by(year, is_government=agency.level == agencies.Level.government)


def within_of(agency: Agency, scope: Scope) -> query.Within:
    """The agencies that a report counts, for the queries."""
    return query.tree(agency) if scope is Scope.tree else query.own(agency)


def years(session: Session, agency: Agency, scope: Scope) -> list[tuple[int, int]]:
    """The years of which there is something to report, newest first, each with the number of requests received."""
    return query.years(session, within_of(agency, scope))


def _refuse_other_years(year: int, today: date) -> None:
    if not FIRST_YEAR <= year <= today.year:
        raise RuleBroken(
            f"只能统计{FIRST_YEAR}年至{today.year}年的情况，不能统计{year}年。",
            f"Only the years {FIRST_YEAR} to {today.year} can be reported, not {year}.",
            field="year",
        )


def _last_year(session: Session, agency: Agency, year: int, scope: Scope) -> Table | None:
    """The latest report of the year before that was built or published, if its form carries cases over."""
    if year <= FIRST_YEAR or year - 1 < 2019:
        return None
    kept = (
        select(AnnualReport.body)
        .where(
            AnnualReport.agency_id == agency.id,
            AnnualReport.year == year - 1,
            AnnualReport.scope == scope,
            AnnualReport.form == form_of(year - 1),
        )
        .order_by(col(AnnualReport.version).desc())
    )
    body = session.exec(kept).first()
    return None if body is None else table_of(body)


def to_json(report: Report) -> dict[str, Any]:
    """The report as the command, the API and a frozen version give it (see the interface of `annual`)."""
    return {
        "agency": report.agency.code,
        "year": report.year,
        "form": str(report.form),
        "scope": str(report.scope),
        "version": report.version,
        **nested(report.form, report.table),
        "overdue": [late.number for late in report.overdue],
        "checks": [_check(check) for check in report.checks],
    }


def to_bytes(report: Report) -> bytes:
    """The same as a file in UTF-8."""
    return f"{json.dumps(to_json(report), ensure_ascii=False, indent=1)}\n".encode()


def nested(form: Form, table: Table) -> dict[str, Any]:
    """The figures by line, or by table, row and column; None where nobody entered one."""
    if form is Form.y2014:
        return {"lines": {key: plain(figure) for key, figure in table.items()}}
    branches: Any = defaultdict(lambda: defaultdict(dict))
    for key, figure in table.items():
        name, *path, column = key.split("/")
        branch = branches[name][path[0]]
        for step in path[1:]:
            branch = branch.setdefault(step, {})
        branch[column] = plain(figure)
    return {name: {row: dict(columns) for row, columns in rows.items()} for name, rows in branches.items()}


def table_of(body: Mapping[str, Any]) -> Table:
    """The figures of a report in JSON by their keys again."""
    if "lines" in body:
        return {key: _exact(figure) for key, figure in body["lines"].items()}
    return {key: _exact(figure) for name in ("table2", "table3", "table4") for key, figure in _leaves(name, body[name])}


def _leaves(path: str, branch: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for step, value in branch.items():
        below = f"{path}/{step}"
        found += _leaves(below, value) if isinstance(value, dict) else [(below, value)]
    return found


def plain(figure: Figure) -> int | float | None:
    """A figure as a number of JSON; a decimal of up to fifteen digits keeps its digits."""
    if not isinstance(figure, Decimal):
        return figure
    exact = whole(figure)
    return exact if isinstance(exact, int) else float(exact)


def _exact(figure: int | float | None) -> Figure:
    return whole(Decimal(str(figure))) if isinstance(figure, float) else figure


def _check(check: Check) -> dict[str, Any]:
    left, right = check.cells
    return {
        "id": check.id,
        "name_zh": check.title.zh,
        "name_en": check.title.en,
        "where": check.where,
        "result": str(check.result),
        "left": plain(check.left),
        "right": plain(check.right),
        "cells": {"left": list(left), "right": list(right)},
        "text_zh": check.text.zh,
        "text_en": check.text.en,
    }


def printed(report: Report) -> Printed:
    """The report as paper takes it."""
    return Printed(
        report.form,
        report.year,
        report.agency.name,
        report.table,
        [(part.agency.name, part.table) for part in report.parts],
        report.checks,
        [late.number for late in report.overdue],
        report.as_of,
    )
