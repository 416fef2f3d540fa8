"""The official forms, line by line."""

from datetime import date

import pytest

from requestflow.rules import forms
from requestflow.rules.cells import CaseCell, EnteredCell, cells
from requestflow.rules.errors import RuleBroken
from requestflow.rules.forms import Form, Source, form_of, place, places, publish_by
from requestflow.rules.headings import headings
from requestflow.rules.outcomes import OUTCOMES


def test_each_year_has_the_form_that_was_in_force() -> None:
    assert [form_of(year) for year in (2014, 2018, 2019, 2020, 2021, 2030)] == [
        Form.y2014,
        Form.y2014,
        Form.y2019,
        Form.y2019,
        Form.y2021,
        Form.y2021,
    ]


def test_a_year_before_2014_has_no_form_of_its_own() -> None:
    with pytest.raises(RuleBroken, match="no national form for 2013"):
        form_of(2013)


def test_form_2014_has_58_figures_in_the_order_of_the_paper() -> None:
    keys = list(places(Form.y2014))
    assert len(keys) == 58
    assert keys[:4] == ["1.1", "1.1.1", "1.1.2", "1.2.1"]
    assert keys[-3:] == ["9.1", "9.2", "9.3"]


def test_a_heading_of_form_2014_has_neither_unit_nor_figure() -> None:
    headings = [line.key for line in forms.LINES if line.source is None]
    assert headings == ["1", "1.2", "2", "2.2", "3", "8", "9"]
    assert not any(line.unit.zh for line in forms.LINES if line.source is None)


def test_table_3_differs_between_2019_and_2021_only_in_other_handling() -> None:
    old = [row.row for row in forms.table3(Form.y2019)]
    new = [row.row for row in forms.table3(Form.y2021)]
    assert [row for row in old if row not in new] == ["other"]
    assert [row for row in new if row not in old] == ["other.correction_lapsed", "other.fee_unpaid", "other.other"]
    assert forms.table3(Form.y2014) == ()


def test_every_figure_of_every_form_says_what_it_counts() -> None:
    for form in Form:
        assert list(cells(form)) == list(places(form))
        for key, cell in cells(form).items():
            is_entered = places(form)[key].source is Source.indicator
            assert isinstance(cell, EnteredCell) == is_entered, key


def test_every_place_is_named_in_both_languages() -> None:
    for form in Form:
        for found in places(form).values():
            assert found.label.zh, found.key
            assert found.label.en, found.key
            assert found.unit.zh, found.key
            assert found.unit.en, found.key


@pytest.mark.parametrize("form", [Form.y2019, Form.y2021])
def test_every_outcome_has_exactly_one_row_and_every_row_is_reachable(form: Form) -> None:
    results = [
        row.row for row in forms.table3(form) if row.row not in ("new", "carried_in", "handled_total", "carried_out")
    ]
    reached = set()
    for code in OUTCOMES:
        rows = [
            row
            for row in results
            if isinstance(cell := cells(form)[f"table3/{row}/total"], CaseCell) and code in (cell.values or ())
        ]
        assert len(rows) == 1, code
        reached.update(rows)
    assert reached == set(results)


def test_every_answer_has_exactly_one_of_the_eight_lines_of_form_2014() -> None:
    eight = [f"3.3.{n}" for n in range(1, 9)]
    six = [f"3.3.4.{n}" for n in range(1, 7)]
    for code, outcome in OUTCOMES.items():
        lines = [line for line in eight if code in _values(line)]
        reasons = [line for line in six if code in _values(line)]
        assert len(lines) == (1 if outcome.is_answer else 0), code
        assert len(reasons) == (1 if lines == ["3.3.4"] else 0), code
        assert (code in _values("3.3")) == outcome.is_answer


def _values(line: str) -> frozenset[str]:
    cell = cells(Form.y2014)[line]
    assert isinstance(cell, CaseCell)
    return cell.values or frozenset()


def test_an_unknown_figure_is_refused_in_a_sentence() -> None:
    with pytest.raises(RuleBroken, match=r"has no figure 3\.9"):
        place(Form.y2014, "3.9")


def test_money_may_have_decimals_and_a_change_may_be_negative() -> None:
    assert place(Form.y2014, "8.4").places == 4
    assert place(Form.y2021, "table2/20.8/行政事业性收费/amount").places == 4
    assert place(Form.y2019, "table2/20.5/行政许可/change").is_signed
    assert not place(Form.y2019, "table2/20.5/行政许可/decisions").is_signed


def test_departments_publish_by_the_end_of_january_and_governments_by_the_end_of_march() -> None:
    assert publish_by(2026, is_government=False) == (date(2027, 1, 31), "条例（2019）第49条第1款")
    assert publish_by(2026, is_government=True) == (date(2027, 3, 31), "条例（2019）第49条第2款")


def test_the_reports_up_to_2018_were_published_by_the_end_of_march_by_all() -> None:
    assert publish_by(2018, is_government=False) == (date(2019, 3, 31), "条例（2007）第31条")
    assert publish_by(2018, is_government=True) == publish_by(2018, is_government=False)
    assert publish_by(2019, is_government=False).on == date(2020, 1, 31)


@pytest.mark.parametrize("form", list(Form))
def test_no_two_figures_stand_under_the_same_headings(form: Form) -> None:
    found = headings(form)
    assert list(found) == list(places(form))
    assert len(set(found.values())) == len(found)


def test_a_line_of_form_2014_stands_below_its_chapter_and_the_lines_above_it() -> None:
    table, row, label = headings(Form.y2014)["3.3.4.1"]
    assert table.zh == "三、依申请公开情况"
    assert row.zh == "（三）申请答复数 4.不同意公开答复数"
    assert label.zh == "其中：涉及国家秘密"
