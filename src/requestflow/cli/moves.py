"""Due dates that moved, as a program and as people read them on the command line."""

from typing import TypedDict

from requestflow.cli.shell import said
from requestflow.rules.words import Text
from requestflow.services.reckoning import Moved

_STILL = Text("期限中止", "the clock stands still")
Told = TypedDict("Told", {"agency": str, "number": str, "from": str | None, "to": str | None})


def told(move: Moved) -> Told:
    """A moved due date for a program; a day is null while the clock stands still."""
    before, after = (str(day) if day else None for day in (move.before, move.after))
    return {"agency": move.agency, "number": move.number, "from": before, "to": after}


def line(move: Told) -> str:
    """A moved due date for people."""
    return f"  {move['agency']} {move['number']}: {move['from'] or said(_STILL)} → {move['to'] or said(_STILL)}"
