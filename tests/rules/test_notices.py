"""Everything that an officer can be told of stands in one table, in both languages."""

import pytest

from requestflow.rules.notices import Audience, Notice
from requestflow.rules.roles import Role
from requestflow.rules.tables import rows

STATUTORY = {
    *(Notice.unconfirmed, Notice.due_in_1, Notice.overdue, Notice.report_due),
    *(Notice.review_reply, Notice.review_late, Notice.suit_reply, Notice.suit_late),
}


def test_the_table_and_the_vocabulary_name_the_same_notices_in_the_same_order() -> None:
    assert [row["notice"] for row in rows("notices")] == list(Notice)


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_says_in_both_languages_what_it_is_when_it_comes_and_to_whom(notice: Notice) -> None:
    for text in (notice.label, notice.when, notice.whom):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)
        assert text.en.isascii()
        assert text.en == text.en.strip() != ""


def test_what_guards_a_term_of_the_law_cannot_be_turned_off() -> None:
    assert {notice for notice in Notice if notice.is_statutory} == STATUTORY
    assert all(notice.article for notice in STATUTORY)


def test_a_notice_is_looked_up_by_the_value_that_is_stored() -> None:
    assert Notice("due_in_5") is Notice.due_in_5
    with pytest.raises(ValueError, match="due_in_9"):
        Notice("due_in_9")


@pytest.mark.parametrize("audience", Audience)
def test_whoever_is_told_has_a_head_among_them_so_that_an_office_is_never_left_out(audience: Audience) -> None:
    assert Role.head in audience.roles
