"""A table as CSV: read in UTF-8 or GB18030, written so that a spreadsheet neither garbles nor runs it."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from requestflow.paper.sheet import Cell, Sheet
from requestflow.rules.errors import RuleBroken

_BLOCK = 1 << 20
_RUNS_IN_A_SPREADSHEET = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
LONGEST_CELL = 1 << 20


class _Survey(NamedTuple):
    encoding: str
    lines: int


@contextmanager
def opened(file: Path) -> Iterator[Sheet]:
    """The table in a CSV file; the quote that guards a cell from being run as a formula is taken off again."""
    survey = _survey(file)
    csv.field_size_limit(LONGEST_CELL)
    with file.open(encoding=survey.encoding, newline="") as text:
        rows = _read(csv.reader(text), file)
        _, header = next(rows, (1, ()))
        yield Sheet(tuple(str(title) for title in header), rows, survey.lines)


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Writes a CSV file in UTF-8 with a byte-order mark, by which spreadsheets know it."""
    with file.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows([_written(cell) for cell in row] for row in rows)


def guarded(text: str) -> str:
    """The text with a quote before it if a spreadsheet would take it for a formula; `unguarded` takes it off."""
    return f"'{text}" if _RUNS_IN_A_SPREADSHEET.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def _written(cell: Cell) -> str:
    return "" if cell is None else guarded(cell) if isinstance(cell, str) else str(cell)


def _survey(file: Path) -> _Survey:
    """In which encoding the file is, and how many lines it has: one fast reading of it."""
    with file.open("rb") as content:
        is_utf16 = content.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        lines = _lines(file, encoding)
        if lines is not None:
            return _Survey(encoding, lines)
    raise RuleBroken(
        f"“{file.name}”不是可以识别的文本，请另存为“CSV UTF-8”。",
        f"“{file.name}” is not a text that can be read: save it as “CSV UTF-8”.",
    )


def _lines(file: Path, encoding: str) -> int | None:
    """The number of lines, None if the file is not in this encoding."""
    decoder, lines = getincrementaldecoder(encoding)(), 0
    with file.open("rb") as content:
        try:
            while block := content.read(_BLOCK):
                decoder.decode(block)
                lines += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return lines + 1


def _read(rows: Iterator[list[str]], file: Path) -> Iterator[tuple[int, tuple[str | date, ...]]]:
    number = 0
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise RuleBroken(
                f"“{file.name}”第{number}行无法读取，请检查引号和换行。",
                f"Row {number} of “{file.name}” cannot be read ({error}): check its quotes and line breaks.",
            ) from error
        if "".join(row).strip():
            yield number, tuple(unguarded(cell) if cell[:1] == "'" else cell for cell in row)
