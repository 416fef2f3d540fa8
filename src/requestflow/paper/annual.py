"""A year's report as paper needs it: its figures, and what stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.rules.annual import Table
from requestflow.rules.forms import Form
from requestflow.rules.headings import Heading
from requestflow.rules.verdicts import Check
from requestflow.rules.words import spoken


@dataclass(frozen=True, slots=True)
class Printed:
    """The figures of one report. `parts` are those of each agency that it sums up, by name; `overdue` case numbers.

    `as_of` is the day of the report in a year that still runs.
    """

    form: Form
    year: int
    agency: str
    table: Table
    parts: Sequence[tuple[str, Table]] = ()
    checks: Sequence[Check] = ()
    overdue: Sequence[str] = ()
    as_of: date | None = None

    @property
    def until(self) -> str:
        """As of which day a running year is counted; empty for a year that is over."""
        return f"统计截至{spoken(self.as_of).zh}" if self.as_of else ""

    def row_of(self, key: str, heading: Heading) -> str:
        """The row that a figure stands in. In a running year what is carried out is what is open on that day."""
        if self.as_of and key.startswith("table3/carried_out/"):
            return f"{heading.row.zh}（{spoken(self.as_of).zh}尚未办结）"
        return heading.row.zh
