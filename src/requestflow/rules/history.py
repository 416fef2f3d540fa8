"""What happened to a request, as its applicant may know it: letters, corrections, answers, but not who was asked."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.outcomes import Outcome, outcome
from requestflow.rules.remedies import RemedyResult
from requestflow.rules.tables import rows
from requestflow.rules.words import Text

_TOLD = {row["action"]: Text(row["zh"], row["en"]) for row in rows("history")}
_REISSUED = "reissued"
_QUOTES: Mapping[Action, str] = {Action.ask_correction: "points", Action.correct: "text", Action.extend: "reason"}


class Happened(NamedTuple):
    """One thing that happened: the legal day, the sentence, and the words of a letter that came with it."""

    on: date
    what: Text
    quote: Text | str


def history(moves: Iterable[Move]) -> list[Happened]:
    """What an applicant is told of the moves of a case, in their order; a decision is told once it is sent."""
    told, decided = [], None
    for move in moves:
        if move.action is Action.decide:
            decided = _said(outcome(move.facts["outcome"]))
        name = _REISSUED if move.action is Action.note and move.facts.get("code") == _REISSUED else move.action.value
        if name in _TOLD:
            quote = decided if move.action is Action.send else _quoted(move)
            told.append(Happened(move.happened_on, _TOLD[name].fill(**_facts(move.facts)), quote or ""))
    return told


def _said(ended: Outcome) -> Text:
    if ended.ending.zh in ended.label.zh:
        return ended.label
    return Text("{ending}：{label}", "{ending}: {label}").fill(ending=ended.ending, label=ended.label)


def _quoted(move: Move) -> str:
    return str(move.facts.get(_QUOTES.get(move.action, ""), ""))


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a sentence may name; never who was asked."""
    named = {"workdays": "", "yuan": "", "to_name": Text("其他机关", "another office")}
    said = {name: facts.get(name) or instead for name, instead in named.items()}
    return said | {"result": RemedyResult(facts["result"]).label if facts.get("result") else ""}
