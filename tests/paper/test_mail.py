"""Mails are written in the reader's language, as plain text, with a subject of one line."""

from datetime import date
from typing import Any

import pytest
from jinja2 import UndefinedError

from requestflow.paper.mail import TEMPLATES, written
from requestflow.rules.reminders import Stage
from requestflow.rules.words import spoken

FACTS: dict[str, Any] = {
    "number": "2026-0007",
    "agency": "住房和城乡建设局",
    "day": spoken(date(2026, 3, 30)),
    "left": 3,
    "stage": "due_in_3",
    "case_id": 7,
    "site": "https://office.example",
}


def test_every_mail_is_there_in_both_languages() -> None:
    files = {path.name for path in TEMPLATES.iterdir()}
    names = {name.partition(".")[0] for name in files}
    assert files == {f"{name}.{tongue}.txt" for name in names for tongue in ("zh", "en")}
    assert "reminder" in names


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("left", [0, 1, 3])
@pytest.mark.parametrize("stage", Stage)
def test_a_reminder_names_number_and_day_in_its_subject_whatever_its_stage(
    language: str, stage: Stage, left: int
) -> None:
    mail = written("reminder", language, **{**FACTS, "stage": stage.value, "left": left})
    assert "2026-0007" in mail.subject
    assert ("2026年3月30日" if language == "zh" else "30 March 2026") in mail.subject
    assert "https://office.example/cases/7" in mail.body
    assert "\n\n\n" not in mail.body


def test_one_day_is_not_days() -> None:
    mail = written("reminder", "en", **{**FACTS, "left": 1})
    assert "1 working day left" in mail.subject
    assert "1 working day is left" in mail.body


def test_a_reader_of_an_unknown_language_is_written_to_in_chinese() -> None:
    assert written("reminder", "fr", **FACTS) == written("reminder", "zh", **FACTS)


def test_without_a_site_there_is_no_link() -> None:
    assert "/cases/" not in written("reminder", "zh", **{**FACTS, "site": ""}).body


def test_a_mail_is_plain_text() -> None:
    assert "R&D <1>" in written("reminder", "en", **{**FACTS, "agency": "R&D <1>"}).body


def test_a_fact_that_is_missing_is_no_empty_place() -> None:
    with pytest.raises(UndefinedError, match="agency"):
        written("reminder", "zh", **{name: fact for name, fact in FACTS.items() if name != "agency"})
