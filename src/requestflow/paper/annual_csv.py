"""The yearly table as CSV: one figure a row, with the sum first and then agency by agency."""

import csv
from io import StringIO

from requestflow.paper.annual import Printed
from requestflow.paper.sheet_csv import guarded
from requestflow.rules.annual import Figure
from requestflow.rules.forms import places


def text(report: Printed) -> bytes:
    """The file, in UTF-8 with a byte-order mark. A figure that nobody entered is an empty cell."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    tables = [report.table, *(table for _, table in report.parts)]
    writer.writerow(["项目", "统计指标", "单位", "统计数", *(guarded(name) for name, _ in report.parts)])
    for key, place in places(report.form).items():
        labels = map(guarded, (key, place.label.zh, place.unit.zh))
        writer.writerow([*labels, *(_cell(table[key]) for table in tables)])
    return written.getvalue().encode("utf-8-sig")


def _cell(figure: Figure) -> str:
    return "" if figure is None else f"{figure:f}" if not isinstance(figure, int) else str(figure)
