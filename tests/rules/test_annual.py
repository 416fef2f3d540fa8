"""The yearly table: what counts where, and that nothing is counted twice or lost."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules.annual import (
    Entered,
    FeeGroup,
    RemedyGroup,
    Tally,
    by_agency,
    by_month,
    plus,
    tabulate,
    total,
)
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.forms import COLUMNS, KINDS, Form, places, table3
from requestflow.rules.outcomes import OUTCOMES
from tests.rules.counting import YEAR, Facts, a_case, any_cases, groups

NEW_YEARS_EVE, NEW_YEARS_DAY = date(YEAR, 12, 31), date(YEAR, 1, 1)


def counted(form: Form, *cases: Facts) -> dict[str, object]:
    """The figures that are not zero."""
    table = tabulate(form, Tally(groups(cases)))
    return {key: figure for key, figure in table.items() if figure}


def test_a_case_received_and_granted_in_the_year_counts_in_one_line_of_each_part() -> None:
    assert counted(Form.y2014, a_case(channel=Channel.fax, outcome="O02")) == {
        "3.1": 1,
        "3.1.2": 1,
        "3.2": 1,
        "3.2.1": 1,
        "3.3": 1,
        "3.3.2": 1,
    }


def test_a_refusal_counts_under_its_reason_and_in_the_sum_of_refusals() -> None:
    lines = counted(Form.y2014, a_case(outcome="O15A"))
    assert lines["3.3.4"] == lines["3.3.4.5"] == lines["3.3"] == 1
    assert "3.3.4.1" not in lines


def test_a_withdrawn_request_is_closed_but_not_answered() -> None:
    lines = counted(Form.y2014, a_case(outcome="O43"))
    assert lines["3.2"] == 1
    assert "3.3" not in lines


def test_an_overdue_case_is_hidden_neither_in_on_time_nor_in_extended() -> None:
    lines = counted(Form.y2014, a_case(timeliness=Timeliness.overdue), a_case(timeliness=Timeliness.extended))
    assert (lines["3.2"], lines.get("3.2.1"), lines["3.2.2"]) == (2, None, 1)


def test_a_business_counts_in_its_own_column_and_in_the_total() -> None:
    assert counted(Form.y2021, a_case(kind=ApplicantKind.business, outcome="O21")) == {
        f"table3/{row}/{column}": 1
        for row in ("new", "unable.not_held", "handled_total")
        for column in ("business", "total")
    }


def test_partial_disclosure_counts_as_partial_only() -> None:
    table = counted(Form.y2021, a_case(outcome="O04"))
    assert table["table3/granted_in_part/total"] == 1
    assert "table3/granted/total" not in table


def test_the_first_and_the_last_day_of_the_year_belong_to_it() -> None:
    table = counted(Form.y2021, a_case(NEW_YEARS_DAY, NEW_YEARS_DAY), a_case(NEW_YEARS_EVE, NEW_YEARS_EVE))
    assert table["table3/new/total"] == table["table3/handled_total/total"] == 2
    assert "table3/carried_out/total" not in table


def test_a_case_closed_after_new_year_is_carried_out_and_then_in() -> None:
    late = a_case(NEW_YEARS_EVE, date(YEAR + 1, 1, 10))
    assert counted(Form.y2021, late)["table3/carried_out/total"] == 1
    next_year = tabulate(Form.y2021, Tally(groups([late], YEAR + 1)))
    assert next_year["table3/carried_in/total"] == 1
    assert next_year["table3/new/total"] == 0
    assert next_year["table3/handled_total/total"] == 1


def test_a_case_still_open_after_two_years_is_carried_through_each() -> None:
    waiting = a_case(date(YEAR - 2, 5, 5), None)
    table = counted(Form.y2021, waiting)
    assert table["table3/carried_in/total"] == table["table3/carried_out/total"] == 1


def test_a_result_of_a_review_counts_by_column_and_pending_apart() -> None:
    tally = Tally(
        remedies=[
            RemedyGroup(1, "review", "", "corrected", 3, 2),
            RemedyGroup(1, "review", "", "pending", 11, 1),
            RemedyGroup(1, "suit", "direct", "upheld", 5, 4),
            RemedyGroup(2, "suit", "after_review", "other", 6, 1),
            RemedyGroup(2, "complaint", "", "filed", 6, 3),
        ]
    )
    table = tabulate(Form.y2021, tally)
    assert table["table4/review/corrected"] == 2
    assert table["table4/review/pending"] == 1
    assert table["table4/review/total"] == 3
    assert table["table4/suit_direct/total"] == table["table4/suit_direct/upheld"] == 4
    assert table["table4/suit_after_review/other"] == 1
    lines = tabulate(Form.y2014, tally)
    assert (lines["4"], lines["4.2"], lines["5"], lines["5.1"], lines["5.3"], lines["6"]) == (2, 2, 5, 4, 1, 3)


def test_fees_are_told_in_ten_thousand_yuan_and_exactly() -> None:
    table = tabulate(Form.y2014, Tally(fees=[FeeGroup(1, 3, Decimal(100)), FeeGroup(1, 4, Decimal(1203))]))
    assert table["7"] == Decimal("0.1303")
    assert tabulate(Form.y2014, Tally(fees=[FeeGroup(1, 3, Decimal(20_000))]))["7"] == 2


def test_a_figure_that_nobody_entered_is_missing_and_zero_is_not() -> None:
    table = tabulate(Form.y2014, Tally(entries=[Entered(1, "1.1", "", "", Decimal(0))]))
    assert table["1.1"] == 0
    assert table["1.2.1"] is None
    assert table["3.1"] == 0


def test_entered_figures_of_several_agencies_add_up() -> None:
    entries = [
        Entered(1, "20.8", "行政事业性收费", "amount", Decimal("0.5")),
        Entered(2, "20.8", "行政事业性收费", "amount", Decimal("0.25")),
    ]
    assert tabulate(Form.y2021, Tally(entries=entries))["table2/20.8/行政事业性收费/amount"] == Decimal("0.75")


def test_an_entry_of_another_form_is_left_out() -> None:
    table = tabulate(Form.y2021, Tally(entries=[Entered(1, "1.1", "", "", Decimal(9))]))
    assert 9 not in table.values()


def test_nothing_at_all_gives_a_form_of_zeros_with_every_place() -> None:
    for form in Form:
        assert list(tabulate(form, Tally())) == list(places(form))


def test_a_missing_figure_does_not_turn_a_sum_into_zero() -> None:
    assert plus(None, None) is None
    assert plus(None, 5) == plus(5, None) == 5


@given(any_cases)
def test_new_and_carried_in_are_handled_or_carried_out_whatever_the_cases(cases: list[Facts]) -> None:
    table = tabulate(Form.y2021, Tally(groups(cases)))
    for column in COLUMNS:
        new, old, done, left = (
            table[f"table3/{row}/{column.column}"] for row in ("new", "carried_in", "handled_total", "carried_out")
        )
        assert new + old == done + left


@given(any_cases, st.sampled_from(list(Form)))
def test_the_sum_of_the_agencies_is_the_table_of_the_tree(cases: list[Facts], form: Form) -> None:
    tally = Tally(groups(cases))
    assert total(form, by_agency(form, tally).values()) == tabulate(form, tally)
    for agency, table in by_agency(form, tally).items():
        own = Tally(groups(case for case in cases if case.agency == agency))
        assert table == tabulate(form, own)


@given(any_cases)
def test_twelve_months_add_up_to_the_year_and_hand_on_what_is_open(cases: list[Facts]) -> None:
    tally = Tally(groups(cases))
    year, months = tabulate(Form.y2021, tally), by_month(Form.y2021, tally)
    for row in table3(Form.y2021):
        if row.row not in ("carried_in", "carried_out"):
            key = f"table3/{row.row}/total"
            assert sum(table[key] for table in months.values()) == year[key]
    for month in range(1, 12):
        for kind in KINDS:
            assert months[month][f"table3/carried_out/{kind}"] == months[month + 1][f"table3/carried_in/{kind}"]
    assert months[1]["table3/carried_in/total"] == year["table3/carried_in/total"]
    assert months[12]["table3/carried_out/total"] == year["table3/carried_out/total"]


@given(any_cases)
def test_what_a_year_carries_out_the_next_carries_in(cases: list[Facts]) -> None:
    one, other = (tabulate(Form.y2021, Tally(groups(cases, year))) for year in (YEAR, YEAR + 1))
    for column in COLUMNS:
        assert one[f"table3/carried_out/{column.column}"] == other[f"table3/carried_in/{column.column}"]


@given(any_cases)
def test_each_case_counts_once_and_as_counting_by_hand_says(cases: list[Facts]) -> None:
    """An independent count, row by row, of forms 2014 and 2019."""
    lines, table = tabulate(Form.y2014, Tally(groups(cases))), tabulate(Form.y2019, Tally(groups(cases)))
    new = [case for case in cases if case.received_on.year == YEAR]
    done = [case for case in cases if case.closed_on and case.closed_on.year == YEAR]
    assert lines["3.1"] == table["table3/new/total"] == len(new)
    assert lines["3.1.4"] == len([case for case in new if case.channel is Channel.mail])
    assert lines["3.2"] == table["table3/handled_total/total"] == len(done)
    assert lines["3.2.2"] == len([case for case in done if case.timeliness is Timeliness.extended])
    assert lines["3.3.4.6"] == len([case for case in done if OUTCOMES[case.outcome].line_2014 == "3.3.4.6"])
    refused = [case for case in done if OUTCOMES[case.outcome].row_2019 == "refused.third_party"]
    assert table["table3/refused.third_party/total"] == len(refused)
    assert table["table3/refused.third_party/research"] == len(
        [case for case in refused if case.kind is ApplicantKind.research]
    )
