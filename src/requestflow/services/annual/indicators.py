"""The figures that cases cannot give: entered on a page or imported from a table, each checked as its line wants it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import delete
from sqlmodel import Session

from requestflow.rules.cells import EnteredCell, cells
from requestflow.rules.errors import RuleBroken
from requestflow.rules.forms import Form, Place, Source, form_of, place, table2
from requestflow.rules.words import Text
from requestflow.services import agencies
from requestflow.services._fields import plain
from requestflow.store.inserting import insert
from requestflow.store.models import Agency, Indicator
from requestflow.store.queries import kept

MOST = Decimal("99999999999")  # no office of any kind has more of anything


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed: the figures by key (None takes one back), and why the others were refused."""

    figures: dict[str, Decimal | None]
    refused: dict[str, Text]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of an imported table that cannot be taken; rows count from 1, the header."""

    row: int
    column: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: all rows, or none of them if any was refused."""

    rows: int
    imported: int
    refused: Sequence[Refusal]


def read(form: Form, said: Mapping[str, str]) -> Reading:
    """Reads the figures typed into a form, by key; what is no entered figure of the form is passed over."""
    reading = Reading({}, {})
    for key, cell in cells(form).items():
        if isinstance(cell, EnteredCell) and key in said:
            try:
                reading.figures[key] = figure(place(form, key), said[key])
            except RuleBroken as broken:
                reading.refused[key] = broken.said
    return reading


def figure(where: Place, said: str) -> Decimal | None:
    """The figure that was typed, None for a blank. RuleBroken if the line does not take it."""
    text = said.strip().replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    name, unit = where.label, where.unit
    if not value.is_finite() or abs(value) > MOST:
        raise RuleBroken(
            f"“{name.zh}”应当填写数字，不能填“{said.strip()}”。",
            f"“{name.en}” takes a number, not “{said.strip()}”.",
            field="value",
        )
    if value < 0 and not where.is_signed:
        raise RuleBroken(f"“{name.zh}”不能小于零。", f"“{name.en}” cannot be less than zero.", field="value")
    if value != round(value, where.places):
        takes = Text(f"最多保留{where.places}位小数", f"takes at most {where.places} decimals")
        if not where.places:
            takes = Text("应当填写整数", "takes a whole number")
        raise RuleBroken(f"“{name.zh}”（{unit.zh}）{takes.zh}。", f"“{name.en}” ({unit.en}) {takes.en}.", field="value")
    return value


def enter_indicators(
    session: Session, agency: Agency, year: int, form: Form, figures: Mapping[str, Decimal | None]
) -> None:
    """Keeps the figures of an agency and year, by key; None takes one back. RuleBroken for a figure that is counted."""
    kept.changed(session, [agency.id])
    _enter(session, agency, year, form, figures)


def _enter(session: Session, agency: Agency, year: int, form: Form, figures: Mapping[str, Decimal | None]) -> None:
    for key, value in figures.items():
        cell = cells(form)[_entered_key(form, key)]
        assert isinstance(cell, EnteredCell)
        keys = {"agency_id": agency.id, "year": year, "item": cell.item, "label": cell.label, "column": cell.column}
        if value is None:
            session.execute(delete(Indicator).filter_by(**keys))
        else:
            row = insert(session, Indicator).values(**keys, value=value)
            session.execute(row.on_conflict_do_update(index_elements=list(keys), set_={"value": row.excluded.value}))


def _entered_key(form: Form, key: str) -> str:
    found = place(form, key)
    if found.source is not Source.indicator:
        raise RuleBroken(
            f"“{found.label.zh}”由系统统计，不能人工填报。",
            f"“{found.label.en}” is counted by the system and cannot be entered.",
            field="line",
        )
    return key


def import_indicators(session: Session, rows: Iterable[Mapping[str, str]]) -> Imported:
    """Takes in rows of agency,year,line,value (form 2014) or agency,year,item,label,column,value (table 2).

    All or nothing: with a refused row nothing is kept. A row with an empty value is passed over.
    """
    return import_numbered(session, enumerate(rows, start=2))


def import_numbered(session: Session, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Imported:
    """The same for rows that know their number in the file."""
    taken: list[tuple[Agency, int, Form, str, Decimal]] = []
    refused: list[Refusal] = []
    count = 0
    for number, row in rows:
        count += 1
        try:
            read_row = _read_row(session, row)
        except RuleBroken as broken:
            refused.append(Refusal(number, broken.field, broken.said))
        else:
            taken += [read_row] if read_row else []
    if not refused:
        kept.changed(session, {agency.id for agency, *_ in taken})
        for agency, year, form, key, value in taken:
            _enter(session, agency, year, form, {key: value})
    return Imported(count, 0 if refused else len(taken), refused)


def _read_row(session: Session, row: Mapping[str, str]) -> tuple[Agency, int, Form, str, Decimal] | None:
    agency = agencies.found(session, plain(row.get("agency") or ""))
    year = _year(row)
    form, key = _key(row, year)
    value = figure(place(form, _entered_key(form, key)), row.get("value") or "")
    return None if value is None else (agency, year, form, key, value)


def _year(row: Mapping[str, str]) -> int:
    said = (row.get("year") or "").strip()
    if not (said.isdecimal() and len(said) == 4):
        raise RuleBroken(f"“{said}”不是年份。", f"“{said}” is not a year.", field="year")
    return int(said)


def _key(row: Mapping[str, str], year: int) -> tuple[Form, str]:
    """The form and the key of the figure that a row is about; a column of table 2 may be named in Chinese."""
    line, item, label, column = ((row.get(name) or "").strip() for name in ("line", "item", "label", "column"))
    if line:
        return Form.y2014, line
    form = form_of(year)
    for entry in table2(form):
        if (entry.item, entry.label.zh) == (item, label) and column in (entry.column, entry.column_label.zh):
            return form, entry.key
    raise RuleBroken(
        f"{year}年的表中没有“{item} {label} {column}”这一格。",
        f"The form of {year} has no figure “{item} {label} {column}”.",
        field="item",
    )
