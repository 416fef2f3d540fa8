"""The time spent asking others, which is not counted (2007 Art. 24, 2019 Art. 33): overlapping stretches count once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from requestflow.rules.workdays import Calendar


class Pause(NamedTuple):
    """A stretch of days not counted: after `sent_on`, up to and including `ends_on` (None: no end in sight)."""

    sent_on: date
    ends_on: date | None
    parties: tuple[str, ...]
    is_silent: bool

    def covers(self, on: date) -> bool:
        """Whether the day is taken out of the term."""
        return self.sent_on < on and (self.ends_on is None or on <= self.ends_on)


@dataclass(slots=True)
class Asked:
    """A consultation whose time is not counted."""

    party: str
    sent_on: date
    limit: int | None  # working days that the party has from receipt; None where no term is laid down
    received_on: date | None = None
    answered_on: date | None = None

    def silent_on(self, calendar: Calendar) -> date | None:
        """The day the party's own term ends (Art. 32, 34)."""
        return calendar.add(self.received_on, self.limit) if self.received_on and self.limit else None

    def pause(self, calendar: Calendar) -> Pause:
        """The days that asking takes out: up to the answer, or to the end of the party's own term if it is silent."""
        limit = self.silent_on(calendar)
        is_silent = limit is not None and (self.answered_on is None or self.answered_on > limit)
        return Pause(self.sent_on, limit if is_silent else self.answered_on, (self.party,), is_silent)


def union(pauses: Iterable[Pause], started_on: date) -> list[Pause]:
    """The stretches after `started_on`, in order and merged where they overlap or touch."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.sent_on):
        last = merged[-1] if merged else None
        if last and (last.ends_on is None or pause.sent_on <= last.ends_on):
            merged[-1] = _joined(last, pause)
        elif pause.ends_on is None or pause.ends_on > started_on:
            merged.append(pause._replace(sent_on=max(pause.sent_on, started_on)))
    return merged


def _joined(first: Pause, second: Pause) -> Pause:
    ends = None if first.ends_on is None or second.ends_on is None else max(first.ends_on, second.ends_on)
    last = second if ends == second.ends_on else first
    return Pause(first.sent_on, ends, first.parties + second.parties, last.is_silent)
