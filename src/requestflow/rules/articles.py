"""How an article of the law is cited: written down in Chinese as offices cite it, read aloud in both languages."""

import re

from requestflow.rules.words import Text

_NAMES = (
    (re.compile(r"条例（(\d{4})）"), r"Regulation (\1)"),
    (re.compile(r"民法典"), "Civil Code"),
    (re.compile(r"行政诉讼法"), "Administrative Litigation Law"),
    (re.compile(r"行政复议法"), "Administrative Reconsideration Law"),
    (re.compile(r"（(\d{4})）"), r" (\1)"),
    (re.compile(r"第([\d—-]+)条"), r" Art. \1"),
    (re.compile(r"第(\d+)款"), r" para. \1"),
    (re.compile(r"第(\d+)项"), r"(\1)"),
    (re.compile(r"[、；]\s*"), "; "),
)


def cite(article: str) -> Text:
    """The article in both languages: 条例（2019）第31条第3项 is Regulation (2019) Art. 31(3).

    A document number (国办函〔2020〕109号) is a name and stays as it is.
    """
    english = article
    for pattern, words in _NAMES:
        english = pattern.sub(words, english)
    return Text(article, re.sub(r"\s+", " ", english).strip())
