"""A table as a file, whichever kind it is: the ending of its name says whether it is CSV or XLSX."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from requestflow.paper import sheet_csv, sheet_xlsx
from requestflow.paper.sheet import Cell, Sheet
from requestflow.rules.errors import RuleBroken

_OPENED: Mapping[str, Callable[[Path], AbstractContextManager[Sheet]]] = {
    ".csv": sheet_csv.opened,
    ".xlsx": sheet_xlsx.opened,
}
_WRITE: Mapping[str, Callable[[Path, Sequence[str], Iterable[Sequence[Cell]]], None]] = {
    ".csv": sheet_csv.write,
    ".xlsx": sheet_xlsx.write,
}


def opened(file: Path) -> AbstractContextManager[Sheet]:
    """The table in a file, read row by row. RuleBroken where it is no CSV or XLSX; OSError where it cannot be read."""
    return _OPENED[_ending(file)](file)


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Writes a table and returns its number of rows. A text is a text: none becomes a formula when it is opened."""
    written = 0

    def counted() -> Iterator[Sequence[Cell]]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    _WRITE[_ending(file)](file, header, counted())
    return written


def _ending(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in _OPENED:
        raise RuleBroken(
            f"“{file.name or file}”不是CSV或者XLSX文件，请另存为其中一种。",
            f"“{file.name or file}” is neither CSV nor XLSX: save it as one of them.",
        )
    return ending
