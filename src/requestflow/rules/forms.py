"""The official yearly forms of 2014, 2019 and 2021: every line, row and column, as they are printed.

A figure has one key, the same on every floor: the line of form 2014 ("3.1.1"), or table/row/column of the later forms
("table3/new/business", "table2/20.1/规章/made", "table4/review/upheld").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from requestflow.rules.errors import RuleBroken
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word

NOTHING = Text("", "")


class Form(Word):
    """A yearly form, named by the year it came into use."""

    y2014 = "2014", "政府信息公开情况统计表（国办发〔2014〕32号）", "Form of 2014 (国办发〔2014〕32号)"
    y2019 = "2019", "政府信息公开工作年度报告（国办公开办函〔2019〕60号）", "Form of 2019 (国办公开办函〔2019〕60号)"
    y2021 = "2021", "政府信息公开工作年度报告（国办公开办函〔2021〕30号）", "Form of 2021 (国办公开办函〔2021〕30号)"


_FROM = ((2021, Form.y2021), (2019, Form.y2019), (2014, Form.y2014))

_LAST_OF_2007 = 2018


def form_of(year: int) -> Form:
    """The form that a year is reported in. RuleBroken before 2014: no national form existed."""
    for first, form in _FROM:
        if year >= first:
            return form
    raise RuleBroken(
        f"{year}年没有全国统一的统计表，请指明按哪一种表式统计。",
        f"There was no national form for {year}; name the form to count by.",
        article="国办发〔2014〕32号",
        field="form",
    )


class PublishBy(NamedTuple):
    """The last day on which a year's report may be published, and the article that names it."""

    on: date
    article: str


def publish_by(year: int, is_government: bool) -> PublishBy:
    """Until when the report of the year must be published: a calendar day of the next year, holiday or not.

    Departments hand theirs in and publish it by 31 January, governments publish by 31 March (2019 Art. 49). The reports
    up to 2018 fell due before that Regulation came into force on 15 May 2019: all by 31 March (2007 Art. 31).
    """
    if year <= _LAST_OF_2007:
        return PublishBy(date(year + 1, 3, 31), "条例（2007）第31条")
    if is_government:
        return PublishBy(date(year + 1, 3, 31), "条例（2019）第49条第2款")
    return PublishBy(date(year + 1, 1, 31), "条例（2019）第49条第1款")


