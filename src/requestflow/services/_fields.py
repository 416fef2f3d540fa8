"""The field types of the input classes: a web form, a row of a ledger and a test say a day or a line the same way."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from requestflow.rules import days

_DASHES = re.compile(r"[-\u2010-\u2015\u2212\u30fc]+")  # hyphens, dashes, the minus sign, a keyboard's long mark


def read_day(said: Any) -> Any:
    """A legal day from 2018-03-05, 2018/3/5, 2018年3月5日 or a date of a spreadsheet; blank is None."""
    if isinstance(said, datetime):
        return said.date()
    if not isinstance(said, str):
        return said
    if not said.strip():
        return None
    try:
        return days.written(said)
    except ValueError:
        raise PydanticCustomError("no_day", "{said} is not a day", {"said": said}) from None


def plain(said: str) -> str:
    """What came in from outside, without blanks around it and without NUL, which PostgreSQL cannot keep in a text."""
    return said.replace("\0", "").strip()


def tidy(said: str) -> str:
    """A number or code as it is printed, however it was typed: full-width digits, any dash, blanks between."""
    return _DASHES.sub("-", "".join(unicodedata.normalize("NFKC", said).split()))


def narrow(said: Any) -> Any:
    """A text with plain digits and signs instead of the full-width ones of a Chinese keyboard; others as they are."""
    return unicodedata.normalize("NFKC", said) if isinstance(said, str) else said


Day = Annotated[date, BeforeValidator(read_day)]
MaybeDay = Annotated[date | None, BeforeValidator(read_day)]
Whole = Annotated[int, BeforeValidator(narrow)]
"""A whole number, also in the full-width digits of a Chinese keyboard."""
Money = Annotated[Decimal, BeforeValidator(narrow), Field(max_digits=12, decimal_places=2)]
"""Yuan and fen."""

# How long a text may be is said here, as a limit of Field() would give way to that of the type.
Postcode = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16), BeforeValidator(narrow)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64), BeforeValidator(narrow)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
GivenShort = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
FilterName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
FilterQuery = Annotated[str, StringConstraints(max_length=500)]
Topic = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
GivenWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
