"""The checks of a year: each passes on a sound table, fails on a broken one, and says why."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules.annual import Entered, Group, Table, Tally, tabulate
from requestflow.rules.cells import By
from requestflow.rules.checks import judge
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.forms import COLUMNS, Form
from requestflow.rules.headings import whereabouts
from requestflow.rules.sums import RELATED, lost_digits
from requestflow.rules.verdicts import NAMES, Check, Evidence, Verdict
from tests.rules.counting import YEAR, Facts, a_case, any_cases, groups
from tests.wuzhong_2018 import ENTERED

IN_MARCH = (0, 0, 0, 1, *[0] * 9)


def evidence(form: Form, *cases: Facts, entered: dict[str, int] | None = None, **more: object) -> Evidence:
    entries = [Entered(1, *_keys(key), Decimal(value)) for key, value in (entered or {}).items()]
    tally = Tally(groups(cases), entries=entries)
    return Evidence(form, tabulate(form, tally), tally, **more)  # type: ignore[arg-type]  # named by the test


def _keys(key: str) -> tuple[str, str, str]:
    parts = key.split("/")
    return (parts[1], parts[2], parts[3]) if len(parts) == 4 else (key, "", "")


def found(judged: Evidence, check_id: str, where: str | None = None) -> Check:
    checks = [check for check in judge(judged) if check.id == check_id and where in (None, check.where)]
    assert checks, f"{check_id} {where}"
    return checks[0]


def changed(sound: Evidence, key: str, figure: int) -> Evidence:
    table: Table = {**sound.table, key: figure}
    return Evidence(sound.form, table, sound.tally, sound.last_year, sound.read_back, sound.told, sound.recomputed)


def test_the_ways_of_publishing_of_wuzhong_2018_do_not_add_up_and_the_check_says_why() -> None:
    check = found(evidence(Form.y2014, entered=ENTERED), "C-WAYS", "1.2")
    assert (check.result, check.left, check.right) == (Verdict.failed, 15518, 105464)
    assert check.cells == (("1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5"), ("1.1",))
    assert "相差89,946" in check.text.zh
    assert "是否漏了首位：1,445、3,233、4,736、5,842？" in check.text.zh
    assert "differ by 89,946" in check.text.en
    assert (
        "Did some of these figures lose their first digit: 1,445; 3,233; 4,736; 5,842? With 90,000 more in all"
        in check.text.en
    )


def test_the_other_entered_figures_of_wuzhong_2018_agree() -> None:
    checks = judge(evidence(Form.y2014, *[a_case()] * 20, entered=ENTERED))
    assert {check.id for check in checks if check.result is Verdict.failed} == {"C-WAYS"}
    assert {check.id for check in checks if check.result is Verdict.passed} >= {"C-STAFF", "C-OF-WHICH", "C-CHANNEL"}


def test_ways_that_publish_one_item_several_times_are_in_order() -> None:
    check = found(evidence(Form.y2014, entered={**ENTERED, "1.1": 15000}), "C-WAYS")
    assert check.result is Verdict.passed
    assert check.text.en.endswith("15,518 ≥ 1.1 “Items published” 15,000.")


def test_lost_digits_are_suspected_only_where_the_figures_say_so() -> None:
    assert lost_digits([262, 1445, 3233, 4736, 5842], 105464)
    assert lost_digits([262, 1445, 3233, 4736, 5842], 102000) is None
    assert lost_digits([10, 20], 95) is None
    assert lost_digits([445], 1440)
    assert lost_digits([445], 99_440) is None


def test_a_figure_that_nobody_entered_leaves_its_check_open_and_is_named() -> None:
    check = found(evidence(Form.y2014), "C-STAFF")
    assert check.result is Verdict.not_assessable
    assert check.left is None
    assert "尚未填报：“从事政府信息公开工作人员数”、“专职人员数”、“兼职人员数”。" in check.text.zh
    assert "Not entered yet: 8.3 “Staff”" in check.text.en


def test_staff_that_does_not_add_up_fails() -> None:
    check = found(evidence(Form.y2014, entered={**ENTERED, "8.3": 600}), "C-STAFF")
    assert (check.result, check.left, check.right) == (Verdict.failed, 600, 572)
    assert "相差28" in check.text.zh


def test_an_of_which_line_may_not_exceed_its_total() -> None:
    sound = evidence(Form.y2014, entered=ENTERED)
    assert found(sound, "C-OF-WHICH", "2.2.1.1").result is Verdict.passed
    assert found(changed(sound, "2.2.1.1", 14), "C-OF-WHICH", "2.2.1.1").result is Verdict.failed


def test_an_overdue_case_breaks_closed_and_the_check_says_that_it_has_no_line() -> None:
    check = found(evidence(Form.y2014, a_case(), a_case(timeliness=Timeliness.overdue)), "C-CLOSED")
    assert (check.result, check.left, check.right) == (Verdict.failed, 2, 1)
    assert "1件逾期办结" in check.text.zh
    assert "1 closed overdue" in check.text.en


def test_cases_closed_without_an_answer_explain_why_fewer_were_answered() -> None:
    check = found(evidence(Form.y2014, a_case(), a_case(outcome="O43")), "C-CLOSED-ANSWERED")
    assert (check.result, check.left, check.right) == (Verdict.passed, 2, 1)
    assert "申请人撤回申请1件" in check.text.zh
    assert "Withdrawn by the applicant: 1" in check.text.en


def test_answers_that_are_missing_without_a_reason_fail() -> None:
    broken = changed(evidence(Form.y2014, a_case(), a_case()), "3.3", 1)
    assert found(broken, "C-CLOSED-ANSWERED").result is Verdict.failed


def test_every_relation_of_the_table_of_checks_fails_when_its_first_figure_is_wrong() -> None:
    for form in Form:
        sound = evidence(form, a_case(), entered={**ENTERED, "1.1": 100} if form is Form.y2014 else {})
        for relation in RELATED:
            if form not in relation.forms:
                continue
            assert found(sound, relation.id, relation.where).result is Verdict.passed, relation
            broken = changed(sound, relation.left[0], -999_999 if relation.sign == "≥" else 999_999)
            assert found(broken, relation.id, relation.where).result is Verdict.failed, relation


def test_a_total_that_is_not_the_sum_of_the_six_kinds_fails_in_its_row_only() -> None:
    broken = changed(evidence(Form.y2021, a_case()), "table3/granted/business", 3)
    wrong = [check for check in judge(broken) if check.id == "C-ROW-SUM" and check.result is Verdict.failed]
    assert [(check.where, check.left, check.right) for check in wrong] == [("table3/granted", 1, 4)]
    assert "相差3" in wrong[0].text.zh


def test_a_result_that_is_missing_from_the_total_fails_in_its_column_only() -> None:
    broken = changed(evidence(Form.y2019, a_case()), "table3/granted/natural_person", 0)
    wrong = [check for check in judge(broken) if check.id == "C-COL-SUM" and check.result is Verdict.failed]
    assert [check.where for check in wrong] == ["table3/handled_total/natural_person"]


def test_a_case_that_is_neither_handled_nor_carried_out_breaks_the_balance() -> None:
    sound = evidence(Form.y2021, a_case(), a_case(closed_on=None))
    assert found(sound, "C-BALANCE", "table3/total").text.zh == (
        "总计栏：新收2 ＋ 上年结转0 ＝ 2，办理1 ＋ 结转下年1 ＝ 2。"
    )
    broken = found(changed(sound, "table3/carried_out/total", 0), "C-BALANCE", "table3/total")
    assert (broken.result, broken.left, broken.right) == (Verdict.failed, 2, 1)


def test_what_is_carried_in_must_be_what_last_years_report_carried_out() -> None:
    cases = [a_case(date(YEAR - 1, 12, 20)), a_case()]
    last = tabulate(Form.y2021, Tally(groups(cases, YEAR - 1)))
    checks = [c for c in judge(evidence(Form.y2021, *cases, last_year=last)) if c.id == "C-OPENING"]
    assert [check.result for check in checks] == [Verdict.passed] * len(COLUMNS)
    late_entry = evidence(Form.y2021, *cases, a_case(date(YEAR - 1, 12, 21)), last_year=last)
    broken = found(late_entry, "C-OPENING", "table3/carried_in/total")
    assert (broken.result, broken.left, broken.right) == (Verdict.failed, 2, 1)


def test_without_last_years_report_the_opening_cannot_be_assessed() -> None:
    assert found(evidence(Form.y2021), "C-OPENING").result is Verdict.not_assessable


def _documents(in_force: int, made: int, repealed: int) -> dict[str, int]:
    figures = {"in_force": in_force, "made": made, "repealed": repealed}
    return {f"table2/20.1/规章/{column}": value for column, value in figures.items()}


def test_documents_in_force_follow_from_last_years() -> None:
    last = evidence(Form.y2021, entered=_documents(12, 2, 0)).table
    sound = found(evidence(Form.y2021, entered=_documents(13, 3, 2), last_year=last), "C-IN-FORCE", "table2/20.1/规章")
    assert (sound.result, sound.left, sound.right) == (Verdict.passed, 13, 13)
    broken = found(evidence(Form.y2021, entered=_documents(14, 3, 2), last_year=last), "C-IN-FORCE", "table2/20.1/规章")
    assert broken.result is Verdict.failed
    unknown = found(evidence(Form.y2021, entered=_documents(14, 3, 2)), "C-IN-FORCE", "table2/20.1/规章")
    assert unknown.result is Verdict.not_assessable


def test_the_form_of_2019_has_no_documents_in_force_to_check() -> None:
    assert not [check for check in judge(evidence(Form.y2019)) if check.id == "C-IN-FORCE"]


def test_a_year_that_is_not_the_sum_of_its_months_fails_cell_by_cell() -> None:
    sound = evidence(Form.y2021, a_case(), a_case(closed_on=None))
    assert found(sound, "C-MONTHS").result is Verdict.passed
    broken = found(changed(sound, "table3/carried_out/total", 9), "C-MONTHS")
    assert (broken.where, broken.result, broken.left, broken.right) == (
        "table3/carried_out/total",
        Verdict.failed,
        9,
        1,
    )


def test_timeliness_must_cover_every_closed_case_and_agree_with_the_events() -> None:
    cases = a_case(), a_case(timeliness=Timeliness.extended), a_case(timeliness=Timeliness.overdue)
    check = found(evidence(Form.y2014, *cases), "C-ON-TIME", "3.2")
    assert (check.result, check.left, check.right) == (Verdict.passed, 3, 3)
    assert "not computed again from the events" in check.text.en
    lost = Evidence(Form.y2014, {}, Tally([Group(1, By.outcome, "business", "O01", "", IN_MARCH)]))
    assert found(changed(lost, "3.1", 0), "C-ON-TIME").result is Verdict.failed
    again = evidence(Form.y2014, *cases, recomputed={"on_time": 2, "extended": 0, "overdue": 1})
    assert found(again, "C-ON-TIME").result is Verdict.failed


def test_channels_kinds_and_received_are_three_counts_of_one_number() -> None:
    sound = evidence(Form.y2021, a_case(), a_case())
    assert found(sound, "C-CHANNEL-KIND").result is Verdict.passed
    odd = Group(1, By.channel, "alien", "web", "", IN_MARCH)
    tally = Tally([*sound.tally.groups, odd])
    check = found(Evidence(Form.y2021, tabulate(Form.y2021, tally), tally), "C-CHANNEL-KIND")
    assert (check.result, check.left, check.right) == (Verdict.failed, 3, 2)


def test_a_file_that_reads_back_otherwise_fails_at_the_cell() -> None:
    sound = evidence(Form.y2014, a_case(), entered=ENTERED)
    assert found(sound, "C-ROUND-TRIP").result is Verdict.not_assessable
    assert found(evidence(Form.y2014, a_case(), entered=ENTERED, read_back=sound.table), "C-ROUND-TRIP").result is (
        Verdict.passed
    )
    lost = {**sound.table, "1.2.2": 445}
    check = found(evidence(Form.y2014, a_case(), entered=ENTERED, read_back=lost), "C-ROUND-TRIP")
    assert (check.where, check.left, check.right) == ("1.2.2", 1445, 445)


def test_a_figure_in_the_text_that_differs_from_its_cell_fails() -> None:
    cases = [a_case()] * 4
    assert found(evidence(Form.y2014, *cases, told={"3.1.3": 4}), "C-TEXT").result is Verdict.passed
    check = found(evidence(Form.y2014, *cases, told={"3.1.3": 5}), "C-TEXT")
    assert (check.where, check.result, check.left, check.right) == ("3.1.3", Verdict.failed, 4, 5)
    assert found(evidence(Form.y2014), "C-TEXT").result is Verdict.not_assessable


@given(any_cases, st.sampled_from([Form.y2019, Form.y2021]))
def test_no_mix_of_cases_makes_a_check_of_tables_3_and_4_fail(cases: list[Facts], form: Form) -> None:
    last = tabulate(form, Tally(groups(cases, YEAR - 1)))
    assert [check for check in judge(evidence(form, *cases, last_year=last)) if check.result is Verdict.failed] == []


@given(any_cases)
def test_in_form_2014_only_an_overdue_case_can_make_a_check_of_cases_fail(cases: list[Facts]) -> None:
    late = any(
        case.timeliness is Timeliness.overdue and case.closed_on is not None and case.closed_on.year == YEAR
        for case in cases
    )
    failed = {check.id for check in judge(evidence(Form.y2014, *cases)) if check.result is Verdict.failed}
    assert failed == ({"C-CLOSED"} if late else set())


def test_every_check_speaks_both_languages_and_ends_its_sentence() -> None:
    for form in Form:
        for check in judge(evidence(form, a_case(timeliness=Timeliness.overdue), entered=ENTERED)):
            assert check.text.zh.endswith("。"), check
            assert check.text.en.endswith("."), check
            assert "{" not in check.text.zh + check.text.en, check


def test_every_check_has_a_name_and_its_place_is_said_in_words() -> None:
    seen = set()
    for form in Form:
        for check in judge(
            evidence(form, a_case(timeliness=Timeliness.overdue), entered=ENTERED, told={}, read_back={})
        ):
            seen.add(check.id)
            assert all(check.title)
            at = whereabouts(form, check.where)
            assert all(at), check
            assert "table" not in at.zh + at.en, check
    assert seen == set(NAMES)


def test_the_place_of_a_check_is_a_line_a_row_a_column_or_the_whole_report() -> None:
    assert whereabouts(Form.y2014, "1.2").zh == "（二）通过不同渠道和方式公开政府信息的情况"
    assert whereabouts(Form.y2021, "table3/refused.state_secret").zh == (
        "三、本年度办理结果 （三）不予公开 1.属于国家秘密"
    )
    assert whereabouts(Form.y2021, "table3/total") == ("“总计”栏", "Column “Total”")
    assert whereabouts(Form.y2021, "table2/20.1/规章").zh == "第二十条第（一）项 规章"
    assert whereabouts(Form.y2019, "table4/suit_direct").zh == "行政诉讼 未经复议直接起诉"
    assert whereabouts(Form.y2019, "") == ("整个报告", "The whole report")
