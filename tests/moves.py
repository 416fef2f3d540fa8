"""Steps of a case for tests that need neither database nor application."""

from datetime import date
from typing import Any

from requestflow.rules.lifecycle import Action, Move


def a_move(action: Action | str, on: str, seq: int = 0, **facts: Any) -> Move:
    """A step of a case on the day `on` (2026-03-02)."""
    return Move(Action(action), date.fromisoformat(on), facts, seq)
