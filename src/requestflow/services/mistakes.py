"""Striking out a step typed in by mistake: the event stays on record, and the case is what it is without it."""

from sqlmodel import Session, SQLModel

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.standing import in_force, replay
from requestflow.services import _step
from requestflow.services._fields import Day, GivenWords
from requestflow.services.entry import Entry
from requestflow.store.models import Case

_LASTING = (Action.arrive, Action.register, Action.recalendar, Action.amend, Action.strike)


class Struck(SQLModel):
    """Which step of the case was a mistake, by its number in the order of typing, and why."""

    on: Day
    seq: int
    reason: GivenWords


def can_be_struck(move: Move) -> bool:
    """Whether the step may be struck out; that the request came in, was amended or got a new code stays, like this."""
    return move.action not in _LASTING and "code" not in move.facts


def strike(session: Session, case: Case, form: Struck, entry: Entry) -> None:
    """Strikes out one step. RuleBroken where there is none of that number, or where later steps rest on it."""
    moves = _step.moves_of(session, case)
    mistaken = next((move for move in in_force(moves) if move.seq == form.seq and can_be_struck(move)), None)
    if mistaken is None:
        raise RuleBroken("没有可以撤销的这一步骤。", "There is no such step to strike out.", field="seq")
    try:
        replay(move for move in moves if move.seq != form.seq)
    except RuleBroken as later:
        raise RuleBroken(
            f"其后的步骤以此为前提，请先撤销其后的步骤：{later.said.zh}",
            f"Later steps rest on this one; strike those out first. {later.said.en}",
            field="seq",
        ) from later
    facts = {"seq": mistaken.seq, "action": mistaken.action.value, "reason": form.reason}
    _step.take(session, case, Action.strike, on=form.on, entry=entry, facts=facts)
