"""The docs say what the program does."""

import re
from pathlib import Path

from requestflow.rules import diagram
from workers import page

HOUSE = Path(__file__).resolve().parents[1]


def test_the_page_on_the_life_of_a_case_is_the_table_of_steps() -> None:
    assert (HOUSE / "docs/lifecycle.md").read_text(encoding="utf-8") == diagram.page(), "run make docs"


def test_the_page_on_the_timetable_is_the_table_of_notices_and_the_timetable_itself() -> None:
    assert (HOUSE / "docs/timetable.md").read_text(encoding="utf-8") == page.page(), "run make docs"


def test_every_link_and_picture_of_the_docs_leads_somewhere() -> None:
    pages = [*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")]
    links = [
        (source, link)
        for source in pages
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", source.read_text(encoding="utf-8"))
    ]
    assert links
    assert [f"{source.name}: {link}" for source, link in links if not (source.parent / link).exists()] == []
