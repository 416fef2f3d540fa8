"""Days on the command line: 2026-03-05, 2026/3/5 or 2026年3月5日."""

from datetime import date
from typing import Any

import click

from requestflow.cli.shell import said
from requestflow.rules import days
from requestflow.rules.words import Text

_NONE = Text("“{said}”不是有效的日期。", "“{said}” is not a day.")


class _Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The legal day; a usage error where the text is none."""
        if isinstance(value, date):
            return value
        try:
            return days.written(str(value))
        except ValueError:
            self.fail(said(_NONE.fill(said=value)), param, ctx)


DAY = _Day()
