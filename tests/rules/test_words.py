"""Terms and sentences in two languages, and how the law says no."""

from datetime import date

import pytest

from requestflow.rules.channels import Channel
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text, Word, spoken


class Fruit(Word):
    pear = "pear", "梨", "Pear"
    plum = "plum", "李", "Plum"


def test_a_word_is_its_stored_value_and_carries_its_name_in_both_languages() -> None:
    assert Fruit.pear == "pear"
    assert Fruit("plum") is Fruit.plum
    assert Fruit.plum.label == Text("李", "Plum")
    assert f"{Fruit.plum}" == "plum"


def test_a_word_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="apple"):
        Fruit("apple")


def test_a_sentence_is_filled_in_each_language_by_texts_days_and_numbers() -> None:
    said = Text("{fruit}于{day}到{n}个", "{n} of {fruit} came on {day}")
    assert said.fill(fruit=Fruit.pear.label, day=date(2026, 3, 5), n=2) == Text(
        "梨于2026年3月5日到2个", "2 of Pear came on 5 March 2026"
    )


def test_a_day_is_read_aloud_as_each_language_reads_it() -> None:
    assert spoken(date(2026, 12, 31)) == Text("2026年12月31日", "31 December 2026")


def test_a_refusal_speaks_both_languages_and_knows_its_article_and_field() -> None:
    refusal = RuleBroken("不可以。", "No.", article="条例（2019）第30条", field="reason")
    assert refusal.said == Text("不可以。", "No.")
    assert (refusal.article, refusal.field) == ("条例（2019）第30条", "reason")
    assert str(refusal) == "No."


def test_the_channels_are_stored_under_the_names_of_the_ledger() -> None:
    assert [str(channel) for channel in Channel] == ["face_to_face", "fax", "web", "mail"]
