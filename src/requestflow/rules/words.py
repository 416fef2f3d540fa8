"""The two languages of every sentence, and enumerations whose members carry their own name in both."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Text(NamedTuple):
    """One sentence or term in Chinese and in English."""

    zh: str
    en: str

    def fill(self, **facts: object) -> "Text":
        """The same text with its {placeholders} filled: texts and days in the language of the sentence."""
        said = {name: spoken(fact) for name, fact in facts.items()}
        return Text(
            self.zh.format(**{name: text.zh for name, text in said.items()}),
            self.en.format(**{name: text.en for name, text in said.items()}),
        )

    def join(self, said: Iterable["Text"]) -> "Text":
        """The texts one after the other with this one between them, as `str.join` does it."""
        texts = list(said)
        return Text(self.zh.join(text.zh for text in texts), self.en.join(text.en for text in texts))


COMMA, SPACE, NEWLINE, TO = Text("、", ", "), Text("", " "), Text("\n", "\n"), Text("至", " to ")
"""What stands between parts of a list, between sentences, between lines, and between the first and the last."""


def spoken(fact: object) -> Text:
    """A fact as it is read aloud in each language: 2026年3月5日, 5 March 2026."""
    if isinstance(fact, Text):
        return fact
    if isinstance(fact, date):
        return Text(f"{fact.year}年{fact.month}月{fact.day}日", f"{fact.day} {_MONTHS[fact.month - 1]} {fact.year}")
    return Text(str(fact), str(fact))


def figure(value: int | Decimal) -> str:
    """A figure as both languages write it: its thousands set apart, and no zeros behind the point that say nothing."""
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"


def spoken_month(day: date) -> Text:
    """The month of a day as it is read aloud: 2026年3月, March 2026."""
    return Text(f"{day.year}年{day.month}月", f"{_MONTHS[day.month - 1]} {day.year}")


class Word(StrEnum):
    """A term of the trade: the member's name is the stored value, and `label` is what people read."""

    label: Text

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:  # defaults: mypy reads Word("…") as this call
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Text(zh, en)
        return member

    __hash__ = str.__hash__  # the enumeration's own is in Python, and every table of the law is keyed by words
