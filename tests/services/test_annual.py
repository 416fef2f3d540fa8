"""The yearly report as a service: live figures, checks, entered figures, and the draft of the turn of the year."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.forms import COLUMNS, Form, table3
from requestflow.rules.verdicts import Check, Verdict
from requestflow.services import annual, casework, remedies
from requestflow.services.annual import Scope
from requestflow.services.annual.report import table_of
from requestflow.store.models import Agency, AnnualReport, Case, Indicator
from tests.make import a_case, an_agency, an_entry

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def city(session: Session) -> Agency:
    return an_agency(session, "CITY")


@pytest.fixture
def county(session: Session, city: Agency) -> Agency:
    return an_agency(session, "COUNTY", parent=city)


def answered(
    session: Session,
    agency: Agency,
    *,
    on: str = "2026-03-02",
    sent: str = "2026-03-10",
    outcome: str = "O02",
    **known: str,
) -> Case:
    case = a_case(session, agency, submitted_on=on, **known)
    casework.decide(session, case, casework.Decision(on=sent, outcome=outcome, reason="依法不予公开"), an_entry())
    casework.send(session, case, casework.Sending(on=sent, delivery="post"), an_entry())
    return case


def found(report: annual.Report, check_id: str) -> Check:
    return next(check for check in report.checks if check.id == check_id)


def figures(report: annual.Report) -> Mapping[str, object]:
    return {key: figure for key, figure in report.table.items() if figure}


def test_the_report_of_a_tree_is_the_sum_of_its_agencies_one_by_one(
    session: Session, city: Agency, county: Agency
) -> None:
    answered(session, city, channel="face_to_face")
    answered(session, county, applicant_kind="business", outcome="O11")
    a_case(session, county, submitted_on="2026-03-03")
    report = annual.report(session, city, 2026, scope=Scope.tree, today=TODAY)
    assert report.table["table3/new/total"] == 3
    assert report.table["table3/refused.state_secret/business"] == 1
    assert report.table["table3/carried_out/total"] == 1
    assert [(part.agency.code, part.table["table3/new/total"]) for part in report.parts] == [("CITY", 1), ("COUNTY", 2)]
    own = annual.report(session, city, 2026, today=TODAY)
    assert own.table["table3/new/total"] == 1
    assert own.parts == ()
    assert not [check for check in report.checks if check.result is Verdict.failed]


def test_an_agency_of_another_tree_is_not_counted(session: Session, city: Agency) -> None:
    answered(session, an_agency(session))
    assert figures(annual.report(session, city, 2026, scope=Scope.tree, today=TODAY)) == {}


def test_the_form_is_that_of_the_year_unless_another_is_asked_for(session: Session, city: Agency) -> None:
    answered(session, city)
    assert annual.report(session, city, 2018, today=TODAY).form is Form.y2014
    report = annual.report(session, city, 2026, form=Form.y2014, today=TODAY)
    assert figures(report) == {"3.1": 1, "3.1.1": 1, "3.2": 1, "3.2.1": 1, "3.3": 1, "3.3.2": 1}


@pytest.mark.parametrize("year", [2007, 2027])
def test_a_year_to_come_or_before_the_regulation_cannot_be_reported(session: Session, city: Agency, year: int) -> None:
    with pytest.raises(RuleBroken, match="Only the years 2008 to 2026"):
        annual.report(session, city, year, form=Form.y2014, today=TODAY)


def test_overdue_cases_are_named_and_break_closed_of_form_2014(session: Session, city: Agency) -> None:
    late = answered(session, city, sent="2026-06-01")
    report = annual.report(session, city, 2026, form=Form.y2014, today=TODAY)
    assert report.overdue == ((city, late.number, late.id),)
    assert annual.to_json(report)["overdue"] == [late.number]
    assert found(report, "C-CLOSED").result is Verdict.failed
    assert found(report, "C-ON-TIME").result is Verdict.passed


def test_the_exported_workbook_is_read_back_with_every_report(session: Session, city: Agency) -> None:
    for form in Form:
        report = annual.report(session, city, 2026, form=form, today=TODAY)
        assert found(report, "C-ROUND-TRIP").result is Verdict.passed


def test_a_reopened_case_counts_once_by_its_first_answer_and_its_review_beside_it(
    session: Session, city: Agency
) -> None:
    case = answered(session, city)
    remedies.file(session, case, remedies.Filed(kind="review", on="2026-03-20"), an_entry())
    ended = remedies.Concluded(kind="review", remedy=1, on="2026-05-06", result="corrected")
    remedies.conclude(session, case, ended, an_entry())
    report = annual.report(session, city, 2026, today=TODAY)
    assert report.table["table3/handled_total/total"] == 1
    assert report.table["table3/carried_out/total"] == 0
    assert report.table["table4/review/corrected"] == report.table["table4/review/total"] == 1


def test_the_json_of_form_2014_has_every_line_and_null_for_what_nobody_entered(session: Session, city: Agency) -> None:
    answered(session, city)
    said = json.loads(json.dumps(annual.to_json(annual.report(session, city, 2018, today=TODAY))))
    assert list(said) == ["agency", "year", "form", "scope", "version", "lines", "overdue", "checks"]
    assert (said["agency"], said["year"], said["form"], said["scope"], said["version"]) == (
        "CITY",
        2018,
        "2014",
        "own",
        None,
    )
    assert len(said["lines"]) == 58
    assert said["lines"]["3.1"] == 0
    assert said["lines"]["1.1"] is None
    assert {"id", "name_zh", "name_en", "where", "result", "left", "right", "text_zh", "text_en"} <= set(
        said["checks"][0]
    )


def test_the_json_of_the_later_forms_has_every_row_and_column(session: Session, city: Agency) -> None:
    annual.enter_indicators(session, city, 2026, Form.y2021, {"table2/20.1/规章/made": Decimal(2)})
    answered(session, city)
    said = annual.to_json(annual.report(session, city, 2026, today=TODAY))
    assert said["table2"]["20.1"]["规章"] == {"made": 2, "repealed": None, "in_force": None}
    assert list(said["table3"]) == [row.row for row in table3(Form.y2021)]
    assert list(said["table3"]["new"]) == [column.column for column in COLUMNS]
    assert said["table3"]["new"]["natural_person"] == 1
    assert list(said["table4"]) == ["review", "suit_direct", "suit_after_review"]
    assert said["table4"]["suit_direct"] == {"upheld": 0, "corrected": 0, "other": 0, "pending": 0, "total": 0}


@pytest.mark.parametrize("form", list(Form))
def test_a_report_in_json_gives_its_figures_back(session: Session, city: Agency, form: Form) -> None:
    money = "8.4" if form is Form.y2014 else "table2/20.8/行政事业性收费/amount"
    if form is not Form.y2019:
        annual.enter_indicators(session, city, 2026, form, {money: Decimal("0.1203")})
    answered(session, city)
    report = annual.report(session, city, 2026, form=form, today=TODAY)
    assert table_of(json.loads(json.dumps(annual.to_json(report)))) == report.table


def test_the_cases_behind_a_figure_come_page_by_page(session: Session, city: Agency, county: Agency) -> None:
    cases = [answered(session, agency) for agency in (city, county, county)]
    behind = annual.behind(session, city, 2026, "table3/granted/total", form=Form.y2021, scope=Scope.tree, size=2)
    assert (behind.count, [case.id for case in behind.cases]) == (3, [case.id for case in cases[:2]])
    rest = annual.behind(session, city, 2026, "table3/granted/total", form=Form.y2021, scope=Scope.tree, size=2, page=2)
    assert [case.id for case in rest.cases] == [cases[2].id]
    assert annual.behind(session, city, 2026, "table3/granted/business", form=Form.y2021).count == 0


def test_behind_an_entered_figure_stands_who_entered_it(session: Session, city: Agency, county: Agency) -> None:
    annual.enter_indicators(session, county, 2018, Form.y2014, {"1.1": Decimal(40)})
    behind = annual.behind(session, city, 2018, "1.1", form=Form.y2014, scope=Scope.tree)
    assert (behind.count, behind.entries) == (0, [(county, 40)])


def test_a_figure_that_the_form_does_not_have_has_nothing_behind_it(session: Session, city: Agency) -> None:
    with pytest.raises(RuleBroken, match="has no figure"):
        annual.behind(session, city, 2018, "table3/new/total", form=Form.y2014)


def test_entering_again_replaces_and_a_blank_takes_back(session: Session, city: Agency) -> None:
    for value in ("952", "953.5", None):
        figure = Decimal(value) if value else None
        annual.enter_indicators(session, city, 2018, Form.y2014, {"8.4": figure})
        assert annual.report(session, city, 2018, today=TODAY).table["8.4"] == figure


def test_a_counted_figure_cannot_be_entered(session: Session, city: Agency) -> None:
    with pytest.raises(RuleBroken, match="is counted by the system"):
        annual.enter_indicators(session, city, 2018, Form.y2014, {"3.1": Decimal(20)})


def test_typed_figures_are_read_or_refused_in_a_sentence_each() -> None:
    said = {"1.1": " 105,464 ", "1.1.1": "二十八", "1.1.2": "2.5", "1.2.1": "-1", "8.4": "9.52", "9.1": "", "3.1": "4"}
    reading = annual.read(Form.y2014, said)
    assert reading.figures == {"1.1": 105464, "8.4": Decimal("9.52"), "9.1": None}
    assert {key: text.en.split("”", 1)[1] for key, text in reading.refused.items()} == {
        "1.1.1": " takes a number, not “二十八”.",
        "1.1.2": " (documents) takes a whole number.",
        "1.2.1": " cannot be less than zero.",
    }
    assert annual.read(Form.y2019, {"table2/20.5/行政许可/change": "-3"}).figures == {"table2/20.5/行政许可/change": -3}
    assert not annual.read(Form.y2014, {"1.1": "NaN", "1.1.1": "1e30"}).figures


def test_indicators_are_imported_for_both_kinds_of_form(session: Session, city: Agency) -> None:
    rows = [
        {"agency": "CITY", "year": "2018", "line": "1.1", "value": "105464"},
        {"agency": "CITY", "year": "2018", "line": "1.1.1", "value": ""},
        {"agency": "CITY", "year": "2026", "item": "20.1", "label": "规章", "column": "made", "value": "2"},
        {
            "agency": "CITY",
            "year": "2026",
            "item": "20.8",
            "label": "行政事业性收费",
            "column": "amount",
            "value": "0.5",
        },
        {"agency": "CITY", "year": "2019", "item": "20.1", "label": "规章", "column": "本年新公开数量", "value": "7"},
    ]
    done = annual.import_indicators(session, rows)
    assert (done.rows, done.imported, done.refused) == (5, 4, [])
    assert annual.report(session, city, 2018, today=TODAY).table["1.1"] == 105464
    assert annual.report(session, city, 2026, today=TODAY).table["table2/20.8/行政事业性收费/amount"] == Decimal("0.5")
    assert annual.report(session, city, 2019, today=TODAY).table["table2/20.1/规章/published"] == 7


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named(session: Session, city: Agency) -> None:
    rows = [
        {"agency": "CITY", "year": "2018", "line": "1.1", "value": "5"},
        {"agency": "NOWHERE", "year": "2018", "line": "1.1", "value": "5"},
        {"agency": "CITY", "year": "18", "line": "1.1", "value": "5"},
        {"agency": "CITY", "year": "2018", "line": "3.1", "value": "5"},
        {"agency": "CITY", "year": "2018", "line": "1.1", "value": "many"},
        {"agency": "CITY", "year": "2026", "item": "20.1", "label": "规章", "column": "burnt", "value": "5"},
    ]
    done = annual.import_indicators(session, rows)
    assert done.imported == 0
    assert [(bad.row, bad.column) for bad in done.refused] == [
        (3, "agency"),
        (4, "year"),
        (5, "line"),
        (6, "value"),
        (7, "item"),
    ]
    assert session.exec(select(Indicator).where(Indicator.agency_id == city.id)).all() == []


def test_a_draft_is_built_once_for_the_agency_and_once_for_its_tree_however_often_it_runs(
    session: Session, city: Agency, county: Agency
) -> None:
    answered(session, county, on="2025-03-03", sent="2025-03-10")
    for _ in range(2):
        annual.draft(session, city, 2025, today=TODAY, now=NOW)
        annual.draft(session, county, 2025, today=TODAY, now=NOW)
    kept = session.exec(select(AnnualReport).where(AnnualReport.year == 2025)).all()
    assert sorted((row.agency_id, row.scope, row.version) for row in kept) == sorted(
        [(city.id, "own", 0), (city.id, "tree", 0), (county.id, "own", 0)]
    )
    tree = next(row for row in kept if row.scope == "tree")
    assert tree.body["table3"]["new"]["total"] == 1
    assert tree.built_at == NOW


def test_the_live_report_computes_timeliness_again_as_long_as_that_is_cheap(session: Session, city: Agency) -> None:
    case = answered(session, city)
    answered(session, city)
    assert found(annual.report(session, city, 2026, today=TODAY), "C-ON-TIME").result is Verdict.passed
    case.timeliness = "overdue"
    session.flush()
    assert found(annual.report(session, city, 2026, today=TODAY), "C-ON-TIME").result is Verdict.failed
    many = found(annual.report(session, city, 2026, today=TODAY, recount_at_most=1), "C-ON-TIME")
    assert many.result is Verdict.passed
    assert "not computed again from the events" in many.text.en


def test_only_a_year_that_still_runs_has_a_day_as_of_which_it_is_counted(session: Session, city: Agency) -> None:
    assert annual.report(session, city, 2026, today=TODAY).as_of == TODAY
    assert annual.report(session, city, 2025, today=TODAY).as_of is None


def test_a_draft_compares_timeliness_with_the_events(session: Session, city: Agency) -> None:
    case = answered(session, city, on="2025-03-03", sent="2025-03-10")

    def on_time() -> dict[str, str]:
        (kept,) = annual.draft(session, city, 2025, today=TODAY, now=NOW)
        return next(check for check in kept.body["checks"] if check["id"] == "C-ON-TIME")

    assert on_time()["result"] == "pass"
    assert "computed again from the events: 1, 0, 0" in on_time()["text_en"]
    case.timeliness = "overdue"
    session.flush()
    assert on_time()["result"] == "fail"


def test_the_opening_is_compared_with_last_years_draft(session: Session, city: Agency) -> None:
    answered(session, city, on="2025-12-20", sent="2026-01-08")
    annual.draft(session, city, 2025, today=TODAY, now=NOW)
    report = annual.report(session, city, 2026, today=TODAY)
    assert [check.result for check in report.checks if check.id == "C-OPENING"] == [Verdict.passed] * 7
    a_case(session, city, submitted_on="2025-12-22")
    late = annual.report(session, city, 2026, today=TODAY)
    failed = [check for check in late.checks if check.id == "C-OPENING" and check.result is Verdict.failed]
    assert [(check.where, check.left, check.right) for check in failed] == [
        ("table3/carried_in/natural_person", 2, 1),
        ("table3/carried_in/total", 2, 1),
    ]
