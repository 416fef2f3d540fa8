"""A day as people write it: 2018-03-05, 2018/3/5, 2018.3.5 or 2018年3月5日."""

import re
from datetime import date

_WRITTEN = re.compile(r"\s*(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*(?:-|/|\.|月)\s*(\d{1,2})\s*日?\s*")


def written(said: str) -> date:
    """The day that a text names; ValueError where it names none."""
    found = _WRITTEN.fullmatch(said)
    if not found:
        raise ValueError(said)
    return date(*map(int, found.groups()))
