"""What a table read from a file looks like, whether it came as CSV or as XLSX."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | date | Decimal | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the titles of its first row, and its further rows with their numbers as a spreadsheet counts them.

    A cell is a text (empty if blank), or a date where the spreadsheet holds one. Rows that are blank all through are
    left out. `rows_at_most` is an upper bound for a progress bar, None if unknown.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, tuple[str | date, ...]]]
    rows_at_most: int | None
