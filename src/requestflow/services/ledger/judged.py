"""One row of a ledger before the law: the case that it makes, or the article against it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from requestflow.rules import channels, conditions
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Move
from requestflow.rules.regimes import REVISED, Regime
from requestflow.rules.standing import Standing, replay
from requestflow.rules.workdays import Calendar
from requestflow.services._step import refuse_future
from requestflow.services.ledger.columns import BY_KEY
from requestflow.services.ledger.moves import Told, article_on, told_by
from requestflow.services.ledger.row import Row


class Judged(NamedTuple):
    """The moves of a row, and where they leave the case."""

    moves: list[Move]
    standing: Standing


def judged(row: Row, calendar: Calendar, today: date, handed_on: Sequence[dict[str, Any]] = ()) -> Judged:
    """Folds the moves of a row, each refused as it would be if an officer typed it.

    RuleBroken, with the column that it is about and the article, where the row breaks the law's own logic.
    """
    column = "entered_on"  # which column is looked at
    told: list[Told] = []

    def check(standing: Standing, move: Move) -> None:
        nonlocal column
        column = told[move.seq - 1].column
        refuse_future(move.happened_on, today)
        conditions.check(standing, move, calendar)

    try:
        refuse_future(row.entered_on or today, today)
        column = channels.counting_day(row.channel, row.mail_kind, row.submitted_on)
        told = told_by(row, today, handed_on)
        moves = [each.move for each in told]
        return Judged(moves, replay(moves, check))
    except RuleBroken as broken:
        raise _about(broken, column, row) from broken


def _about(broken: RuleBroken, column: str, row: Row) -> RuleBroken:
    """The same refusal, about a column of the ledger and with the article that this column rests on."""
    if broken.field in BY_KEY:
        column = broken.field
    arrived = row.arrived_on()
    regime = Regime.y2007 if arrived and arrived < REVISED else Regime.y2019
    return RuleBroken(*broken.said, article=broken.article or article_on(column, regime), field=column)
