"""A request becomes a figure of the year: answered in the morning, counted at once, opened from its cell, exported."""

from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from requestflow.clock import today
from tests.stories.conftest import Site


def _step(page: Page, name: str, choice: str) -> None:
    page.get_by_role("complementary").get_by_role("link", name=name, exact=True).click()
    page.get_by_label(choice).first.check()
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status")).to_have_text(f"已办理：{name}")


def test_an_answered_request_is_counted_in_the_year_and_opened_from_its_figure(
    site: Site, page: Page, tmp_path: Path
) -> None:
    site.sign_in(page, "clerk")
    page.goto(f"{site.address}/counter")
    page.get_by_label("姓名或者名称").fill("李秀英")
    page.get_by_label("申请人类型").select_option(label="自然人")
    page.get_by_label("申请公开的政府信息").fill("滨河路东段房屋征收补偿方案")
    page.get_by_role("button", name="保存并编号").click()
    number = page.locator(".slip dd").first.inner_text()
    page.get_by_role("link", name="打开案件").click()
    _step(page, "作出答复", "予以公开，提供信息")
    _step(page, "送达", "直接送达")

    page.get_by_role("link", name="年度报告").first.click()
    page.get_by_role("link", name=str(today().year), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(today().year))
    granted = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="予以公开", exact=False)).first
    granted.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()
    page.go_back()

    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    file = tmp_path / "year.xlsx"
    download.value.save_as(file)
    sheet = openpyxl.load_workbook(file)["三、申请办理"]
    rows = {str(row[0].value): [cell.value for cell in row] for row in sheet.iter_rows()}
    new = next(row for title, row in rows.items() if "本年新收" in title)
    assert [figure for figure in new if isinstance(figure, int)] == [1, 0, 0, 0, 0, 0, 1]
