"""The two languages of every sentence, and enumerations whose members carry their own name in both."""

from enum import StrEnum
from typing import NamedTuple, Self


class Text(NamedTuple):
    """One sentence or term in Chinese and in English."""

    zh: str
    en: str

    def fill(self, **facts: object) -> "Text":
        """The same text with its {placeholders} filled; a fact that is itself a Text speaks its own language."""
        return Text(
            self.zh.format(**{name: fact.zh if isinstance(fact, Text) else fact for name, fact in facts.items()}),
            self.en.format(**{name: fact.en if isinstance(fact, Text) else fact for name, fact in facts.items()}),
        )


class Word(StrEnum):
    """A term of the trade: the member's name is the stored value, and `label` is what people read."""

    label: Text

    def __new__(cls, value: str, zh: str, en: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Text(zh, en)
        return member
