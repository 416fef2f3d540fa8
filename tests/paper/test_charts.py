"""Where the bars of a chart stand: inside their room, as tall as their value, under a scale of round numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.paper.charts import GUTTER, columns, length, ticks


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (40, [0, 10, 20, 30, 40]),
        (41, [0, 20, 40, 60]),
        (1_234, [0, 500, 1_000, 1_500]),
    ],
)
def test_a_scale_has_whole_round_numbers(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


@given(st.integers(0, 10**9))
def test_a_scale_reaches_the_highest_value_with_few_lines(most: int) -> None:
    scale = ticks(most)
    assert len(scale) <= 5
    assert scale[-2] < max(most, 1) <= scale[-1]


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=24))
def test_columns_stand_apart_inside_the_chart_and_are_as_tall_as_their_value(values: list[tuple[int, int]]) -> None:
    chart = columns(list(zip(*values, strict=True)), 100)
    drawn = [column for place in chart.places for column in place.columns]
    assert [column.value for column in drawn] == [value for pair in values for value in pair]
    edge = GUTTER
    for column in drawn:
        assert column.x >= edge - 0.02
        edge = column.x + column.width
        assert column.y + column.height == pytest.approx(100, abs=0.11)
        assert column.height == pytest.approx(100 * column.value / chart.lines[-1].value, abs=0.06)
    assert edge <= 100.02


def test_the_lowest_line_is_the_base_and_the_highest_the_top() -> None:
    chart = columns([[3, 8]], 160)
    assert [(line.value, line.y) for line in chart.lines] == [(0, 160), (2, 120), (4, 80), (6, 40), (8, 0)]


@pytest.mark.parametrize(
    ("value", "most", "expected"), [(0, 0, 0), (0, 9, 0), (9, 9, 100), (1, 3, 33.3), (1, 5_000, 1)]
)
def test_a_bar_is_as_long_as_its_part_of_the_longest_and_never_too_short_to_see(
    value: int, most: int, expected: float
) -> None:
    assert length(value, most) == expected
