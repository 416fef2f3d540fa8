"""The numbers of documents, with the examples of the national standards."""

import pytest

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.documents import IdType, check, documents_of
from requestflow.rules.errors import RuleBroken


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_gb_11643_are_good_numbers(number: str) -> None:
    assert check(IdType.resident, number) == number


def test_a_credit_code_with_its_check_character_is_good() -> None:
    assert check(IdType.credit_code, "91350100M000100Y43") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (IdType.resident, "110105194912310021"),
        (IdType.resident, "11010519491231002"),
        (IdType.credit_code, "91350100M000100Y44"),
        (IdType.credit_code, "91350100I000100Y43"),
    ],
)
def test_a_slip_of_the_pen_is_found_and_lands_on_its_field(kind: IdType, number: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check(kind, number)
    assert refused.value.field == "id_number"


def test_blanks_and_small_letters_do_not_matter() -> None:
    assert check(IdType.resident, "110105 19491231 002x") == "11010519491231002X"


def test_what_a_chinese_keyboard_writes_is_read_as_it_was_meant() -> None:
    assert check(IdType.resident, "１１０１０５１９４９１２３１００２ｘ。") == "11010519491231002X"
    assert check(IdType.passport, "Ｅ１２３４５６７") == "E1234567"


@pytest.mark.parametrize("kind", [IdType.resident, IdType.credit_code])
def test_a_digit_too_few_is_told_as_such(kind: IdType) -> None:
    with pytest.raises(RuleBroken, match="has 18 digits and letters; you gave 17"):
        check(kind, "11010519491231002")


def test_a_document_without_a_known_check_is_taken_as_it_is() -> None:
    assert check(IdType.passport, "e1234567") == "E1234567"


def test_no_two_documents_have_the_same_name_in_either_language() -> None:
    for names in ([kind.label.zh for kind in IdType], [kind.label.en for kind in IdType]):
        assert len(set(names)) == len(names)


def test_a_citizen_gives_personal_papers_and_an_organisation_its_code() -> None:
    assert IdType.credit_code not in documents_of(ApplicantKind.natural_person)
    assert IdType.resident in documents_of(ApplicantKind.natural_person)
    for kind in set(ApplicantKind) - {ApplicantKind.natural_person}:
        assert documents_of(kind) == (IdType.credit_code, IdType.other)
