"""What makes a description findable, and what sounds like a complaint."""

import pytest

from requestflow.rules.descriptions import FEATURES, found_in, is_complaint


@pytest.mark.parametrize(
    ("said", "features"),
    [
        ("2025年滨河路东段房屋征收补偿方案", {"document", "time", "place"}),
        ("吴政发〔2024〕3号", {"document", "time"}),
        ("The compensation plan for Binhe Road, 2025", {"document", "time", "place"}),
        ("有关拆迁的全部材料", set()),
        ("", set()),
    ],
)
def test_a_description_is_told_what_it_has_of_name_time_and_place(said: str, features: set[str]) -> None:
    assert {name for name, is_there in found_in(said).items() if is_there} == features


@pytest.mark.parametrize("said", ["为什么要拆我家的房子", "投诉村委会", "Why is my house to be demolished?"])
def test_a_question_and_a_complaint_are_noticed(said: str) -> None:
    assert is_complaint(said)


@pytest.mark.parametrize("said", ["房屋征收决定", "信息公开年度报告", "The decision on expropriation of 2025"])
def test_a_request_for_a_document_is_no_complaint(said: str) -> None:
    assert not is_complaint(said)


def test_every_feature_is_named_in_both_languages() -> None:
    assert all(feature.what.zh and feature.what.en for feature in FEATURES)
