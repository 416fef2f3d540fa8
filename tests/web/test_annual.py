"""The year on its pages: the official lines, what stands behind each figure, the checks, entering, and the files."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import NoReturn

import pytest

from requestflow.clock import now, today
from requestflow.paper import annual_xlsx
from requestflow.rules.forms import LINES, Form, form_of, publish_by
from requestflow.rules.roles import Hand, Role
from requestflow.rules.words import spoken
from requestflow.services import agencies, annual, casework, counts, intake
from requestflow.services.annual import kept
from requestflow.services.entry import Entry
from requestflow.store.models import Case, KeptReport
from requestflow.store.session import transaction
from tests.make import a_request
from tests.web.conftest import Page, Visitor
from tests.wuzhong_2018 import ENTERED

SignIn = Callable[..., Visitor]
YEAR = (today() - timedelta(days=1)).year


def _case(agency: str = "CITY", *, is_answered: bool = False, **known: str) -> Case:
    day = today() - timedelta(days=1)
    entry = Entry(Hand.ledger, today(), now())
    with transaction() as session:
        new = a_request(**{"submitted_on": day, **known})
        case = intake.register(session, agencies.found(session, agency), new, entry).case
        if is_answered:
            casework.decide(session, case, casework.Decision(on=day, outcome="O02"), entry)
            casework.send(session, case, casework.Sending(on=day, delivery="direct"), entry)
        return case


def _enter(agency: str, figures: dict[str, int], year: int = 2018) -> None:
    with transaction() as session:
        values = {line: Decimal(value) for line, value in figures.items()}
        annual.enter_indicators(session, agencies.found(session, agency), year, Form.y2014, values)


def _figure(page: Page, key: str) -> str:
    (cell,) = page.every(f".//td[@id='at-{key}']")
    return "".join(cell.itertext()).strip()


def _names(page: Page) -> list[str]:
    return [element.text or "" for element in page.every(".//span[@class='who-asks']")]


def test_a_year_of_form_2014_stands_in_its_official_lines(sign_in: SignIn) -> None:
    page = sign_in().get("/annual/2018")
    said = [" ".join("".join(row.itertext()).split()) for row in page.every(".//table")[0].iter("tr")]
    assert page.status == 200
    assert len(page.every(".//td[@class]")) > 58
    assert all(any(line.label.zh in row for row in said) for line in LINES)
    assert _figure(page, "3.1") == "0"
    assert _figure(page, "1.1") == "–"


def test_a_government_sees_the_sum_of_its_tree_and_each_agency_beside_it(sign_in: SignIn) -> None:
    _case("CITY", is_answered=True)
    _case("HEALTH", applicant_kind="business")
    reader = sign_in(Role.clerk, "CITY")
    page = reader.get(f"/annual/{YEAR}")
    assert _figure(page, "table3/new/total") == "2"
    assert _figure(page, "table3/new/business") == "1"
    assert _figure(page, "table3/carried_out/total") == "1"
    assert "临江县卫生健康局" in page.text
    own = reader.get(f"/annual/{YEAR}", scope="own")
    assert _figure(own, "table3/new/total") == "1"


def _pass() -> None:
    """A pass of the timetable over all events, when they are old."""
    with transaction() as session:
        counts.keep(session, now() + timedelta(hours=1))


def _never(*_about: object, **_more: object) -> NoReturn:
    raise AssertionError("counted")


def test_a_year_that_nothing_touched_is_shown_as_it_was_counted(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _case("CITY", is_answered=True)
    _pass()
    reader = sign_in(Role.clerk, "CITY")
    first = reader.get(f"/annual/{YEAR}")
    with monkeypatch.context() as patched:
        patched.setattr(kept, "report", _never)
        assert reader.get(f"/annual/{YEAR}").text == first.text
    _case("HEALTH")
    assert _figure(reader.get(f"/annual/{YEAR}"), "table3/new/total") == "2"


def test_a_page_whose_count_cannot_be_kept_shows_it_all_the_same(sign_in: SignIn) -> None:
    _case("CITY")
    _pass()
    reader = sign_in(Role.clerk, "CITY")
    with transaction() as other:
        city = agencies.found(other, "CITY")
        about = {"year": YEAR, "form": form_of(YEAR), "scope": "tree", "basis": "", "mark": 0, "seen": 0}
        annual.keep(other, KeptReport(agency_id=city.id, **about, body={}))
        assert _figure(reader.get(f"/annual/{YEAR}"), "table3/new/total") == "1"
    assert _figure(reader.get(f"/annual/{YEAR}"), "table3/new/total") == "1"


def test_every_figure_opens_the_cases_behind_it(sign_in: SignIn) -> None:
    _case("CITY", applicant_name="张三", is_answered=True)
    _case("HEALTH", applicant_name="李四")
    reader = sign_in(Role.clerk, "CITY")
    page = reader.get(f"/annual/{YEAR}")
    (link,) = page.every(".//td[@id='at-table3/granted/total']/a")
    behind = reader.get(link.get("href", ""))
    assert _names(behind) == ["张三"]
    assert "该数字由1件案件构成。" in behind.text
    assert _names(reader.get(f"/annual/{YEAR}/behind", figure="table3/new/total", scope="tree")) == ["张三", "李四"]


def test_behind_an_entered_figure_stands_who_entered_it(sign_in: SignIn) -> None:
    _enter("COUNTY", {"9.1": 25})
    page = sign_in().get("/annual/2018/behind", figure="9.1")
    assert "临江县人民政府25" in page.text


@pytest.mark.parametrize(
    "path", ["/annual/2018/behind?figure=9.9", "/annual/2018/report.docm", "/annual/2018?agency=X"]
)
def test_what_is_not_there_is_not_found(sign_in: SignIn, path: str) -> None:
    assert sign_in().get(f"/annual/{path}").status == 404


def test_an_agency_above_or_beside_is_not_shown(sign_in: SignIn) -> None:
    reader = sign_in(Role.head, "COUNTY")
    for path in ("/annual/2018", "/annual/2018/behind?figure=3.1", "/annual/2018/report.json", "/annual/2018/figures"):
        mark = "&" if "?" in path else "?"
        assert reader.get(f"{path}{mark}agency=CITY").status == 404
        assert reader.get(f"{path}{mark}agency=HEALTH").status == 200


def test_the_report_asks_for_signing_in(visitor: Visitor) -> None:
    for path in ("/annual", "/annual/2018", "/annual/2018/behind", "/annual/2018/report.json", "/annual/2018/figures"):
        assert visitor.get(path).status == 302


def test_the_checks_stand_beside_the_table_and_say_why_one_fails(sign_in: SignIn) -> None:
    _enter("CITY", ENTERED)
    page = sign_in(Role.clerk, "CITY").get("/annual/2018", lang="en")
    assert "1 check failed" in page.text
    assert "differ by 89,946" in page.text
    assert "Did some of these figures lose their first digit" in page.text
    assert "The ways of publishing add up to no less than the items published C-WAYS" in page.text
    (cell,) = page.every(".//td[@id='at-1.2.2']")
    assert cell.get("class") == "figure is-doubted"
    assert _figure(page, "1.2.2") == "1,445 see the checks"


def test_figures_are_entered_kept_and_shown(sign_in: SignIn) -> None:
    head = sign_in(Role.head, "COUNTY")
    page = head.get("/annual/2018/figures")
    assert page.typed("1.1") == ""
    kept = head.post("/annual/2018/figures", {"1.1": "1,234", "8.4": "9.52", "9.1": ""}, follow=True)
    assert (kept.status, _figure(kept, "1.1"), _figure(kept, "8.4")) == (200, "1,234", "9.52")
    assert "2018年的填报数已保存。" in kept.text
    assert head.get("/annual/2018/figures").typed("8.4") == "9.52"


def test_a_figure_that_cannot_be_taken_keeps_what_was_typed_and_nothing_is_kept(sign_in: SignIn) -> None:
    head = sign_in(Role.head, "COUNTY")
    head.get("/annual/2018/figures")
    page = head.post("/annual/2018/figures", {"1.1": "5", "1.1.2": "两件"})
    assert page.status == 422
    assert "“制发规范性文件总数”应当填写数字，不能填“两件”。" in page.text
    assert page.typed("1.1.2") == "两件"
    assert head.get("/annual/2018/figures").typed("1.1") == ""


def test_a_clerk_reads_the_year_but_does_not_enter_figures(sign_in: SignIn) -> None:
    clerk = sign_in(Role.clerk, "CITY")
    assert clerk.get("/annual/2018/figures").status == 403
    assert "填报不能由案件统计的数字" not in clerk.get("/annual/2018").text


def test_the_three_files_have_the_figures_of_the_page(sign_in: SignIn) -> None:
    _case("CITY")
    reader = sign_in(Role.clerk, "CITY")
    files = {kind: reader.get(f"/annual/{YEAR}/report.{kind}").response for kind in ("xlsx", "csv", "json")}
    for kind, response in files.items():
        assert response.headers["Content-Disposition"] == f'attachment; filename="CITY-{YEAR}-tree.{kind}"'
    said = json.loads(files["json"].get_data())
    assert said["table3"]["new"]["total"] == 1
    assert annual_xlsx.read_back(files["xlsx"].get_data(), Form(said["form"]))["table3/new/total"] == 1
    assert files["csv"].get_data().startswith("\ufeff表,项目".encode())


def test_the_years_with_something_to_report_are_listed_and_one_is_chosen(sign_in: SignIn) -> None:
    _case("CITY")
    _enter("COUNTY", {"9.1": 25})
    reader = sign_in(Role.clerk, "CITY")
    page = reader.get("/annual")
    assert [link.text for link in page.every(".//tbody//th/a")] == [str(YEAR), "2018"]
    chosen = reader.get("/annual", year=2018, agency="COUNTY", scope="own", form="")
    assert chosen.response.location == "/annual/2018?agency=COUNTY&scope=own"


def test_a_year_can_be_seen_in_another_form_which_its_links_keep(sign_in: SignIn) -> None:
    _case("CITY")
    page = sign_in(Role.clerk, "CITY").get(f"/annual/{YEAR}", form="2014")
    (link,) = page.every(".//td[@id='at-3.1']/a")
    assert "form=2014" in link.get("href", "")
    assert page.typed("form") == "2014"


def test_a_year_to_come_is_refused_in_a_sentence(sign_in: SignIn) -> None:
    page = sign_in().get(f"/annual/{today().year + 1}", form="2021")
    assert page.status == 422
    assert f"不能统计{today().year + 1}年" in page.text


def test_a_running_year_says_as_of_which_day_it_is_counted_and_a_past_one_does_not(sign_in: SignIn) -> None:
    _case("CITY")
    reader = sign_in(Role.clerk, "CITY")
    running = reader.get(f"/annual/{today().year}", form="2021").text
    assert f"统计截至{spoken(today()).zh}" in running
    assert f"四、结转下年度继续办理 {spoken(today()).zh}尚未办结" in running
    assert "统计截至" not in reader.get("/annual/2018").text


def test_the_page_says_until_when_the_report_is_published_and_that_the_day_has_passed(sign_in: SignIn) -> None:
    _enter("HEALTH", {"9.1": 25})
    reader = sign_in(Role.clerk, "CITY")
    department = publish_by(today().year, is_government=False)
    running = reader.get(f"/annual/{today().year}", agency="HEALTH")
    assert f"本报告应当在{spoken(department.on).zh}前提交" in running.text
    assert department.article in running.text
    assert "该期限已过" not in running.text
    assert "本报告应当在2019年3月31日前向社会公布。 该期限已过。" in reader.get("/annual/2018").text
    listed = reader.get("/annual", agency="HEALTH", scope="own").every(".//tbody/tr")
    assert ["".join(row.itertext()).split() for row in listed] == [["2018", "0", "2019年3月31日", "期限已过"]]


def test_an_overdue_case_is_named_with_a_link_to_it(sign_in: SignIn) -> None:
    entry = Entry(Hand.ledger, today(), now())
    with transaction() as session:
        new = a_request(submitted_on="2018-03-01")
        case = intake.register(session, agencies.found(session, "COUNTY"), new, entry).case
        casework.decide(session, case, casework.Decision(on="2018-09-03", outcome="O02"), entry)
        casework.send(session, case, casework.Sending(on="2018-09-03", delivery="direct"), entry)
        number, case_id = case.number, case.id
    reader = sign_in(Role.head, "CITY")
    (link,) = reader.get("/annual/2018").every(f".//a[@href='/cases/{case_id}']")
    assert link.text == number
    assert reader.get(link.get("href", "")).status == 200


def test_a_figure_that_several_agencies_entered_warns_of_counting_twice(sign_in: SignIn) -> None:
    _enter("COUNTY", {"9.1": 25})
    reader = sign_in(Role.clerk, "CITY")
    assert "重复计算" not in reader.get("/annual/2018/behind", figure="9.1").text
    _enter("CITY", {"9.1": 30})
    page = reader.get("/annual/2018/behind", figure="9.1")
    assert "2个机关填报了这一项" in page.text
    assert "重复计算" in page.text


def test_a_figure_to_enter_is_named_once_below_its_heading(sign_in: SignIn) -> None:
    page = sign_in(Role.head, "COUNTY").get("/annual/2022/figures")
    assert page.every(".//h2")[0].text == "第二十条第（一）项 规章"
    (label,) = page.every(".//label[@for='f-table2/20.1/规章/made']")
    assert [(label[0].text or "").strip(), (label[0].tail or "").strip()] == [
        "第二十条第（一）项 规章：",
        "本年制发件数",
    ]
