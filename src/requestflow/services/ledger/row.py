"""A row of a ledger as an input class, and how its cells are read: terms in either language, days in every spelling."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, ValidationError
from pydantic_core import ErrorDetails
from sqlmodel import Field

from requestflow.rules.channels import Delivery
from requestflow.rules.errors import RuleBroken
from requestflow.rules.remedies import RemedyResult, SuitRoute
from requestflow.rules.words import COMMA, SPACE, Text
from requestflow.services._fields import Line, MaybeDay, Short, Words, read_day
from requestflow.services.intake import NewCase
from requestflow.services.ledger.columns import BY_KEY, COLUMNS, key_of, title_of

_BETWEEN = re.compile("[；;]")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"[1-9]\d{4}")
_DAY_ZERO = date(1899, 12, 30)  # of a spreadsheet's days kept as numbers
_MONEY = str.maketrans("", "", ",，元¥￥ ")

Days = Annotated[tuple[date | None, ...], BeforeValidator(lambda said: tuple(read_day(day) for day in said))]
Results = tuple[RemedyResult | None, ...]


class Row(NewCase):
    """A request and all that happened to it, as one row of a register tells it.

    What a case can have several of (consultations, reviews, suits, complaints) is a tuple, in the order of filing.
    """

    number: Short = ""
    agency: Line = ""
    entered_on: MaybeDay = None
    correction_asked_on: MaybeDay = None
    correction_until: MaybeDay = None
    corrected_on: MaybeDay = None
    consult_sent_on: Days = ()
    consult_received_on: Days = ()
    consult_answered_on: Days = ()
    extended_on: MaybeDay = None
    extension_workdays: int = Field(default=0, ge=0, le=1000)
    extension_approved_by: Line = ""
    fee_noticed_on: MaybeDay = None
    fee_paid_on: MaybeDay = None
    fee_yuan: Decimal = Field(default=Decimal(0), ge=0, max_digits=12, decimal_places=2)
    outcome: Line = ""
    reason: Words = ""
    decided_on: MaybeDay = None
    sent_on: MaybeDay = None
    delivery: Delivery | None = None
    tracking_number: Short = ""
    review_filed_on: Days = ()
    review_result: Results = ()
    review_closed_on: Days = ()
    suit_filed_on: Days = ()
    suit_route: tuple[SuitRoute | None, ...] = ()
    suit_result: Results = ()
    suit_closed_on: Days = ()
    complaint_on: Days = ()


class Refusal(NamedTuple):
    """Why a row is not imported: its number as a spreadsheet counts, its column, the sentence and its article."""

    row: int
    column: str
    said: Text
    article: str
    cells: Sequence[str | date]


_SEVERAL = frozenset(name for name, field in Row.model_fields.items() if field.default == ())
_DAYS = frozenset(column.key for column in COLUMNS if column.key.endswith(("_on", "_until")))
_SENTENCES = {
    "missing": Text("“{title}”不能为空。", "“{title}” must not be empty."),
    "string_too_short": Text("“{title}”不能为空。", "“{title}” must not be empty."),
    "string_too_long": Text("“{title}”最多{max_length}个字。", "“{title}” holds {max_length} characters at most."),
    "no_day": Text("“{said}”不是有效的日期。", "“{said}” is not a day."),
    "enum": Text("“{title}”不能是“{input}”，应为：{holds}。", "“{title}” cannot be “{input}”, but: {holds}."),
    "less_than_equal": Text("“{title}”不能大于{le}。", "“{title}” cannot be more than {le}."),
    "greater_than_equal": Text("“{title}”不能小于{ge}。", "“{title}” cannot be less than {ge}."),
}
_UNREADABLE = Text("“{title}”不能是“{input}”。", "“{title}” cannot be “{input}”.")


class Reading:
    """Reads the rows below one header: the columns that it knows, in their order, and the `unknown` titles."""

    def __init__(self, header: Sequence[str], given: frozenset[str] = frozenset()) -> None:
        """`given` are required columns that the header may lack. RuleBroken if it lacks another, or has one twice."""
        self.keys = [key_of(title) for title in header]
        self._readers = [(key, _reader(key)) for key in self.keys]
        self.unknown = tuple(
            title.strip() for title, key in zip(header, self.keys, strict=True) if not key and title.strip()
        )
        _refuse_twice([key for key in self.keys if key])
        _refuse_lacking({column.key for column in COLUMNS if column.is_required} - given - set(self.keys))

    def row(self, cells: Sequence[str | date]) -> Row:
        """The typed row. RuleBroken, about the first of its columns that cannot be read, where one cannot."""
        if len(cells) > len(self.keys) and any(cells[len(self.keys) :]):
            raise RuleBroken(
                f"这一行有{len(cells)}列，表头只有{len(self.keys)}列，请检查逗号和引号。",
                f"This row has {len(cells)} columns but the header has {len(self.keys)}: check commas and quotes.",
            )
        said = {key: read(key, cell) for (key, read), cell in zip(self._readers, cells, strict=False) if cell and key}
        try:
            return Row.model_validate({key: cell for key, cell in said.items() if cell})
        except ValidationError as error:
            raise _refusal(error.errors()) from error


_Cell = str | date
_Reader = Callable[[str, _Cell], Any]


def _reader(key: str | None) -> _Reader:
    """How the cells of a column are made what the input class reads; a blank one is false."""
    if key in _SEVERAL:
        return _several
    return _one(key)


def _one(key: str | None) -> _Reader:
    if key in _DAYS:
        return _day
    if key and key in BY_KEY and BY_KEY[key].terms:
        return _term
    return _number if key in ("fee_yuan", "extension_workdays") else _text


def _text(key: str, cell: _Cell) -> str:
    text = cell.strip() if isinstance(cell, str) else str(cell)
    if "\0" in text:
        raise RuleBroken(
            f"“{title_of(key).zh}”中有无法保存的字符。", f"“{key}” holds a character that cannot be kept.", field=key
        )
    return text


def _day(_key: str, cell: _Cell) -> _Cell:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    return _DAY_ZERO + timedelta(int(text)) if _SERIAL.fullmatch(text) else _CLOCK.sub("", text)


def _term(key: str, cell: _Cell) -> str:
    text = _text(key, cell)
    return BY_KEY[key].terms.get(text.casefold(), text)


def _number(key: str, cell: _Cell) -> str:
    return _text(key, cell).translate(_MONEY)


def _several(key: str, cell: _Cell) -> tuple[Any, ...]:
    read = _one(key)
    parts = _BETWEEN.split(cell) if isinstance(cell, str) else (cell,)
    several = tuple(read(key, part) or None for part in parts)
    return several if any(several) else ()


def _refusal(errors: list[ErrorDetails]) -> RuleBroken:
    return RuleBroken(*SPACE.join(_told(errors)), field=_column(errors[0]))


def _told(errors: list[ErrorDetails]) -> Iterator[Text]:
    for error in errors:
        key = _column(error)
        about = {"title": title_of(key), "holds": BY_KEY[key].holds, "input": str(error["input"])[:40]}
        facts = {name: fact for name, fact in error.get("ctx", {}).items() if name not in ("error", "expected")}
        yield _SENTENCES.get(error["type"], _UNREADABLE).fill(**{**about, **facts})


def _column(error: ErrorDetails) -> str:
    return str(error["loc"][0])


def _refuse_twice(keys: list[str]) -> None:
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        title = title_of(twice)
        raise RuleBroken(f"表头中“{title.zh}”出现了两次。", f"The header has the column “{title.en}” twice.")


def _refuse_lacking(lacking: set[str]) -> None:
    if lacking:
        titles = COMMA.join(title_of(column.key) for column in COLUMNS if column.key in lacking)
        said = Text("表头缺少必填的列：{titles}。", "The header lacks required columns: {titles}.")
        raise RuleBroken(*said.fill(titles=titles))
