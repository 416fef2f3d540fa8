"""The two texts of the Regulation, which of them a request falls under, and the terms that each sets."""

from dataclasses import dataclass
from datetime import date

from requestflow.rules.errors import RuleBroken
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word

IN_FORCE = date(2008, 5, 1)  # 国务院令第492号
REVISED = date(2019, 5, 15)  # 国务院令第711号


class Regime(Word):
    """A text of the Regulation on the Disclosure of Government Information (政府信息公开条例)."""

    y2007 = "2007", "条例（2007年，国务院令第492号）", "Regulation of 2007 (State Council Order No. 492)"
    y2019 = "2019", "条例（2019年修订，国务院令第711号）", "Regulation as revised in 2019 (State Council Order No. 711)"


@dataclass(frozen=True, slots=True)
class Term:
    """A term in working days, with the article that sets it and its name."""

    workdays: int
    article: str
    label: Text


_TERMS = {
    (row["name"], Regime(row["regime"])): Term(
        int(row["workdays"]), row["article"], Text(row["name_zh"], row["name_en"])
    )
    for row in rows("terms")
}

_TOO_EARLY = Text(
    "收到申请之日（{day}）早于《政府信息公开条例》施行之日（{start}），不能登记。",
    "The day of receipt ({day}) is before the Regulation came into force on {start}.",
)


def regime_of(received_on: date) -> Regime:
    """The text that a request received on this day falls under; there is no transition article.

    Refused (RuleBroken) before 2008-05-01, when no request could be made.
    """
    if received_on < IN_FORCE:
        said = _TOO_EARLY.fill(day=received_on, start=IN_FORCE)
        raise RuleBroken(*said, article="条例（2007）第38条", field="received_on")
    return Regime.y2019 if received_on >= REVISED else Regime.y2007


def has_term(name: str, regime: Regime) -> bool:
    """Whether the regime sets this term at all (2007 knows none for a correction notice, an opinion or a fee)."""
    return (name, regime) in _TERMS


def term(name: str, regime: Regime) -> Term:
    """The term of that name, one of the names in tables/terms.csv (answer, extension, correction_notice and so on).

    Refused (RuleBroken) where the regime has none.
    """
    found = _TERMS.get((name, regime))
    if found is None:
        label = next((term.label for (known, _), term in _TERMS.items() if known == name), Text(name, name))
        raise RuleBroken(
            f"{regime.label.zh}没有规定“{label.zh}”。",
            f"The {regime.label.en} sets no such term: {label.en.lower()}.",
            article=f"条例（{regime}）",
        )
    return found