class Source(Word):
    """Where a figure comes from."""

    cases = "cases", "由案件统计", "Counted from cases"
    remedies = "remedies", "由复议、诉讼、投诉统计", "Counted from reviews, suits and complaints"
    fees = "fees", "由缴费记录统计", "Counted from payments"
    indicator = "indicator", "人工填报", "Entered by hand"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of form 2014; a heading has no unit and no figure. `counts` says what is counted (see rules.cells)."""

    key: str
    label: Text
    unit: Text
    places: int
    source: Source | None
    counts: str

    @property
    def depth(self) -> int:
        """How far the line stands below its chapter: 0 for 一、, 1 for （一）, 2 for 1. and so on."""
        return self.key.count(".")


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of table 2, which an office enters: `item` is the paragraph of Art. 20 ("20.1"), `label` its row."""

    item: str
    label: Text
    column: str
    column_label: Text
    unit: Text
    places: int
    is_signed: bool

    @property
    def key(self) -> str:
        """The key of the figure."""
        return f"table2/{self.item}/{self.label.zh}/{self.column}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of table 3 under its section (一、) and group (（三）), either of which may be empty."""

    row: str
    section: Text
    group: Text
    label: Text

    @property
    def name(self) -> Text:
        """The row in full, for lists in which it stands alone."""
        if not self.label.zh:
            return self.section
        return Text(f"{self.group.zh}{self.label.zh}", " ".join(filter(None, (self.group.en, self.label.en))))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of table 3: a kind of applicant, or their total."""

    column: str
    label: Text
    group: Text


@dataclass(frozen=True, slots=True)
class Result:
    """A figure of table 4: how reviews or suits ended, by block."""

    block: str
    section: Text
    label: Text
    column: str
    column_label: Text

    @property
    def key(self) -> str:
        """The key of the figure."""
        return f"table4/{self.block}/{self.column}"


@dataclass(frozen=True, slots=True)
class Place:
    """One figure of a form: its key and name, its unit, how many decimals it may have, and where it comes from."""

    key: str
    label: Text
    unit: Text
    source: Source
    places: int = 0
    is_signed: bool = False


def _text(row: Mapping[str, str], name: str) -> Text:
    return Text(row[f"{name}_zh"], row[f"{name}_en"])


LINES: tuple[Line, ...] = tuple(
    Line(
        row["line"],
        _text(row, "label"),
        _text(row, "unit"),
        int(row["places"] or 0),
        Source(row["source"]) if row["source"] else None,
        row["counts"],
    )
    for row in rows("forms_2014")
)

COLUMNS: tuple[Column, ...] = tuple(
    Column(row["column"], _text(row, "label"), _text(row, "group")) for row in rows("forms_table3_columns")
)
KINDS: tuple[str, ...] = tuple(column.column for column in COLUMNS if column.column != "total")

TABLE4: tuple[Result, ...] = tuple(
    Result(row["block"], _text(row, "section"), _text(row, "label"), row["column"], _text(row, "column"))
    for row in rows("forms_table4")
)


@cache
def table2(form: Form) -> tuple[Entry, ...]:
    """The figures of table 2 (Art. 20), in order; none in form 2014."""
    return tuple(
        Entry(
            row["item"],
            _text(row, "label"),
            row["column"],
            _text(row, "column"),
            _text(row, "unit"),
            int(row["places"]),
            row["is_signed"] == "yes",
        )
        for row in rows("forms_table2")
        if row["form"] == form
    )


@cache
def table3(form: Form) -> tuple[Row, ...]:
    """The rows of table 3, in order; none in form 2014."""
    if form is Form.y2014:
        return ()
    return tuple(
        Row(row["row"], _text(row, "section"), _text(row, "group"), _text(row, "label"))
        for row in rows("forms_table3")
        if row[f"in_{form}"] == "1"
    )


@cache
def places(form: Form) -> Mapping[str, Place]:
    """Every figure of the form by its key, in the order of the paper."""
    if form is Form.y2014:
        found = [Place(line.key, line.label, line.unit, line.source, line.places) for line in LINES if line.source]
    else:
        found = [*_of_table2(form), *_of_table3(form), *_of_table4()]
    return {place.key: place for place in found}


_CASES = Text("件", "cases")


def _of_table2(form: Form) -> list[Place]:
    return [
        Place(
            entry.key,
            Text(f"{entry.label.zh} {entry.column_label.zh}", f"{entry.label.en}: {entry.column_label.en}"),
            entry.unit,
            Source.indicator,
            entry.places,
            entry.is_signed,
        )
        for entry in table2(form)
    ]


def _of_table3(form: Form) -> list[Place]:
    return [
        Place(
            f"table3/{row.row}/{column.column}",
            Text(f"{row.name.zh} {column.label.zh}", f"{row.name.en}: {column.label.en}"),
            _CASES,
            Source.cases,
        )
        for row in table3(form)
        for column in COLUMNS
    ]


def _of_table4() -> list[Place]:
    return [
        Place(
            figure.key,
            Text(
                " ".join(filter(None, (figure.section.zh, figure.label.zh, figure.column_label.zh))),
                ": ".join(filter(None, (figure.section.en, figure.label.en, figure.column_label.en))),
            ),
            _CASES,
            Source.remedies,
        )
        for figure in TABLE4
    ]


def place(form: Form, key: str) -> Place:
    """The figure of that key. RuleBroken if the form has none."""
    found = places(form).get(key)
    if found is None:
        raise RuleBroken(
            f"{form.label.zh}没有“{key}”这一格。", f"The {form.label.en} has no figure {key}.", field="line"
        )
    return found
