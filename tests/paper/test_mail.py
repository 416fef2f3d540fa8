"""Mails are written in the reader's language, as plain text, with a subject of one line."""

from datetime import date
from typing import Any

import pytest
from jinja2 import UndefinedError

from requestflow.paper.mail import TEMPLATES, template_of, written
from requestflow.rules.articles import cite
from requestflow.rules.notices import Notice
from requestflow.rules.reminders import windows
from requestflow.rules.words import spoken
from requestflow.rules.workdays import national

FACTS: dict[str, Any] = {
    "number": "2026-0007",
    "agency": "住房和城乡建设局",
    "where": "",
    "day": spoken(date(2026, 3, 30)),
    "left": 3,
    "consented": None,
    "notice": "due_in_3",
    "filed": spoken(date(2026, 3, 20)),
    "days": 10,
    "summary_days": 5,
    "article": cite("行政复议法（2023）第48条、第54条"),
    "case_id": 7,
    "is_statutory": False,
    "site": "https://office.example",
}
OF_A_CASE = [
    notice for notice in Notice if notice in {window.notice for window in windows(date(2026, 3, 25), national())}
]


def test_every_mail_is_there_in_both_languages() -> None:
    files = {path.name for path in TEMPLATES.iterdir()}
    texts = {name.partition(".")[0] for name in files if name.endswith(".txt")}
    pages = {name.partition(".")[0] for name in files if name.endswith(".html")}
    both = ("zh", "en")
    assert files == {
        *(f"{name}.{tongue}.txt" for name in texts for tongue in both),
        *(f"{name}.{tongue}.html" for name in pages for tongue in both),
    }
    assert pages <= texts
    assert {template_of(notice) for notice in OF_A_CASE} < texts


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("left", [0, 1, 3])
@pytest.mark.parametrize("notice", OF_A_CASE)
def test_a_notice_names_the_number_in_its_subject_and_the_day_whatever_it_is_about(
    language: str, notice: Notice, left: int
) -> None:
    facts = {**FACTS, "notice": notice.value, "left": left}
    mail = written(template_of(notice), language, **facts)
    assert "2026-0007" in mail.subject
    assert ("2026年3月30日" if language == "zh" else "30 March 2026") in mail.subject + mail.body
    assert "https://office.example/cases/7" in mail.body
    assert "\n\n\n" not in mail.body


@pytest.mark.parametrize("language", ["zh", "en"])
def test_only_what_may_be_turned_off_says_where(language: str) -> None:
    assert "https://office.example/me" in written("due", language, **FACTS).body
    assert "/me" not in written("due", language, **{**FACTS, "is_statutory": True}).body


def test_one_day_is_not_days() -> None:
    mail = written("due", "en", **{**FACTS, "left": 1})
    assert "1 working day left" in mail.subject
    assert "1 working day is left" in mail.body


def test_what_must_be_decided_is_said_to_be_for_a_person() -> None:
    for name in ("correction_unanswered", "fee_unpaid"):
        assert "系统不会自动办结" in written(name, "zh", **FACTS).body
        assert "the system never closes it by itself" in written(name, "en", **FACTS).body


def test_a_review_of_a_time_without_summary_procedure_does_not_speak_of_one() -> None:
    facts = {**FACTS, "notice": "review_reply"}
    assert "简易程序的为5日" in written("review", "zh", **facts).body
    assert "简易程序" not in written("review", "zh", **{**facts, "summary_days": 0}).body


def test_a_reader_of_an_unknown_language_is_written_to_in_chinese() -> None:
    assert written("due", "fr", **FACTS) == written("due", "zh", **FACTS)


def test_without_a_site_there_is_no_link() -> None:
    assert "/cases/" not in written("due", "zh", **{**FACTS, "site": ""}).body


def test_a_mail_is_plain_text() -> None:
    assert "R&D <1>" in written("due", "en", **{**FACTS, "agency": "R&D <1>"}).body


def test_a_fact_that_is_missing_is_no_empty_place() -> None:
    with pytest.raises(UndefinedError, match="agency"):
        written("due", "zh", **{name: fact for name, fact in FACTS.items() if name != "agency"})


@pytest.mark.parametrize(("language", "said"), [("zh", "尚未告知申请人"), ("en", "not been told")])
def test_a_consent_that_the_applicant_was_not_told_of_is_brought_to_mind(language: str, said: str) -> None:
    assert said not in written("due", language, **FACTS).body
    assert said in written("due", language, **{**FACTS, "consented": spoken(date(2026, 3, 26))}).body
