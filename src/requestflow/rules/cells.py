"""What each figure of a form counts, said once: the table counts by it, and the cases behind a figure are found by it.

A case is counted twice over, each time once: by the way it came in, in the month of its receipt, and by how and how
timely it ended, in the month of its closing. No figure of any form needs both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from requestflow.rules.forms import COLUMNS, LINES, TABLE4, Form, Line, Source, places, table2, table3
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.words import Word

PENDING = "pending"
FILED = "filed"


class By(Word):
    """What the cases are counted by."""

    channel = "channel", "收到方式", "Channel"
    outcome = "outcome", "办理结果", "Outcome"


@dataclass(frozen=True, slots=True)
class CaseCell:
    """So many cases. `is_in_year`: received (By.channel) or closed (By.outcome) in the year; if not, received in an
    earlier year, or not closed by 31 December. `values`, `kind` and `timeliness` narrow it; None means whichever.
    """

    by: By
    is_in_year: bool
    values: frozenset[str] | None = None
    kind: str | None = None
    timeliness: str | None = None

    def holds(self, by: str, is_in_year: bool, kind: str, value: str, timeliness: str) -> bool:
        """Whether cases that are alike in these five belong here."""
        return (
            by == self.by
            and is_in_year == self.is_in_year
            and (self.kind is None or kind == self.kind)
            and (self.values is None or value in self.values)
            and (self.timeliness is None or timeliness == self.timeliness)
        )


@dataclass(frozen=True, slots=True)
class RemedyCell:
    """So many reviews, suits or complaints: a result counts in the year it came, the rest in the year of filing."""

    kind: RemedyKind
    results: frozenset[str]
    route: SuitRoute | None = None

    def holds(self, kind: str, route: str, result: str) -> bool:
        """Whether remedies that are alike in these three belong here."""
        return kind == self.kind and result in self.results and (self.route is None or route == self.route)


@dataclass(frozen=True, slots=True)
class FeeCell:
    """Fees paid in the year, in units of ten thousand yuan."""


@dataclass(frozen=True, slots=True)
class EnteredCell:
    """A figure that cases cannot give, under the keys by which it is entered."""

    item: str
    label: str = ""
    column: str = ""


Cell = CaseCell | RemedyCell | FeeCell | EnteredCell

_RESULTS = frozenset(str(result) for result in RemedyResult)
_BLOCKS: Mapping[str, tuple[RemedyKind, SuitRoute | None]] = {
    "review": (RemedyKind.review, None),
    "suit_direct": (RemedyKind.suit, SuitRoute.direct),
    "suit_after_review": (RemedyKind.suit, SuitRoute.after_review),
}


@cache
def cells(form: Form) -> Mapping[str, Cell]:
    """What each figure of the form counts, by its key, in the order of the paper."""
    if form is Form.y2014:
        return {line.key: _of_line(line) for line in LINES if line.source}
    found: dict[str, Cell] = {
        entry.key: EnteredCell(entry.item, entry.label.zh, entry.column) for entry in table2(form)
    }
    for row in table3(form):
        for column in COLUMNS:
            kind = None if column.column == "total" else column.column
            found[f"table3/{row.row}/{column.column}"] = _of_row(form, row.row, kind)
    for figure in TABLE4:
        found[figure.key] = _of_block(figure.block, figure.column)
    return found


def _of_line(line: Line) -> Cell:
    if line.source is Source.indicator:
        return EnteredCell(line.key)
    what, _, value = line.counts.partition("=")
    if what == "fees":
        return FeeCell()
    if what == RemedyKind.complaint:
        return RemedyCell(RemedyKind.complaint, frozenset({FILED}))
    if what in (RemedyKind.review, RemedyKind.suit):
        return RemedyCell(RemedyKind(what), frozenset({value}) if value else _RESULTS)
    if what == "timeliness":
        return CaseCell(By.outcome, True, timeliness=value)
    return CaseCell(By(what), True, _values(line, value))


def _values(line: Line, value: str) -> frozenset[str] | None:
    if value == "answers":
        return frozenset(code for code, outcome in OUTCOMES.items() if outcome.is_answer)
    if value == "line":
        return frozenset(
            code for code, outcome in OUTCOMES.items() if f"{outcome.line_2014}.".startswith(f"{line.key}.")
        )
    return frozenset({value}) if value else None


def _of_row(form: Form, row: str, kind: str | None) -> CaseCell:
    if row in ("new", "carried_in"):
        return CaseCell(By.channel, row == "new", None, kind)
    if row in ("handled_total", "carried_out"):
        return CaseCell(By.outcome, row == "handled_total", None, kind)
    codes = (code for code, outcome in OUTCOMES.items() if row == row_of(form, code))
    return CaseCell(By.outcome, True, frozenset(codes), kind)


def _of_block(block: str, column: str) -> RemedyCell:
    kind, route = _BLOCKS[block]
    results = _RESULTS | {PENDING} if column == "total" else frozenset({column})
    return RemedyCell(kind, results, route)


def row_of(form: Form, code: str) -> str | None:
    """The line or row in which an outcome counts on a form; None if the form has none for it."""
    outcome = OUTCOMES[code]
    return {Form.y2014: outcome.line_2014, Form.y2019: outcome.row_2019, Form.y2021: outcome.row_2021}[form]


def entered(form: Form) -> Mapping[EnteredCell, str]:
    """The figures that people enter, each with its key."""
    return {cell: key for key, cell in cells(form).items() if isinstance(cell, EnteredCell)}


def counted(form: Form) -> frozenset[str]:
    """The keys of the figures that the system counts itself."""
    return frozenset(key for key, place in places(form).items() if place.source is not Source.indicator)
