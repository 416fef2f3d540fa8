"""A small table of figures in a mail: lined up in plain text, where a Chinese character is two columns wide."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from requestflow.rules.words import Text

_WIDE = ("W", "F")


class Row(NamedTuple):
    """A name and its figures, one for each column."""

    name: Text
    figures: Sequence[int]


class Grid(NamedTuple):
    """What the figures are about, the heading of each column after the first, and the rows."""

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Row]

    def said(self, tongue: str) -> "Said":
        """The table in one language, zh or en."""
        names = [getattr(row.name, tongue) for row in self.rows]
        figures = [[str(figure) for figure in row.figures] for row in self.rows]
        return Said(
            getattr(self.title, tongue),
            [getattr(column, tongue) for column in self.columns],
            list(zip(names, figures, strict=True)),
        )


class Said(NamedTuple):
    """A table in one language."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]

    @property
    def lines(self) -> str:
        """The table as lines of text: names to the left, figures to the right, a rule beneath the headings."""
        table = [["", *self.columns], *([name, *figures] for name, figures in self.rows)]
        widths = [max(map(wide, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(_cells(row, widths)).rstrip() for row in table]
        return "\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def _cells(row: list[str], widths: list[int]) -> list[str]:
    gaps = [" " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True)]
    return [row[0] + gaps[0], *(gap + cell for cell, gap in zip(row[1:], gaps[1:], strict=True))]


def wide(text: str) -> int:
    """How many columns a text takes where letters stand in a grid."""
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)
