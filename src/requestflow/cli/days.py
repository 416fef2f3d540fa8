"""Days on the command line: 2026-03-05, 2026/3/5 or 2026年3月5日."""

from datetime import date
from typing import Any

import click
from pydantic_core import PydanticCustomError

from requestflow.services._fields import read_day


class _Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The legal day; a usage error where the text is none."""
        try:
            day = read_day(value)
        except PydanticCustomError as error:
            self.fail(f"{error}.", param, ctx)
        if not isinstance(day, date):
            self.fail("a day is missing.", param, ctx)
        return day


DAY = _Day()
