"""A table is read from whatever file it comes in, and what is written runs nowhere and is read back the same."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from requestflow.paper import sheet_csv, sheet_xlsx, sheets
from requestflow.paper.sheet import Cell
from requestflow.rules.errors import RuleBroken

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40)
Read = tuple[tuple[str, ...], list[tuple[int, tuple[str | date, ...]]]]


def read(file: Path) -> Read:
    with sheets.opened(file) as sheet:
        return sheet.header, list(sheet.rows)


def written(folder: Path, name: str, rows: Iterable[Sequence[Cell]], header: Sequence[str] = ("a", "b")) -> Path:
    sheets.write(folder / name, header, rows)
    return folder / name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_have(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.CSV"
    file.write_bytes('编号,内容\r\n1,"吴忠，\n第二行"\r\n\r\n , \r\n2,㐂\r\n'.encode(encoding))
    assert read(file) == (("编号", "内容"), [(2, ("1", "吴忠，\n第二行")), (5, ("2", "㐂"))])


def test_the_lines_of_a_csv_bound_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n" + "1\n" * 99, encoding="utf-8")
    with sheets.opened(file) as sheet:
        assert sheet.rows_at_most == 101


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_days_numbers_and_texts_come_back(tmp_path: Path, name: str) -> None:
    row: list[Cell] = ["0012", date(2024, 3, 1), None, 12, Decimal("120.50"), "", "=1+1"]
    (number, cells), *others = read(written(tmp_path, name, [row], "abcdefg"))[1]
    assert (number, others) == (2, [])
    assert [str(cell) for cell in cells] == ["0012", "2024-03-01", "", "12", str(cells[4]), "", "=1+1"]
    assert Decimal(str(cells[4])) == Decimal("120.50")


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "'=1", "plain"]
    csv_file = written(tmp_path, "a.csv", [texts], texts)
    assert csv_file.read_text(encoding="utf-8-sig").splitlines()[1] == "'=1+1,'+1,'-1,'@x,'\tx,''=1,plain"
    book = load_workbook(written(tmp_path, "a.xlsx", [texts], texts))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


@given(ANY_TEXT)
def test_the_guard_of_a_cell_comes_off_again(text: str) -> None:
    guarded = sheet_csv.guarded(text)
    assert sheet_csv.unguarded(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=5))
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[tuple[str, str]]
) -> None:
    file = written(tmp_path_factory.mktemp("texts"), name, rows)
    expected = [row for row in rows if "".join(row).strip()]
    found = [(*cells, "", "")[:2] for _, cells in read(file)[1] if "".join(map(str, cells)).strip()]
    assert found == expected


def test_a_spreadsheet_is_read_as_a_person_sees_it(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([None] * 4)
    book.active.append([20180007, 13800000000.0, 1.5, date(2024, 3, 1)])
    book.create_sheet("second").append(["not", "read"])
    book.save(tmp_path / "a.xlsx")
    header, rows = read(tmp_path / "a.xlsx")
    assert header == ("a", "b", "c", "d")
    assert rows == [(3, ("20180007", "13800000000", "1.5", date(2024, 3, 1)))]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"a,b", "neither CSV nor XLSX"),
        ("a.xlsx", b"no zip", "not an XLSX workbook"),
        ("a.csv", b"\xff\xff\xff", "not a text that can be read"),
        ("a.csv", b"a\n" + b"x" * (sheet_csv.LONGEST_CELL + 1), "Row 2 of “a.csv” cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RuleBroken, match=sentence):
        read(tmp_path / name)


def test_a_zip_that_holds_no_workbook_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("a.txt", "nothing")
    with pytest.raises(RuleBroken, match="not an XLSX workbook"):
        read(tmp_path / "a.xlsx")


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    assert read(tmp_path / "a.csv") == ((), [])


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xlsx, "MOST_ROWS", 3)
    written(tmp_path, "a.xlsx", [["1"], ["2"]])
    with pytest.raises(RuleBroken, match="holds 2 rows at most"):
        written(tmp_path, "a.xlsx", [["1"], ["2"], ["3"]])


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_folder_that_is_not_there_is_an_error_of_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        sheets.write(tmp_path / "nowhere" / name, ["a"], [])
