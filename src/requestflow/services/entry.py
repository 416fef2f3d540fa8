"""Who types something in, and when: what every verb is told beside the facts."""

from dataclasses import dataclass
from datetime import date, datetime

from requestflow.rules.roles import Hand
from requestflow.store.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """An officer (or another `Hand`), the legal day and the instant (UTC, aware) of typing.

    `seen` is the version of the case that the page showed; a step on a case that has moved on since is refused.
    """

    by: Person | Hand
    today: date
    now: datetime
    seen: int | None = None
