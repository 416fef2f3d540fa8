"""What the doctor finds: how bad it is, what it is, and the one thing to do."""

from typing import NamedTuple

from requestflow.rules.words import Text, Word


class Level(Word):
    """How bad a finding is."""

    fine = "fine", "正常", "fine"
    look = "look", "留意", "look"
    mend = "mend", "须处理", "mend"


class Finding(NamedTuple):
    """`check` names what was looked at, for a program; `do` is there unless all is fine."""

    check: str
    level: Level
    what: Text
    do: Text | None = None


def fine(check: str, what: Text) -> Finding:
    """All is as it should be."""
    return Finding(check, Level.fine, what)


def look(check: str, what: Text, do: Text) -> Finding:
    """It works, but somebody should know."""
    return Finding(check, Level.look, what, do)


def mend(check: str, what: Text, do: Text) -> Finding:
    """It does not work, or will not for long."""
    return Finding(check, Level.mend, what, do)


def some(names: list[str]) -> Text:
    """The first names of a list, and dots where there are more."""
    more = "…" if len(names) > 5 else ""
    return Text("、".join(names[:5]) + more, ", ".join(names[:5]) + more)
