"""Where the parts of a chart stand, for a page and for paper alike: across in per cent of the width, down in points."""

from collections.abc import Sequence
from typing import NamedTuple

GUTTER = 9.0  # per cent at the left for the numbers of the scale
_SPREAD = 0.72  # of the room of a place is filled with columns
_LINES = 4


class Column(NamedTuple):
    """One upright bar: of which series it is, and its value."""

    series: int
    value: int
    x: float
    width: float
    y: float
    height: float


class Place(NamedTuple):
    """What stands at one place of the chart: its left edge, its width, its middle, and its columns."""

    x: float
    width: float
    middle: float
    columns: tuple[Column, ...]


class Line(NamedTuple):
    """A line of the scale: its value and its height from the top."""

    value: int
    y: float


class Columns(NamedTuple):
    """Groups of upright bars above a base line; `height` is that of the base line, which is the lowest line."""

    height: float
    places: tuple[Place, ...]
    lines: tuple[Line, ...]


def columns(series: Sequence[Sequence[int]], height: float = 160) -> Columns:
    """The chart of several series over the same places."""
    scale = ticks(max((value for values in series for value in values), default=0))
    room = (100 - GUTTER) / max(len(series[0]), 1)
    width = room * _SPREAD / len(series)

    def place(nth: int, values: Sequence[int]) -> Place:
        left = GUTTER + nth * room
        start = left + room * (1 - _SPREAD) / 2
        tall = [height * value / scale[-1] for value in values]
        drawn = (
            Column(order, value, round(start + order * width, 2), round(width, 2), round(height - up, 1), round(up, 1))
            for order, (value, up) in enumerate(zip(values, tall, strict=True))
        )
        return Place(round(left, 2), round(room, 2), round(left + room / 2, 2), tuple(drawn))

    places = (place(nth, values) for nth, values in enumerate(zip(*series, strict=True)))
    lines = (Line(value, round(height - height * value / scale[-1], 1)) for value in scale)
    return Columns(height, tuple(places), tuple(lines))


def ticks(most: int) -> list[int]:
    """Whole round numbers from 0 to the first that is not below `most`, at most five of them."""
    step = 1
    while step * _LINES < most:
        step = _rounder(step)
    return [step * nth for nth in range(max(-(-most // step), 1) + 1)]


def _rounder(step: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    return step * 5 // 2 if str(step)[0] == "2" else step * 2


def length(value: int, most: int) -> float:
    """How long a lying bar is, in per cent of the longest; one that counts anything can be seen."""
    return max(round(100 * value / most, 1), 1.0) if value else 0.0
