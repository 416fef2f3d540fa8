"""A table of figures lines up in plain text, whatever the width of its letters."""

import pytest

from requestflow.paper.grid import Grid, Row, wide
from requestflow.rules.words import Text

GRID = Grid(
    Text("办件情况", "Cases"),
    [Text("在办", "Open"), Text("本月到期", "Due this month")],
    [Row(Text("市政府办公室（政务公开办）", "City"), (12, 0)), Row(Text("公安局", "Police"), (3, 107))],
)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_every_line_of_a_table_is_as_wide_as_the_rule_beneath_its_headings(tongue: str) -> None:
    heading, rule, *rows = GRID.said(tongue).lines.splitlines()
    assert set(rule) == {"-"}
    assert [wide(line) for line in (heading, *rows)] == [len(rule)] * 3


def test_a_chinese_character_is_two_columns_wide_and_a_full_width_bracket_too() -> None:
    assert wide("（公安局）") == 10
    assert wide("Police 3") == 8


def test_names_stand_to_the_left_and_figures_to_the_right() -> None:
    assert GRID.said("en").lines.splitlines()[2:] == [
        "City      12               0",
        "Police     3             107",
    ]
