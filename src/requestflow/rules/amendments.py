"""A registration put right: an amendment that moves the days of a request moves the steps that tell of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from requestflow.rules.lifecycle import Action, Move

_ENTRIES = (Action.arrive, Action.register)


def as_amended(moves: list[Move]) -> list[Move]:
    """The moves with arrival, receipt and confirmation on the days that the last amendment of them gives.

    An amendment that touches the clock has the facts `arrived_on`, `counted_by` (the date that is the day of receipt)
    and, once that is known, `counted_on`. A confirmation typed after it stands as it is.
    """
    dated = [move for move in moves if move.action is Action.amend and "arrived_on" in move.facts]
    if not dated:
        return moves
    last = max(dated, key=lambda move: move.seq)
    return list(_moved(moves, last))


def _moved(moves: list[Move], last: Move) -> Iterator[Move]:
    arrived, counted = last.day("arrived_on"), last.day("counted_on")
    waited = any(move.action is Action.arrive for move in moves) and last.facts["counted_by"] == "confirmed_on"
    entered, on = (Action.register, counted) if counted and not waited else (Action.arrive, arrived)
    for move in moves:
        if move.action in _ENTRIES:
            yield _on(replace(move, action=entered), on)
        elif move.action is Action.confirm and move.seq < last.seq:
            if waited and counted:
                yield _on(move, counted)
        elif move.action is Action.amend and on and move.happened_on < on:
            yield _on(move, on)  # it tells of the case as it is now, which had not come in on the day of typing
        else:
            yield move


def _on(move: Move, day: date | None) -> Move:
    return replace(move, happened_on=day or move.happened_on)
