"""A table as XLSX: its first sheet read row by row, and written with texts as texts and days as days."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter import Workbook

from requestflow.paper.sheet import Cell, Sheet
from requestflow.rules.errors import RuleBroken

MOST_ROWS = 1_048_576  # what a sheet of a spreadsheet holds
_AS_THEY_ARE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@contextmanager
def opened(file: Path) -> Iterator[Sheet]:
    """The first sheet of an XLSX file; numbers come as the digits that a person sees, days as dates."""
    with file.open("rb") as content:
        book = _book(content, file.name)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong extent, and rows would be lost
            rows = _read(sheet.iter_rows(values_only=True))
            _, header = next(rows, (1, ()))
            yield Sheet(tuple(str(title) for title in header), rows, None)
        finally:
            book.close()


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Writes an XLSX file with one sheet, its first row frozen. RuleBroken for more rows than a sheet holds."""
    with file.open("wb") as content, Workbook(content, _AS_THEY_ARE) as book:  # opened here: what fails is an OSError
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), 14)
        sheet.write_row(0, 0, header, bold)
        for number, row in enumerate(rows, start=1):
            if number >= MOST_ROWS:
                raise RuleBroken(
                    f"XLSX工作表最多{MOST_ROWS - 1}行，请改用CSV。",
                    f"An XLSX sheet holds {MOST_ROWS - 1} rows at most: use CSV instead.",
                )
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell, day)


def _book(content: BinaryIO, name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which a table has no use for
        try:
            return load_workbook(content, read_only=True, data_only=True)
        except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
            raise RuleBroken(
                f"“{name}”不是可以读取的XLSX工作簿。",
                f"“{name}” is not an XLSX workbook that can be read.",
            ) from error


def _put(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_number(row, column, cell)


def _read(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[str | date, ...]]]:
    for number, row in enumerate(rows, start=1):
        if any(cell is not None for cell in row):
            yield number, tuple(map(_seen, row))


def _seen(cell: Any) -> str | date:
    """The cell as a person sees it: 20180007.0 is the number 20180007, an instant is its day."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return unescape(cell) if "_x" in cell else cell
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, date) else str(cell)
