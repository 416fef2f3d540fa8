"""Under which headings of the official form each figure stands, and how the place of a check is said in words."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from requestflow.rules.forms import COLUMNS, LINES, NOTHING, TABLE4, Form, Result, Row, table2, table3
from requestflow.rules.words import Text

TABLES = {
    "table2": Text("二、主动公开政府信息情况", "II. Published on the agency's own initiative"),
    "table3": Text("三、收到和处理政府信息公开申请情况", "III. Requests received and handled"),
    "table4": Text("四、政府信息公开行政复议、行政诉讼情况", "IV. Administrative reviews and suits"),
}
_ITEMS = {"1": "一", "5": "五", "6": "六", "8": "八", "9": "九"}
_EVERYWHERE = Text("整个报告", "The whole report")


class Heading(NamedTuple):
    """Where a figure stands: its table (form 2014: its chapter), the row or the lines above it, and its own label."""

    table: Text
    row: Text
    label: Text


def article_20(item: str) -> Text:
    """A paragraph of Art. 20 ("20.1") as the form names it."""
    nth = item.partition(".")[2]
    return Text(f"第二十条第（{_ITEMS[nth]}）项", f"Art. 20, item {nth}")


@cache
def headings(form: Form) -> Mapping[str, Heading]:
    """The headings of every figure, by its key, in the order of the paper."""
    if form is Form.y2014:
        return _lines()
    found = {
        entry.key: Heading(TABLES["table2"], _joined(article_20(entry.item), entry.label), entry.column_label)
        for entry in table2(form)
    }
    for row in table3(form):
        for column in COLUMNS:
            found[f"table3/{row.row}/{column.column}"] = Heading(TABLES["table3"], _row(row), column.label)
    for figure in TABLE4:
        found[figure.key] = Heading(TABLES["table4"], _block(figure), figure.column_label)
    return found


def _lines() -> dict[str, Heading]:
    labels = {line.key: line.label for line in LINES}
    found = {}
    for line in LINES:
        if line.source:
            steps = line.key.split(".")
            above = [labels[".".join(steps[:depth])] for depth in range(2, len(steps))]
            found[line.key] = Heading(labels[steps[0]], _joined(*above), line.label)
    return found


def _row(row: Row) -> Text:
    return _joined(row.section, row.group, row.label)


def _block(figure: Result) -> Text:
    return _joined(figure.section, figure.label)


def _joined(*texts: Text) -> Text:
    """The texts one after the other, without those that say nothing."""
    said = [text for text in texts if text != NOTHING]
    return Text(" ".join(text.zh for text in said), ": ".join(text.en for text in said))


def whereabouts(form: Form, where: str) -> Text:
    """The place that a check looks at, in words: a figure, a row or a column of the form, or all of it ("")."""
    return _whereabouts(form)[where]


@cache
def _whereabouts(form: Form) -> Mapping[str, Text]:
    found = {"": _EVERYWHERE}
    if form is Form.y2014:
        return found | {line.key: line.label for line in LINES}
    for key, heading in headings(form).items():
        found[key] = _joined(heading.row, heading.label)
        found[key.rpartition("/")[0]] = heading.row
    for column in COLUMNS:
        found[f"table3/{column.column}"] = Text(f"“{column.label.zh}”栏", f"Column “{column.label.en}”")
    return found
