"""Where each figure stands on the sheets of the printed form; the writer and the reader of the file share it."""

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import NamedTuple

from requestflow.rules.forms import COLUMNS, LINES, TABLE4, Entry, Form, table2, table3
from requestflow.rules.headings import article_20
from requestflow.rules.words import Text

STATISTICS, PUBLISHED, REQUESTS, REMEDIES = "统计表", "二、主动公开", "三、申请办理", "四、复议诉讼"
TABLE2_WIDTH = 3  # columns of figures
TABLE3_LEFT = 3  # columns of labels
TABLE3_TOP = 5  # title, agency, and a head of three rows


class Spot(NamedTuple):
    """A cell: sheet, row and column counted from 0; `last` is the last column it spans."""

    sheet: str
    row: int
    column: int
    last: int


class Band(NamedTuple):
    """The rows of one paragraph of Art. 20 in table 2: its heading stands in `row`, its columns' titles in the next."""

    item: str
    row: int
    entries: tuple[tuple[Entry, ...], ...]  # one tuple a row

    @property
    def heading(self) -> Text:
        """The paragraph as the form names it."""
        return article_20(self.item)


@cache
def spots(form: Form) -> Mapping[str, Spot]:
    """The cell of every figure, by its key."""
    if form is Form.y2014:
        return {line.key: Spot(STATISTICS, row, 2, 2) for row, line in enumerate(LINES, start=3) if line.source}
    found: dict[str, Spot] = {}
    for band in bands(form):
        for row, entries in enumerate(band.entries, start=band.row + 2):
            for column, entry in enumerate(entries, start=1):
                found[entry.key] = Spot(PUBLISHED, row, column, span(column, len(entries)))
    for row, line in enumerate(table3(form), start=TABLE3_TOP):
        for nth, kind in enumerate(COLUMNS, start=TABLE3_LEFT):
            found[f"table3/{line.row}/{kind.column}"] = Spot(REQUESTS, row, nth, nth)
    for nth, figure in enumerate(TABLE4):
        found[figure.key] = Spot(REMEDIES, 5, nth, nth)
    return found


def span(column: int, columns: int) -> int:
    """The last of the columns that a figure of table 2 spans: the last figure of a short row reaches to the edge."""
    return TABLE2_WIDTH if column == columns else column


@cache
def bands(form: Form) -> tuple[Band, ...]:
    """Table 2, paragraph by paragraph."""
    found: list[Band] = []
    row = 2
    for item, entries in groupby(table2(form), key=lambda entry: entry.item):
        lines = tuple(tuple(line) for _, line in groupby(entries, key=lambda entry: entry.label))
        for _, alike in groupby(lines, key=lambda line: [entry.column_label for entry in line]):
            same = tuple(alike)
            found.append(Band(item, row, same))
            row += 2 + len(same)
    return tuple(found)
