"""What turned the clock, told to a citizen and to a judge: one sentence and one article a turn."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from requestflow.rules.regimes import Regime
from requestflow.rules.tables import rows
from requestflow.rules.words import Text


class Turn(NamedTuple):
    """One thing that started, stopped or moved a clock; `kind` is a row of tables/clock.csv."""

    kind: str
    on: date
    workdays: int
    facts: Mapping[str, Any]


class Step(NamedTuple):
    """One line of an explanation: the legal day, the sentence, its article, and the working days it is about."""

    on: date
    what: Text
    article: str
    workdays: int


_CLOCK = {row["turn"]: row for row in rows("clock")}


_SOMEBODY = Text("有关方面", "Somebody concerned")


def explain(turn: Turn, regime: Regime, *, with_names: bool = True) -> Step:
    """The sentence of one turn under the regime of its case; without names it may be told to the applicant."""
    row = _CLOCK[turn.kind]
    facts = {"workdays": turn.workdays, **turn.facts}
    if "party" in facts and not (with_names and facts["party"]):
        facts["party"] = _SOMEBODY
    what = Text(row["zh"], row["en"]).fill(**facts)
    return Step(turn.on, what, row[f"article_{regime.value}"], turn.workdays)


def why_paused(parties: tuple[str, ...]) -> Text:
    """Why a working day during a consultation is not counted."""
    who = "、".join(filter(None, parties))
    return Text(
        f"征求{who or '第三方'}意见，不计入期限", f"Waiting for the opinion of {who or 'a third party'}: not counted"
    )
