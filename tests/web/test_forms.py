"""Forms: what was typed is kept, and every error is a sentence in both languages that says what to do."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import Field, SQLModel
from werkzeug.datastructures import MultiDict

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services._fields import Day, MaybeDay
from requestflow.web.forms import blank, fill, is_iso_day, iso, pairs


class Try(SQLModel):
    """A form with one field of each sort."""

    name: str = Field(min_length=1, max_length=5)
    on: Day
    until: MaybeDay = None
    kind: ApplicantKind = ApplicantKind.business
    nth: int = Field(default=1, ge=1, le=9)
    yuan: Decimal = Decimal(0)
    topics: list[str] = Field(default_factory=list)


def _filled(**typed: str) -> dict[str, Text]:
    return fill(Try, MultiDict({"name": "李", "on": "2026-03-05", **typed})).errors


def test_a_good_form_has_a_value_and_no_errors() -> None:
    form = fill(Try, MultiDict([("name", " 李 "), ("on", "2026年3月5日"), ("topics", "a"), ("topics", "b")]))
    assert form.errors == {}
    assert form.value == Try(name="李", on=date(2026, 3, 5), topics=["a", "b"])


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写这一项。"),
        ({"name": "一二三四五六"}, "name", "最多写 5 个字，请删减。"),
        ({"on": "yesterday"}, "on", "请填写日期，例如 2026-03-05。"),
        ({"until": "2026-02-30"}, "until", "请填写日期，例如 2026-03-05。"),
        ({"kind": "dog"}, "kind", "请从所列选项中选择一项。"),
        ({"nth": "many"}, "nth", "请填写整数，例如 12。"),
        ({"nth": "0"}, "nth", "不得小于 1。"),
        ({"nth": "10"}, "nth", "不得大于 9。"),
        ({"yuan": "a lot"}, "yuan", "请填写数字，例如 120.50。"),
    ],
)
def test_every_error_is_a_sentence_on_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    errors = _filled(**typed)
    assert list(errors) == [field]
    assert errors[field].zh == sentence
    assert errors[field].en.isascii()


def test_errors_come_in_the_order_of_the_form_and_what_was_typed_stays() -> None:
    form = fill(Try, MultiDict({"nth": "x", "on": "y", "name": ""}))
    assert list(form.errors) == ["name", "on", "nth"]
    assert form.typed == {"nth": "x", "on": "y", "name": ""}
    assert form.value is None


def test_a_field_left_empty_takes_its_default() -> None:
    form = fill(Try, MultiDict({"name": "李", "on": "2026-03-05", "kind": "", "until": ""}))
    assert form.value is not None
    assert form.value.kind is ApplicantKind.business
    assert form.value.until is None


def test_what_no_database_can_keep_is_dropped() -> None:
    form = fill(Try, MultiDict([("name", "\0李\0 "), ("on", "2026-03-05"), ("topics", "征\0地")]))
    assert form.value == Try(name="李", on=date(2026, 3, 5), topics=["征地"])
    assert form.typed["name"] == "李"


def test_what_the_page_knows_cannot_be_typed_over() -> None:
    form = fill(Try, MultiDict({"name": "李", "on": "2026-03-05", "nth": "7"}), nth=2)
    assert form.value is not None
    assert form.value.nth == 2


def test_a_page_says_in_its_own_words_what_is_missing() -> None:
    asks = {"name": Text("请填写姓名。", "Give a name.")}
    assert fill(Try, MultiDict({"on": "2026-03-05"}), asks=asks).errors["name"].zh == "请填写姓名。"
    assert (
        fill(Try, MultiDict({"on": "2026-03-05", "name": "一二三四五六"}), asks=asks).errors["name"].zh
        != "请填写姓名。"
    )


def test_a_refused_step_lands_on_its_field_with_its_article() -> None:
    form = fill(Try, MultiDict({"name": "李", "on": "2026-03-05"}))
    form.refuse(RuleBroken("不行。", "No.", article="条例（2019）第30条", field="on"))
    assert form.value is None
    assert form.errors["on"].en == "No."
    assert form.source is not None
    assert "Art. 30" in form.source.en


def test_a_day_that_is_no_day_is_shown_as_it_was_typed() -> None:
    assert iso(date(2026, 3, 5)) == "2026-03-05"
    assert is_iso_day("2026-03-05")
    assert is_iso_day("")
    assert not is_iso_day("5 March")
    assert iso(blank(on=date(2026, 3, 5)).typed["on"]) == "2026-03-05"


def test_answers_are_offered_from_an_enumeration_or_from_pairs() -> None:
    assert pairs(ApplicantKind)[0] == ("natural_person", ApplicantKind.natural_person)
    assert pairs([("A", "甲")]) == [("A", "甲")]
