"""A subject shows on locked screens: nothing that a case is about, and nobody's name, gets into one."""

from pathlib import Path

import pytest
from jinja2 import Environment, meta

from requestflow.paper.mail import TEMPLATES

ALLOWED = {"number", "where", "day", "left", "stage", "notice", "year", "month", "n", "open", "late"}
"""What a subject may be made of: the number of a case and its agency, days, counts, and which notice it is."""
_READER = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)


LETTERS = [path for path in sorted(TEMPLATES.glob("*.txt")) if not path.name.startswith("case_foot.")]
"""Every mail, without the part that several of them share."""


def _subject(template: Path) -> str:
    """The source of a subject: all before the first empty line."""
    return template.read_text(encoding="utf-8").partition("\n\n")[0]


@pytest.mark.parametrize("template", LETTERS, ids=lambda path: path.name)
def test_a_subject_is_made_of_nothing_but_numbers_agencies_and_days(template: Path) -> None:
    facts = meta.find_undeclared_variables(_READER.parse(_subject(template)))
    assert facts <= ALLOWED, f"{template.name} shows {facts - ALLOWED}"


@pytest.mark.parametrize("template", LETTERS, ids=lambda path: path.name)
def test_a_subject_is_one_line_whichever_way_the_letter_goes(template: Path) -> None:
    lines = [line for line in _subject(template).splitlines() if not line.startswith("{%")]
    branches = sum(line.startswith("{%") for line in _subject(template).splitlines())
    assert len(lines) == max(1, branches - 1)  # one for each of if, elif, else; the last of them ends
    assert all(line.strip() for line in lines)
