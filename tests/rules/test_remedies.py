"""What an applicant can do against an answer, by its outcome and the law of the day it was sent."""

from datetime import date

import pytest

from requestflow.rules.articles import cite
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.regimes import IN_FORCE
from requestflow.rules.remedies import RemedyKind, ways
from requestflow.rules.workdays import national


def _said(code: str, sent_on: str) -> str:
    return "".join(way.what.zh for way in ways(OUTCOMES[code], date.fromisoformat(sent_on)))


@pytest.mark.parametrize(
    ("sent_on", "months"),
    [("2008-05-01", 3), ("2015-04-30", 3), ("2015-05-01", 6), ("2023-12-31", 6)],
)
@pytest.mark.parametrize("code", ["O02", "O11", "O21"])
def test_until_2024_every_answer_may_be_taken_to_court_directly(sent_on: str, months: int, code: str) -> None:
    said = _said(code, sent_on)
    assert "60日内依法申请行政复议" in said
    assert f"{months}个月内直接向人民法院提起行政诉讼" in said
    assert "应当" not in said


@pytest.mark.parametrize("code", ["O11", "O14A", "O15A", "O16A", "O17"])
def test_from_2024_a_refusal_under_articles_14_to_16_goes_to_review_first(code: str) -> None:
    said = _said(code, "2024-01-01")
    assert "应当自收到答复之日起60日内先依法申请行政复议" in said
    assert "对行政复议决定不服的，再自收到复议决定书之日起15日内向人民法院提起行政诉讼" in said
    assert "直接" not in said


@pytest.mark.parametrize("code", ["O02", "O04", "O18", "O21", "O31"])
def test_from_2024_any_other_answer_may_still_be_taken_to_court_directly(code: str) -> None:
    said = _said(code, "2026-03-05")
    assert "可以自收到答复之日起60日内依法申请行政复议" in said
    assert "6个月内直接向人民法院提起行政诉讼" in said


@pytest.mark.parametrize("sent_on", [IN_FORCE, date(2015, 5, 1), date(2024, 1, 1)])
@pytest.mark.parametrize("code", OUTCOMES)
def test_every_answer_has_both_ways_review_first_each_with_its_article(code: str, sent_on: date) -> None:
    found = ways(OUTCOMES[code], sent_on)
    assert [way.kind for way in found] == [RemedyKind.review, RemedyKind.suit]
    for way in found:
        assert way.what.en != way.what.zh
        assert " Art. " in cite(way.article).en


@pytest.mark.parametrize(
    ("code", "sent_on", "review", "suit"),
    [
        ("O02", "2026-03-11", "2026-05-11", "2026-09-11"),
        ("O11", "2026-03-11", "2026-05-11", None),  # the suit comes after the review
        ("O02", "2014-03-11", "2014-05-12", "2014-06-11"),
    ],
)
def test_each_way_has_its_last_day_which_is_never_a_day_off(
    code: str, sent_on: str, review: str, suit: str | None
) -> None:
    got_on = date.fromisoformat(sent_on)
    last = [way.last_day(got_on, national()) for way in ways(OUTCOMES[code], got_on)]
    assert last == [date.fromisoformat(review), date.fromisoformat(suit) if suit else None]
