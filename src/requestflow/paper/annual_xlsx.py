"""The yearly table as a workbook laid out like the official form, and the figures of such a workbook read back."""

from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any

from openpyxl import load_workbook
from xlsxwriter import Workbook

from requestflow.paper.annual import Printed
from requestflow.paper.annual_layout import (
    PUBLISHED,
    REMEDIES,
    REQUESTS,
    STATISTICS,
    TABLE2_WIDTH,
    TABLE3_LEFT,
    TABLE3_TOP,
    bands,
    span,
    spots,
)
from requestflow.rules.annual import Figure, Table, whole
from requestflow.rules.forms import COLUMNS, LINES, TABLE4, Form, places, table3
from requestflow.rules.headings import headings, whereabouts

_AS_THEY_ARE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_NUMBERS_A_CELL = 400  # a cell holds 32,767 characters, a number up to 64 of them


def workbook(report: Printed) -> bytes:
    """The file: the sheets of the form, each agency's figures where several are summed up, and the checks."""
    written = BytesIO()
    with Workbook(written, _AS_THEY_ARE) as book:
        pen = _Pen(book, report)
        if report.form is Form.y2014:
            _statistics(pen)
        else:
            _published(pen)
            _requests(pen)
            _remedies(pen)
        if report.parts:
            _agencies(pen)
        if report.checks:
            _checks(pen)
    return written.getvalue()


def read_back(content: bytes, form: Form) -> Table:
    """The figures in such a file, by their keys; None for an empty cell."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)  # its styles would take most of the time
    where = spots(form)
    cells = {name: list(book[name].iter_rows(values_only=True)) for name in {at.sheet for at in where.values()}}
    return {key: _figure(cells[at.sheet][at.row][at.column]) for key, at in where.items()}


def _figure(value: Any) -> Figure:
    if value is None or isinstance(value, int):
        return value
    return whole(Decimal(str(value)))


class _Pen:
    """Writes cells in the few styles of the form."""

    def __init__(self, book: Workbook, report: Printed) -> None:
        plain = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
        boxed = {**plain, "border": 1}
        self.book, self.report = book, report
        self.title = book.add_format({**plain, "font_name": "黑体", "font_size": 16, "align": "center"})
        self.note = book.add_format(plain)
        self.head = book.add_format({**boxed, "bold": True, "align": "center"})
        self.chapter = book.add_format({**boxed, "bold": True})
        self.middle = book.add_format({**boxed, "align": "center"})
        self.labels = [book.add_format({**boxed, "indent": depth}) for depth in range(5)]
        self.number = book.add_format({**boxed, "align": "center", "num_format": "0.######"})
        self.whole_number = book.add_format({**boxed, "align": "center", "num_format": "0"})

    def sheet(self, name: str, widths: list[float], *, title: str, is_wide: bool = False) -> Any:
        """A new sheet with its title and agency, set up for A4."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        if is_wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页，共 &N 页")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        last = len(widths) - 1
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "", self.title)
        sheet.write_string(0, 0, title, self.title)
        sheet.merge_range(1, 0, 1, last, "", self.note)
        until = f"        {self.report.until}" if self.report.until else ""
        sheet.write_string(1, 0, f"填报单位（盖章）：{self.report.agency}{until}", self.note)
        return sheet

    def text(self, sheet: Any, first: tuple[int, int], last: tuple[int, int], text: str, style: Any) -> None:
        """A text over one cell or several."""
        if first != last:
            sheet.merge_range(*first, *last, "", style)
        sheet.write_string(*first, text, style)

    def figure(self, sheet: Any, row: int, column: int, figure: Figure, last: int | None = None) -> None:
        """A figure, or an empty cell where nobody entered one."""
        style = self.number if isinstance(figure, Decimal) else self.whole_number
        if last is not None and last > column:
            sheet.merge_range(row, column, row, last, "", style)
        if figure is None:
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, figure, style)

    def figures(self, sheet: Any, name: str) -> None:
        """Every figure that stands on the sheet."""
        for key, at in spots(self.report.form).items():
            if at.sheet == name:
                self.figure(sheet, at.row, at.column, self.report.table[key], at.last)


def _statistics(pen: _Pen) -> None:
    """The one sheet of form 2014."""
    sheet = pen.sheet(STATISTICS, [66, 9, 14], title=f"{pen.report.year}年度政府信息公开情况统计表")
    sheet.write_row(2, 0, ("统计指标", "单位", "统计数"), pen.head)
    sheet.repeat_rows(2)
    for row, line in enumerate(LINES, start=3):
        sheet.write_string(row, 0, line.label.zh, pen.labels[line.depth] if line.depth else pen.chapter)
        sheet.write_string(row, 1, line.unit.zh, pen.middle)
        sheet.write_blank(row, 2, None, pen.middle)
    pen.figures(sheet, STATISTICS)
    signed = len(LINES) + 4
    sheet.merge_range(signed, 0, signed, 2, "", pen.note)
    sheet.write_string(signed, 0, "单位负责人：        审核人：        填报人：        填报日期：", pen.note)


def _published(pen: _Pen) -> None:
    """Table 2: what was published on the agency's own initiative (Art. 20)."""
    sheet = pen.sheet(PUBLISHED, [28, 22, 22, 22], title="主动公开政府信息情况")
    for band in bands(pen.report.form):
        pen.text(sheet, (band.row, 0), (band.row, TABLE2_WIDTH), band.heading.zh, pen.head)
        titles = [entry.column_label.zh for entry in band.entries[0]]
        sheet.write_string(band.row + 1, 0, "信息内容", pen.head)
        for column, title in enumerate(titles, start=1):
            pen.text(sheet, (band.row + 1, column), (band.row + 1, span(column, len(titles))), title, pen.head)
        for row, entries in enumerate(band.entries, start=band.row + 2):
            sheet.write_string(row, 0, entries[0].label.zh, pen.middle)
    pen.figures(sheet, PUBLISHED)


