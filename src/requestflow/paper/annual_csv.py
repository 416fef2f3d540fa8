"""The yearly table as CSV: one figure a row under its headings, with the sum first and then agency by agency."""

import csv
from io import StringIO

from requestflow.paper.annual import Printed
from requestflow.paper.sheet_csv import guarded
from requestflow.rules.annual import Figure
from requestflow.rules.forms import places
from requestflow.rules.headings import headings


def text(report: Printed) -> bytes:
    """The file, in UTF-8 with a byte-order mark. A figure that nobody entered is an empty cell.

    The last column has the key of the figure, for programs.
    """
    written = StringIO(newline="")
    writer = csv.writer(written)
    tables = [report.table, *(table for _, table in report.parts)]
    sum_of = f"统计数（{report.until}）" if report.until else "统计数"
    writer.writerow(["表", "项目", "统计指标", "单位", sum_of, *(guarded(name) for name, _ in report.parts), "代码"])
    where = headings(report.form)
    for key, place in places(report.form).items():
        labels = where[key].table.zh, report.row_of(key, where[key]), where[key].label.zh, place.unit.zh
        writer.writerow([*map(guarded, labels), *(_cell(table[key]) for table in tables), guarded(key)])
    return written.getvalue().encode("utf-8-sig")


def _cell(figure: Figure) -> str:
    return "" if figure is None else f"{figure:f}" if not isinstance(figure, int) else str(figure)
