"""What a page shows of a year's report: as it was last counted and kept, or counted now and handed on to be kept.

A kept report is shown only while a count would say the same. Three things tell: no event after its mark touches it that
it has not seen; its `basis` is the one at hand, which stands for the day of a running year, the program itself, and the
agencies counted, with the revision of each; and its mark is that of the passes (services.counts), which drop it once
they have read an event that touches it. All three are looked up before anything is counted, so what is kept may be
newer than it says, and is then counted once more, but never older.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session, select

from requestflow.rules.annual import Figure, Table
from requestflow.rules.forms import Form
from requestflow.rules.verdicts import Check, Verdict
from requestflow.rules.words import Text
from requestflow.services import counts
from requestflow.services.annual.report import Late, Report, Scope, as_of, report, within_of
from requestflow.store.models import Agency, KeptReport
from requestflow.store.queries import kept
from requestflow.store.queries.agencies import Branch, branches


def _program() -> str:
    """All rules and tables of the program, in short: so that none shows what another one counted."""
    package = Path(str(files("requestflow")))
    found = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".csv"))
    return sha256(b"".join(path.read_bytes() for path in found)).hexdigest()


_PROGRAM = _program()  # as it starts: a release that is put in its place while it runs is not what counts
NAMED = 50  # so many overdue cases are named on a page; the files name all

# What the list of agencies shows of each: received, closed, and carried out or answered.
HEADS: Mapping[Form, tuple[str, ...]] = {
    Form.y2014: ("3.1", "3.2", "3.3"),
    Form.y2019: ("table3/new/total", "table3/handled_total/total", "table3/carried_out/total"),
    Form.y2021: ("table3/new/total", "table3/handled_total/total", "table3/carried_out/total"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, on which day; `members` are the agencies that it counts."""

    agency: Agency
    year: int
    form: Form
    scope: Scope
    members: Sequence[Branch]
    today: date

    @property
    def key(self) -> kept.Key:
        """Under what it is kept."""
        return kept.Key(self.agency.id, self.year, self.form, self.scope)

    @property
    def basis(self) -> str:
        """What it depends on besides events, in short."""
        revisions = [f"{member.id}.{member.revision}" for member in self.members]
        return sha256(f"{_PROGRAM} {as_of(self.year, self.today)} {revisions}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a report: `parts` are the HEADS of each agency that has any figure, `overdue` the first
    NAMED of the `late` cases. A check that passed does not name its cells. `fresh` is what is to be kept of it, if it
    was counted just now.
    """

    table: Table
    checks: Sequence[Check]
    late: int
    overdue: Sequence[Late]
    parts: Sequence[tuple[Branch, Sequence[Figure]]]
    as_of: date | None
    fresh: KeptReport | None = None


class Wrong(NamedTuple):
    """A part of a kept report that is not what a count says."""

    agency_id: int
    year: int
    what: str
    kept: Any
    true: Any


def shown(session: Session, wanted: Wanted) -> Shown:
    """What a page shows of the report. RuleBroken for a year that cannot be reported."""
    found = kept.find(session, counts.TASK, wanted.key)
    if found.report and _stands(session, wanted, found):
        return _read(found.report.body, wanted)
    if not found.mark:
        return _read(_counted(session, wanted), wanted)
    seen = _touching(session, wanted, found)
    body = _counted(session, wanted)
    fresh = KeptReport(**wanted.key._asdict(), basis=wanted.basis, mark=found.mark, seen=seen, body=body)
    return _read(body, wanted, fresh)


def keep(session: Session, report: KeptReport) -> None:
    """Keeps what was counted, in place of what was kept before."""
    kept.keep(session, report)


def wrong(session: Session, *, fix: bool = False) -> Iterator[Wrong]:
    """Every part of a report that would be shown as kept although a count says otherwise; `fix` drops such a report."""
    for known in session.exec(select(KeptReport)).all():
        agency = session.get_one(Agency, known.agency_id)
        scope, day = Scope(known.scope), known.body.get("as_of")
        members = [each for each in branches(session, agency.id) if scope is Scope.tree or each.id == agency.id]
        today = date.fromisoformat(day) if day else date(known.year + 1, 1, 1)
        wanted = Wanted(agency, known.year, Form(known.form), scope, members, today)
        if _stands(session, wanted, kept.find(session, counts.TASK, wanted.key)):
            differing = list(_differing(known, _counted(session, wanted)))
            yield from differing
            if differing and fix:
                session.delete(known)
                session.flush()


def _stands(session: Session, wanted: Wanted, found: kept.Found) -> bool:
    """Whether there is a report of which a count would say the same."""
    known = found.report
    if known is None or known.basis != wanted.basis:
        return False
    return _touching(session, wanted, found, at_most=known.seen + 1) == known.seen


def _touching(session: Session, wanted: Wanted, found: kept.Found, at_most: int | None = None) -> int:
    """How many events since the last pass touch the report."""
    if found.newest == found.mark:
        return 0
    within = within_of(wanted.agency, wanted.scope)
    return kept.touching(session, within, wanted.year, found.mark, at_most)


def _counted(session: Session, wanted: Wanted) -> dict[str, Any]:
    """The report as it is kept, in the values of JSON; an exact decimal is a text."""
    found = report(session, wanted.agency, wanted.year, form=wanted.form, scope=wanted.scope, today=wanted.today)
    return {
        "table": {key: _plain(figure) for key, figure in found.table.items()},
        "checks": [_check(check) for check in found.checks],
        "late": len(found.overdue),
        "overdue": [[late.agency.id, late.number, late.case_id] for late in found.overdue[:NAMED]],
        "parts": _parts(found),
        "as_of": found.as_of and found.as_of.isoformat(),
    }


def _parts(found: Report) -> list[Any]:
    heads = HEADS[found.form]
    some = (part for part in found.parts if any(part.table.values()))
    return [[part.agency.id, [_plain(part.table[key]) for key in heads]] for part in some]


def _check(check: Check) -> list[Any]:
    cells = [list(side) for side in check.cells] if check.result is Verdict.failed else [[], []]
    about = [check.id, check.where, check.result.value]
    return [*about, _plain(check.left), _plain(check.right), cells, [check.text.zh, check.text.en]]


def _read(body: Mapping[str, Any], wanted: Wanted, fresh: KeptReport | None = None) -> Shown:
    members = {member.id: member for member in wanted.members}
    return Shown(
        table={key: _exact(figure) for key, figure in body["table"].items()},
        checks=[
            Check(rule, where, Verdict(result), _exact(left), _exact(right), (tuple(one), tuple(other)), Text(*text))
            for rule, where, result, left, right, (one, other), text in body["checks"]
        ],
        late=body["late"],
        overdue=[Late(members[agency_id], number, case_id) for agency_id, number, case_id in body["overdue"]],
        parts=[(members[agency_id], [_exact(figure) for figure in heads]) for agency_id, heads in body["parts"]],
        as_of=body["as_of"] and date.fromisoformat(body["as_of"]),
        fresh=fresh,
    )


def _plain(figure: Figure) -> int | str | None:
    return str(figure) if isinstance(figure, Decimal) else figure


def _exact(figure: int | str | None) -> Figure:
    return Decimal(figure) if isinstance(figure, str) else figure


def _differing(known: KeptReport, true: Mapping[str, Any]) -> Iterator[Wrong]:
    """The figures that differ, and whatever else does."""
    for key, figure in true["table"].items():
        if known.body["table"].get(key) != figure:
            yield Wrong(known.agency_id, known.year, _called(known, key), known.body["table"].get(key), figure)
    for name in true.keys() - {"table"}:
        if known.body[name] != true[name]:
            yield Wrong(known.agency_id, known.year, _called(known, name), known.body[name], true[name])


def _called(known: KeptReport, what: str) -> str:
    return f"{known.form} {known.scope} {what}"
