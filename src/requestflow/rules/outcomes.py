"""How a request can end: each outcome with its article, its line in every yearly form and what must be recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import REVISED, Regime
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word

_RECORDED = frozenset({"search_record", "earlier_answer", "applicant_reasons"})
"""What has to be written down apart from the reason; who is in charge elsewhere (Art. 36(5)) only where it is known."""


class Category(Word):
    """What an outcome comes to: the groups of results in the yearly table since 2019 (table 3, part III)."""

    granted = "granted", "予以公开", "Granted"
    granted_in_part = "granted_in_part", "部分公开", "Granted in part"
    refused = "refused", "不予公开", "Refused"
    unable = "unable", "无法提供", "Cannot be provided"
    not_processed = "not_processed", "不予处理", "Not processed"
    other = "other", "其他处理", "Handled otherwise"


_ANOTHER_ANSWER = Text("其他处理", "Another answer")
_WITHOUT_ANSWER = Text("其他处理", "Closed without an answer")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a request.

    `line_2014` is its line in the form of 2014 (None: the case is closed without an answer and has no line), `row_2019`
    and `row_2021` are its rows in table 3. `is_answer` tells an answer from a closing without one. `needs` are the keys
    of what must be recorded, `must_record` the same in words. `review_first` says whether a review must come before a
    suit from 2024 on: yes, no, or configurable. `since` is the first day it can be used, None if always.
    """

    code: str
    label: Text
    article_2007: str
    article_2019: str
    since: date | None
    line_2014: str | None
    row_2019: str
    row_2021: str
    is_answer: bool
    review_first: str
    needs: frozenset[str]
    must_record: Text
    letter: Text

    def article(self, regime: Regime) -> str:
        """The article that this outcome rests on; empty where the regime names none."""
        return self.article_2007 if regime is Regime.y2007 else self.article_2019

    def is_in(self, regime: Regime) -> bool:
        """Whether the regime knows this outcome: lapsed uncorrected (Art. 30) or unpaid (Art. 42) is new in 2019."""
        return regime is Regime.y2019 or self.since is None or self.since < REVISED

    @property
    def category(self) -> Category:
        """The group of its row in table 3."""
        return Category(self.row_2021.partition(".")[0])

    @property
    def ending(self) -> Text:
        """The outcome in the fewest words: its category; of the last one, whether it is an answer at all."""
        if self.category is not Category.other:
            return self.category.label
        return _ANOTHER_ANSWER if self.is_answer else _WITHOUT_ANSWER

    @property
    def needs_reason(self) -> bool:
        """Whether a reason must be given (refusals, and the withheld part of a partial disclosure)."""
        return "reason" in self.needs

    @property
    def needs_record(self) -> bool:
        """Whether the office must put something on record beside the reason: the search, the earlier answer …"""
        return bool(self.needs & _RECORDED)

    @property
    def letter_zh(self) -> str:
        """The name of the letter in Chinese, as it stands on the letter."""
        return self.letter.zh


def _outcome(row: dict[str, str]) -> Outcome:
    return Outcome(
        code=row["code"],
        label=Text(row["label_zh"], row["label_en"]),
        article_2007=row["article_2007"],
        article_2019=row["article_2019"],
        since=date.fromisoformat(row["since"]) if row["since"] else None,
        line_2014=row["line_2014"] or None,
        row_2019=row["row_2019"],
        row_2021=row["row_2021"],
        is_answer=row["is_answer"] == "yes",
        review_first=row["review_first"],
        needs=frozenset(row["needs"].split()),
        must_record=Text(row["must_record_zh"], row["must_record_en"]),
        letter=Text(row["letter_zh"], row["letter_en"]),
    )


OUTCOMES: Mapping[str, Outcome] = MappingProxyType({row["code"]: _outcome(row) for row in rows("outcomes")})


def outcome(code: str) -> Outcome:
    """The outcome of that code; refused (RuleBroken) if there is none."""
    if code not in OUTCOMES:
        raise RuleBroken(
            f"没有结果代码“{code}”。", f"There is no outcome with the code {code or '(empty)'}.", field="outcome"
        )
    return OUTCOMES[code]


def usable(code: str, regime: Regime, decided_on: date) -> Outcome:
    """The outcome of that code, refused (RuleBroken) where the regime or the day of the decision does not know it."""
    found = outcome(code)
    if not found.is_in(regime):
        raise RuleBroken(
            f"适用{regime.label.zh}的申请不能以“{found.label.zh}”办结。",
            f"A request under the {regime.label.en} cannot end as: {found.label.en}.",
            article=found.article_2019,
            field="outcome",
        )
    if found.since is not None and decided_on < found.since:
        said = Text("“{label}”自{start}起方可适用。", "The outcome “{label}” can be used from {start} only.")
        raise RuleBroken(*said.fill(label=found.label, start=found.since), article=found.article_2019, field="outcome")
    return found


def codes_of(category: Category) -> tuple[str, ...]:
    """The codes of the outcomes of a category."""
    return tuple(code for code, each in OUTCOMES.items() if each.category is category)