def _requests(pen: _Pen) -> None:
    """Table 3: requests by result and kind of applicant."""
    widths = [11.0, 12, 42, *[10.0] * len(COLUMNS)]
    sheet = pen.sheet(REQUESTS, widths, title="收到和处理政府信息公开申请情况", is_wide=True)
    left, right = TABLE3_LEFT, TABLE3_LEFT + len(COLUMNS) - 1
    rule = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    pen.text(sheet, (2, 0), (4, left - 1), rule, pen.middle)
    pen.text(sheet, (2, left), (2, right), "申请人情况", pen.head)
    for group, columns in groupby(enumerate(COLUMNS, start=left), key=lambda numbered: numbered[1].group.zh):
        numbered = list(columns)
        if group:
            pen.text(sheet, (3, numbered[0][0]), (3, numbered[-1][0]), group, pen.head)
        for column, kind in numbered:
            pen.text(sheet, (4 if group else 3, column), (4, column), kind.label.zh, pen.head)
    _rows_of_table3(pen, sheet)
    pen.figures(sheet, REQUESTS)


def _rows_of_table3(pen: _Pen, sheet: Any) -> None:
    numbered = list(enumerate(table3(pen.report.form), start=TABLE3_TOP))
    edge = TABLE3_LEFT - 1
    for section, lines in groupby(numbered, key=lambda line: line[1].section.zh):
        within = list(lines)
        if not within[0][1].label.zh:
            key = f"table3/{within[0][1].row}/total"
            said = pen.report.row_of(key, headings(pen.report.form)[key])
            pen.text(sheet, (within[0][0], 0), (within[0][0], edge), said, pen.labels[0])
            continue
        pen.text(sheet, (within[0][0], 0), (within[-1][0], 0), section, pen.labels[0])
        for group, alike in groupby(within, key=lambda line: line[1].group.zh):
            rows = list(alike)
            if group:
                pen.text(sheet, (rows[0][0], 1), (rows[-1][0], 1), group, pen.labels[0])
            for row, line in rows:
                pen.text(sheet, (row, 2 if group else 1), (row, edge), line.label.zh, pen.labels[0])


def _remedies(pen: _Pen) -> None:
    """Table 4: reviews and suits by result."""
    title = "政府信息公开行政复议、行政诉讼情况"
    sheet = pen.sheet(REMEDIES, [8.5] * len(TABLE4), title=title, is_wide=True)
    numbered = list(enumerate(TABLE4))
    for section, figures in groupby(numbered, key=lambda figure: figure[1].section.zh):
        within = list(figures)
        is_split = bool(within[0][1].label.zh)
        pen.text(sheet, (2, within[0][0]), (2 if is_split else 3, within[-1][0]), section, pen.head)
        for label, alike in groupby(within, key=lambda figure: figure[1].label.zh):
            columns = list(alike)
            if is_split:
                pen.text(sheet, (3, columns[0][0]), (3, columns[-1][0]), label, pen.head)
            for column, figure in columns:
                sheet.write_string(4, column, figure.column_label.zh, pen.head)
    pen.figures(sheet, REMEDIES)


def _agencies(pen: _Pen) -> None:
    """Agency by agency: one figure a row under its headings, one agency a column."""
    report = pen.report
    widths = [24.0, 36, 36, 9, 12, *[14.0] * len(report.parts)]
    sheet = pen.sheet("各机关", widths, title=f"{report.year}年度各机关统计数", is_wide=True)
    sheet.write_row(2, 0, ("表", "项目", "统计指标", "单位", "合计"), pen.head)
    for column, (name, _) in enumerate(report.parts, start=5):
        sheet.write_string(2, column, name, pen.head)
    sheet.freeze_panes(3, 5)
    where = headings(report.form)
    for row, (key, place) in enumerate(places(report.form).items(), start=3):
        for column, said in enumerate((where[key].table.zh, report.row_of(key, where[key]), where[key].label.zh)):
            sheet.write_string(row, column, said, pen.labels[0])
        sheet.write_string(row, 3, place.unit.zh, pen.middle)
        for column, table in enumerate((report.table, *(table for _, table in report.parts)), start=4):
            pen.figure(sheet, row, column, table[key])


def _checks(pen: _Pen) -> None:
    """What the checks found, and the overdue cases by number."""
    report = pen.report
    widths = [20.0, 30, 30, 10, 11, 11, 70]
    sheet = pen.sheet("核对", widths, title=f"{report.year}年度统计数核对情况", is_wide=True)
    sheet.write_row(2, 0, ("规则", "内容", "位置", "结果", "左边", "右边", "说明"), pen.head)
    sheet.freeze_panes(3, 0)
    row = 3
    for check in report.checks:
        about = check.id, check.title.zh, whereabouts(report.form, check.where).zh, check.result.label.zh
        for column, said in enumerate(about):
            sheet.write_string(row, column, said, pen.labels[0])
        for column, side in enumerate((check.left, check.right), start=len(about)):
            pen.figure(sheet, row, column, side)
        sheet.write_string(row, len(widths) - 1, check.text.zh, pen.labels[0])
        row += 1
    for at in range(0, len(report.overdue), _NUMBERS_A_CELL):
        numbers = "、".join(report.overdue[at : at + _NUMBERS_A_CELL])
        said = numbers if at else f"逾期办结{len(report.overdue)}件：{numbers}"
        pen.text(sheet, (row, 0), (row, len(widths) - 1), said, pen.labels[0])
        row += 1
