"""How the law says no: one exception, whose sentence a clerk can act on."""

from requestflow.rules.words import Text


class RuleBroken(Exception):
    """A step or an input that the law does not allow.

    `said` is the sentence in both languages, `article` the source of the rule (may be empty), `field` the key of the
    input that the sentence is about (empty when it is about the step as a whole).
    """

    def __init__(self, zh: str, en: str, *, article: str = "", field: str = "") -> None:
        super().__init__(en)
        self.said = Text(zh, en)
        self.article = article
        self.field = field
