"""The fee for requests of excessive number or frequency, by item or by page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.rules.errors import RuleBroken
from requestflow.rules.fees import FEES_FROM, FeeWay, allow, by_items, by_pages, item_fee


@pytest.mark.parametrize(
    ("requests", "yuan"), [(0, 0), (1, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300)]
)
def test_requests_of_one_month_cost_progressively_by_item(requests: int, yuan: int) -> None:
    assert by_items(requests) == yuan


@pytest.mark.parametrize(
    ("pages", "yuan"), [(0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740)]
)
def test_pages_of_one_request_cost_progressively(pages: int, yuan: int) -> None:
    assert by_pages(pages) == yuan


@pytest.mark.parametrize(
    ("nth", "yuan"), [(1, 0), (10, 0), (11, 100), (30, 100), (31, 200), (40, 200), (41, 300), (50, 300), (51, 400)]
)
def test_each_further_ten_requests_cost_a_hundred_yuan_more_each(nth: int, yuan: int) -> None:
    assert item_fee(nth) == yuan


@given(st.integers(0, 300))
def test_the_total_by_item_is_the_sum_of_what_each_request_costs(requests: int) -> None:
    assert by_items(requests) == sum(item_fee(nth) for nth in range(1, requests + 1))


@given(st.integers(0, 2000), st.integers(0, 50))
def test_more_never_costs_less(number: int, more: int) -> None:
    assert by_pages(number + more) >= by_pages(number)
    assert by_items(number // 10 + more) >= by_items(number // 10)


@pytest.mark.parametrize("ask", [lambda: by_items(-1), lambda: by_pages(-1), lambda: item_fee(0)])
def test_a_number_that_cannot_be_charged_is_refused(ask) -> None:  # type: ignore[no-untyped-def]  # a lambda has no type
    with pytest.raises(RuleBroken, match="cannot be less than"):
        ask()


def test_no_fee_may_be_charged_before_2021() -> None:
    allow(FeeWay.item, noticed_on=FEES_FROM)
    with pytest.raises(RuleBroken, match="from 1 January 2021, not on 31 December 2020") as refused:
        allow(FeeWay.item, noticed_on=date(2020, 12, 31))
    assert refused.value.field == "fee_noticed_on"
    assert "2021年1月1日起" in refused.value.said.zh


def test_no_page_fee_applies_to_what_is_already_public_but_an_item_fee_does() -> None:
    allow(FeeWay.item, noticed_on=date(2026, 3, 2), outcome="O01")
    allow(FeeWay.page, noticed_on=date(2026, 3, 2), outcome="O02")
    with pytest.raises(RuleBroken, match="already public"):
        allow(FeeWay.page, noticed_on=date(2026, 3, 2), outcome="O01")
