"""The documents by which an applicant is known, and the check digits that betray a slip of the pen (2019 Art. 29)."""

import unicodedata
from collections.abc import Callable, Mapping

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Word

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
"""So many digits and letters has each number with a check digit."""


class IdType(Word):
    """What proves who is asking; the value is the Chinese name, as registers have always held it."""

    resident = "居民身份证", "居民身份证", "Resident identity card"
    passport = "护照", "护照", "Passport"
    hk_macao_permit = (
        "港澳居民来往内地通行证",
        "港澳居民来往内地通行证",
        "Mainland travel permit for Hong Kong and Macao residents",
    )
    taiwan_permit = "台湾居民来往大陆通行证", "台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents"
    residence = "居住证", "港澳台居民居住证", "Residence permit for Hong Kong, Macao and Taiwan residents"
    permanent = "外国人永久居留身份证", "外国人永久居留身份证", "Foreign permanent resident identity card"
    credit_code = "统一社会信用代码", "统一社会信用代码", "Unified social credit code"
    other = "其他", "其他证件", "Other document"


_OF_ORGANISATIONS = (IdType.credit_code, IdType.other)
_OF_PEOPLE = tuple(kind for kind in IdType if kind is not IdType.credit_code)


def documents_of(applicant: ApplicantKind) -> tuple[IdType, ...]:
    """The documents that an applicant of this kind can be known by: a citizen's own papers, an organisation's code."""
    return _OF_PEOPLE if applicant is ApplicantKind.natural_person else _OF_ORGANISATIONS


def check(kind: IdType, number: str) -> str:
    """The number in plain capitals without blanks, however a Chinese keyboard wrote it.

    One with a check digit is of letters and digits alone. RuleBroken if its length or check digit is wrong.
    """
    number = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    rule = _CHECKS.get(kind)
    if rule is None:
        return number
    number = "".join(sign for sign in number if sign.isalnum())
    if len(number) != LENGTH:
        raise RuleBroken(
            f"{_number_zh(kind)}应为{LENGTH}位，您填了{len(number)}位，请核对。",
            f"A {kind.label.en.lower()} number has {LENGTH} digits and letters; you gave {len(number)}.",
            article="条例（2019）第29条",
            field="id_number",
        )
    if not rule(number):
        raise RuleBroken(
            f"{_number_zh(kind)}有误，请对照证件逐位核对。",
            f"This is not a valid {kind.label.en.lower()} number; compare it with the document digit by digit.",
            article="条例（2019）第29条",
            field="id_number",
        )
    return number


def _number_zh(kind: IdType) -> str:
    return f"{kind.label.zh}号码" if kind is IdType.resident else kind.label.zh


def _is_resident_number(number: str) -> bool:
    """GB 11643-1999: 17 digits and a check digit (mod 11)."""
    if not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return number[17] == _ID_CHECKS[total % 11]


def _is_credit_code(number: str) -> bool:
    """GB 32100-2015: 17 characters without I, O, S, V, Z and a check character (mod 31)."""
    if any(digit not in _CREDIT_DIGITS for digit in number):
        return False
    total = sum(pow(3, nth, 31) * _CREDIT_DIGITS.index(digit) for nth, digit in enumerate(number[:17]))
    return number[17] == _CREDIT_DIGITS[-total % 31]


_CHECKS: Mapping[IdType, Callable[[str], bool]] = {
    IdType.resident: _is_resident_number,
    IdType.credit_code: _is_credit_code,
}
