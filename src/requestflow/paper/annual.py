"""A year's report as paper needs it: its figures, and what stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from requestflow.rules.annual import Table
from requestflow.rules.forms import Form
from requestflow.rules.verdicts import Check


@dataclass(frozen=True, slots=True)
class Printed:
    """The figures of one report. `parts` are those of each agency that it sums up, by name; `overdue` case numbers."""

    form: Form
    year: int
    agency: str
    table: Table
    parts: Sequence[tuple[str, Table]] = ()
    checks: Sequence[Check] = ()
    overdue: Sequence[str] = ()
