"""The reader's language: how it is chosen, and how days, instants and figures are said in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services import people
from requestflow.services.people import NewPerson
from requestflow.store.session import transaction
from requestflow.web.language import day, moment, number, say
from tests.web.conftest import PASSWORD, Visitor


@pytest.mark.parametrize(
    ("spoken", "value", "chinese", "english"),
    [
        (say, Text("好", "good"), "好", "good"),
        (say, State.open, "办理中", "Being worked on"),
        (say, date(2026, 3, 5), "2026年3月5日", "5 March 2026"),
        (say, "王大山", "王大山", "王大山"),
        (say, None, "", ""),
        (day, "2026-03-05", "2026年3月5日", "5 March 2026"),
        (day, None, "", ""),
        (moment, datetime(2026, 3, 4, 16, 30, tzinfo=UTC), "2026年3月5日 00:30", "5 March 2026, 00:30"),
        (number, 1234567, "1,234,567", "1,234,567"),
        (number, Decimal("120.5000"), "120.5", "120.5"),
        (number, Decimal("1200"), "1,200", "1,200"),
        (number, None, "", ""),
    ],
)
def test_a_value_is_said_in_the_readers_form(
    app: Flask, spoken: Callable[[Any], str], value: Any, chinese: str, english: str
) -> None:
    with app.test_request_context("/?lang=zh"):
        assert spoken(value) == chinese
    with app.test_request_context("/?lang=en"):
        assert spoken(value) == english


def test_no_line_of_a_page_tears_a_day_apart_and_plain_text_gets_it_bare(app: Flask) -> None:
    sentence = "{{ _('%(day)s & %(other)s', day=day|day, other='<b>') }}"
    app.jinja_env.loader = DictLoader({"page.html": sentence, "letter.txt": sentence})
    with app.test_request_context("/?lang=zh"):
        page, letter = (render_template(name, day=date(2026, 3, 5)) for name in ("page.html", "letter.txt"))
    assert page == '<span class="nowrap">2026年3月5日</span> & &lt;b&gt;'
    assert letter == "2026年3月5日 & <b>"


def test_a_word_in_a_template_follows_each_reader_anew(app: Flask) -> None:
    """Jinja would fold a filter over a constant into the language of the first reader."""
    template = app.jinja_env.from_string('{{ "number"|label }} {{ "条例（2019）第30条"|cite }}')
    said = []
    for tongue in ("zh", "en", "zh"):
        with app.test_request_context(f"/?lang={tongue}"):
            said.append(template.render())
    assert said == [
        "受理编号 条例（2019）第30条",
        "Case number Regulation (2019) Art. 30",
        "受理编号 条例（2019）第30条",
    ]


def test_an_officer_reads_the_language_of_the_account_unless_another_is_chosen(visitor: Visitor) -> None:
    with transaction() as session:
        about = {"login": "smith", "name": "Smith", "role": "clerk", "agency": "CITY", "language": "en"}
        people.add(session, NewPerson(**about, password=PASSWORD))
    visitor.get("/signin")
    visitor.post("/signin", {"login": "smith", "password": PASSWORD})
    assert visitor.get("/").found(".").get("lang") == "en"
    assert visitor.get("/", lang="zh").found(".").get("lang") == "zh-CN"


def test_a_first_visit_is_in_chinese_whatever_the_browser_asks_for(visitor: Visitor) -> None:
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-US,en;q=0.9"
    assert visitor.get("/").found(".").get("lang") == "zh-CN"


def test_the_language_that_was_chosen_wins_over_that_of_the_browser(visitor: Visitor) -> None:
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    visitor.get("/", lang="en")
    assert visitor.get("/").found(".").get("lang") == "en"


def test_an_officer_reads_the_language_of_the_account_in_any_browser(sign_in: Callable[..., Visitor]) -> None:
    clerk = sign_in(Role.clerk)
    clerk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-US"
    assert clerk.get("/").found(".").get("lang") == "zh-CN"


def test_an_unknown_language_is_chinese(visitor: Visitor) -> None:
    assert visitor.get("/", lang="fr").found(".").get("lang") == "zh-CN"
