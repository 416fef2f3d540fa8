"""How a request can end, and what each ending asks for."""

import re
from datetime import date

import pytest

from requestflow.rules.errors import RuleBroken
from requestflow.rules.outcomes import OUTCOMES, Category, codes_of, outcome, usable
from requestflow.rules.regimes import Regime


def codes(**wanted: object) -> set[str]:
    return {
        code for code, found in OUTCOMES.items() if all(getattr(found, name) == is_ for name, is_ in wanted.items())
    }


def test_there_are_thirty_three_outcomes_each_named_in_both_languages() -> None:
    assert len(OUTCOMES) == 33
    for found in OUTCOMES.values():
        assert all((found.label.zh, found.label.en, found.letter.zh, found.letter.en))
        assert bool(found.must_record.zh) == bool(found.must_record.en) == bool(found.needs)


def test_every_outcome_has_a_row_in_table_3_and_every_answer_a_line_in_the_form_of_2014() -> None:
    for found in OUTCOMES.values():
        assert found.row_2019
        assert found.row_2021
        assert (found.line_2014 is not None) == found.is_answer
        assert found.line_2014 is None or re.fullmatch(r"3\.3\.[1-8](\.[1-6])?", found.line_2014)


def test_every_outcome_is_of_one_category_and_every_category_has_outcomes() -> None:
    codes_by_category = {category: codes_of(category) for category in Category}
    assert sorted(code for found in codes_by_category.values() for code in found) == sorted(OUTCOMES)
    assert all(codes_by_category.values())
    assert codes_by_category[Category.granted_in_part] == ("O04",)
    assert codes_by_category[Category.other] == ("O41", "O42", "O43", "O44", "O45")


def test_only_what_ends_without_an_answer_is_no_answer() -> None:
    assert codes(is_answer=False) == {"O41", "O42", "O43", "O44"}


def test_refusals_need_a_reason_and_a_partial_answer_also_what_was_withheld() -> None:
    assert codes(needs_reason=True) == {
        *("O04", "O11", "O12", "O13", "O14A", "O14B", "O14C", "O15A", "O15B", "O15C"),
        *("O16A", "O16B", "O16C", "O16D", "O17", "O18"),
    }
    assert outcome("O04").needs == {"reason", "withheld_part"}


@pytest.mark.parametrize(
    ("code", "needs", "zh"),
    [
        ("O21", "search_record", "检索记录（检索范围、方法和结果）"),
        ("O22", "agency_in_charge", "能够确定的，负责公开该信息的行政机关名称、联系方式"),
        ("O32", "earlier_answer", "前次答复的文号和日期"),
        ("O34", "applicant_reasons", "已先要求申请人说明理由"),
    ],
)
def test_what_must_be_recorded_is_a_key_for_the_code_and_a_sentence_for_the_page(
    code: str, needs: str, zh: str
) -> None:
    assert outcome(code).needs == {needs}
    assert outcome(code).must_record.zh == zh


def test_an_outcome_names_its_article_in_each_regime() -> None:
    assert outcome("O11").article(Regime.y2007) == "条例（2007）第14条"
    assert outcome("O22").article(Regime.y2019) == "条例（2019）第36条第5项"
    assert outcome("O17").article(Regime.y2007) == ""


def test_from_2024_a_review_comes_first_for_refusals_under_articles_14_15_and_16() -> None:
    assert codes(review_first="yes") == {
        *("O11", "O12", "O13", "O14A", "O14B", "O14C", "O15A", "O15B", "O15C"),
        *("O16A", "O16B", "O16C", "O16D", "O17"),
    }
    assert codes(review_first="configurable") == {"O04"}


def test_under_the_text_of_2007_nothing_lapses_but_everything_with_a_line_of_2014_can_be_used() -> None:
    assert {code for code, found in OUTCOMES.items() if not found.is_in(Regime.y2007)} == {"O41", "O42"}
    assert all(found.is_in(Regime.y2019) for found in OUTCOMES.values())


@pytest.mark.parametrize("code", ["O41", "O42"])
def test_a_request_of_the_old_text_cannot_lapse(code: str) -> None:
    with pytest.raises(RuleBroken, match="A request under the Regulation of 2007") as refused:
        usable(code, Regime.y2007, date(2026, 3, 2))
    assert refused.value.field == "outcome"


def test_a_request_cannot_end_for_an_unpaid_fee_before_there_were_fees() -> None:
    with pytest.raises(RuleBroken, match="from 1 January 2021 only"):
        usable("O42", Regime.y2019, date(2020, 12, 31))
    assert usable("O42", Regime.y2019, date(2021, 1, 1)).code == "O42"
    assert usable("O41", Regime.y2019, date(2019, 5, 15)).code == "O41"


@pytest.mark.parametrize("code", ["", "O99", "o11"])
def test_an_unknown_outcome_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken, match="There is no outcome with the code") as refused:
        outcome(code)
    assert refused.value.field == "outcome"


def test_an_answer_of_the_last_category_is_told_from_a_closing_without_one() -> None:
    other = [OUTCOMES[code] for code in codes_of(Category.other)]
    assert {each.ending.en for each in other if each.is_answer} == {"Another answer"}
    assert {each.ending.en for each in other if not each.is_answer} == {"Closed without an answer"}
