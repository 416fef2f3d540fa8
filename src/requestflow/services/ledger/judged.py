"""One row of a ledger before the law: the case that it makes, or the article against it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from requestflow.rules import conditions
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Move
from requestflow.rules.regimes import Regime
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
    _refuse_entered_in_the_future(row, today)
    told = told_by(row, today, handed_on)
    taking = told[0].move
    regime: Regime | None = None

    def check(standing: Standing, move: Move) -> None:
        nonlocal taking, regime
        taking, regime = move, standing.regime
        refuse_future(move.happened_on, today)
        conditions.check(standing, move, calendar)

    try:
        return Judged([each.move for each in told], replay([each.move for each in told], check))
    except RuleBroken as broken:
        raise _about(broken, told[taking.seq - 1], regime) from broken


def _about(broken: RuleBroken, told: Told, regime: Regime | None) -> RuleBroken:
    """The same refusal, about a column of the ledger and with the article that this column rests on."""
    column = broken.field if broken.field in BY_KEY else told.column
    return RuleBroken(*broken.said, article=broken.article or article_on(column, regime), field=column)


def _refuse_entered_in_the_future(row: Row, today: date) -> None:
    if row.entered_on:
        try:
            refuse_future(row.entered_on, today)
        except RuleBroken as broken:
            raise RuleBroken(*broken.said, field="entered_on") from broken
