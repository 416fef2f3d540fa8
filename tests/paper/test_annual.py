"""The yearly table on paper: laid out like the form, the same figures when read back, and no text that runs."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from requestflow.paper import annual_csv, annual_xlsx
from requestflow.paper.annual import Printed
from requestflow.paper.annual_layout import spots
from requestflow.rules.annual import Table
from requestflow.rules.forms import COLUMNS, LINES, Form, Source, places, table3
from requestflow.rules.verdicts import Check, Verdict
from requestflow.rules.words import Text

RUNS = "=cmd|' /C calc'!A0"


def a_table(form: Form) -> Table:
    """Every figure different: those entered empty, negative or with decimals where the form takes it."""
    table: Table = {}
    for nth, place in enumerate(places(form).values()):
        entered = None if nth % 5 == 0 else -nth if place.is_signed else Decimal(f"{nth}.0203") if place.places else nth
        table[place.key] = entered if place.source is Source.indicator else nth
    return table


def a_report(form: Form, **known: object) -> Printed:
    return Printed(form, 2018, "吴忠市人民政府办公室", a_table(form), **known)  # type: ignore[arg-type]  # by the test


@pytest.mark.parametrize("form", list(Form))
def test_every_figure_has_a_cell_of_its_own(form: Form) -> None:
    assert list(spots(form)) == list(places(form))
    cells = [(at.sheet, at.row, column) for at in spots(form).values() for column in range(at.column, at.last + 1)]
    assert len(set(cells)) == len(cells)


@pytest.mark.parametrize("form", list(Form))
def test_a_workbook_read_back_has_the_same_figures(form: Form) -> None:
    report = a_report(form, parts=[("市本级", a_table(form))])
    assert annual_xlsx.read_back(annual_xlsx.workbook(report), form) == report.table


def test_form_2014_is_laid_out_line_by_line_as_printed() -> None:
    book = load_workbook(BytesIO(annual_xlsx.workbook(a_report(Form.y2014))))
    sheet = book["统计表"]
    assert sheet["A1"].value == "2018年度政府信息公开情况统计表"
    assert sheet["A2"].value == "填报单位（盖章）：吴忠市人民政府办公室"
    assert [cell.value for cell in sheet[3]] == ["统计指标", "单位", "统计数"]
    printed = [sheet.cell(row, 1).value for row in range(4, 4 + len(LINES))]
    assert printed == [line.label.zh for line in LINES]
    assert sheet.page_setup.paperSize == 9
    assert sheet.cell(4, 3).value is None  # a heading has no figure


def test_table_3_is_laid_out_with_its_sections_groups_and_columns() -> None:
    book = load_workbook(BytesIO(annual_xlsx.workbook(a_report(Form.y2021))))
    sheet = book["三、申请办理"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A3:C5", "D3:J3", "E4:I4", "D4:D5", "J4:J5", "A6:C6", "A8:A29", "B10:B17"} <= merged
    assert sheet["A8"].value == "三、本年度办理结果"
    assert sheet["B10"].value == "（三）不予公开"
    assert sheet["C10"].value == "1.属于国家秘密"
    assert [sheet.cell(5 if 5 <= column <= 9 else 4, column).value for column in range(4, 11)] == [
        column.label.zh for column in COLUMNS
    ]
    assert sheet.max_row == 5 + len(table3(Form.y2021))
    assert sheet.page_setup.orientation == "landscape"


def test_table_4_has_its_three_blocks_side_by_side() -> None:
    book = load_workbook(BytesIO(annual_xlsx.workbook(a_report(Form.y2021))))
    sheet = book["四、复议诉讼"]
    assert {"A3:E4", "F3:O3", "F4:J4", "K4:O4"} <= {str(area) for area in sheet.merged_cells.ranges}
    assert [sheet.cell(5, column).value for column in (1, 5, 6, 15)] == ["结果维持", "总计", "结果维持", "总计"]


def test_each_agency_has_its_column_and_each_check_its_row() -> None:
    check = Check("C-WAYS", "1.2", Verdict.failed, 15518, 105464, (("1.2.1",), ("1.1",)), Text("不一致。", "Unequal."))
    parts = [("市本级", a_table(Form.y2014)), ("利通区", a_table(Form.y2014))]
    report = a_report(Form.y2014, parts=parts, checks=[check], overdue=["2018-0007"])
    book = load_workbook(BytesIO(annual_xlsx.workbook(report)))
    assert [cell.value for cell in book["各机关"][3]] == ["表", "项目", "统计指标", "单位", "合计", "市本级", "利通区"]
    found = [cell.value for cell in book["核对"][4]]
    assert found == [
        "C-WAYS",
        "公开方式之和不小于公开数",
        "（二）通过不同渠道和方式公开政府信息的情况",
        "不通过",
        15518,
        105464,
        "不一致。",
    ]
    assert book["核对"]["A5"].value == "逾期办结1件：2018-0007"


def test_a_name_that_looks_like_a_formula_stays_a_text() -> None:
    report = Printed(Form.y2014, 2018, RUNS, a_table(Form.y2014), parts=[(RUNS, a_table(Form.y2014))])
    book = load_workbook(BytesIO(annual_xlsx.workbook(report)))
    assert book["各机关"]["F3"].value == RUNS
    assert book["各机关"]["F3"].data_type == "s"
    header = next(csv.reader(StringIO(annual_csv.text(report).decode("utf-8-sig"))))
    assert header[-2] == f"'{RUNS}"


@pytest.mark.parametrize("form", list(Form))
def test_the_csv_has_one_row_a_figure_and_leaves_missing_ones_empty(form: Form) -> None:
    report = a_report(form, parts=[("市本级", a_table(form))])
    written = annual_csv.text(report)
    assert written.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(StringIO(written.decode("utf-8-sig")))
    assert header == ["表", "项目", "统计指标", "单位", "统计数", "市本级", "代码"]
    assert [row[-1] for row in rows] == list(places(form))
    read = {row[-1]: Decimal(row[4]) if row[4] else None for row in rows}
    assert read == report.table
    assert [row[5] for row in rows] == [row[4] for row in rows]


@pytest.mark.parametrize("form", list(Form))
def test_no_two_rows_of_the_files_read_alike(form: Form) -> None:
    report = a_report(form, parts=[("市本级", a_table(form))])
    _, *rows = csv.reader(StringIO(annual_csv.text(report).decode("utf-8-sig")))
    assert len({tuple(row[:3]) for row in rows}) == len(rows)
    sheet = load_workbook(BytesIO(annual_xlsx.workbook(report)))["各机关"]
    read = [tuple(cell.value or "" for cell in row[:3]) for row in sheet.iter_rows(min_row=4)]
    assert read == [tuple(row[:3]) for row in rows]


def test_the_files_of_a_running_year_say_as_of_which_day_they_are_counted() -> None:
    report = a_report(Form.y2021, as_of=date(2018, 11, 24), parts=[("市本级", a_table(Form.y2021))])
    header, *rows = csv.reader(StringIO(annual_csv.text(report).decode("utf-8-sig")))
    assert header[4] == "统计数（统计截至2018年11月24日）"
    (carried,) = {row[1] for row in rows if row[-1].startswith("table3/carried_out/")}
    assert carried == "四、结转下年度继续办理（2018年11月24日尚未办结）"
    book = load_workbook(BytesIO(annual_xlsx.workbook(report)))
    for name in ("二、主动公开", "三、申请办理", "四、复议诉讼", "各机关"):
        assert str(book[name]["A2"].value).endswith("        统计截至2018年11月24日")
    requests = book["三、申请办理"]
    assert requests.cell(requests.max_row, 1).value == carried
    assert annual_xlsx.read_back(annual_xlsx.workbook(report), Form.y2021) == report.table
