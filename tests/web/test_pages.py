"""Every template and every page that can be opened: that it compiles, opens, and is strict HTML in both languages."""

from collections.abc import Callable

import pytest
from flask import Flask

from requestflow.rules.lifecycle import Action
from requestflow.rules.roles import Role
from requestflow.services import casework
from requestflow.web.access import FILES, policy_of
from tests.web.conftest import Visitor
from tests.web.desk import came_in, now_at, take

SignIn = Callable[..., Visitor]
OF_ONE_BROWSER = {
    f"public.{page}" for page in ("resume", "question", "review", "think_twice", "receipt", "show", "think_again")
}
OPENED_IN_OTHER_TESTS = {"intake.receipt", *OF_ONE_BROWSER}
NO_PAGES = {"annual.download", "health.alive", "health.ready", "health.metrics"}
LEADS_ON = (301, 302)


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates()
    assert len(names) > 20
    for name in names:
        assert app.jinja_env.get_template(name).name == name


def _addresses(app: Flask, **known: object) -> dict[str, str]:
    """Every page that opens by GET, with its address for a known case, year and figure."""
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in FILES
        }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_opens_as_strict_html_for_those_who_may_open_it(app: Flask, sign_in: SignIn, lang: str) -> None:
    readers = {role: sign_in(role) for role in Role}
    case = came_in()
    take(casework.assign, now_at(case), casework.Assignment(on=case.received_on, handler="handler.city"))
    about = {"case_id": case.id, "action": Action.decide, "year": case.received_on.year, "kind": "csv"}
    about |= {"draft": "of nobody", "slip": "of nobody", "question": "what"}
    about |= {"agency_id": case.agency_id, "person_id": now_at(case).handler_id}
    query = {"lang": lang, "figure": "table3/new/total"}
    opened = set()
    for endpoint, address in _addresses(app, **about).items():
        policy = policy_of(app, endpoint)
        assert policy is not None
        for role in policy.roles or Role:
            page = readers[role].get(address, **query)
            assert page.status in (200, *LEADS_ON), f"{role} {address}: {page.status}"
            if page.tree is not None:
                opened.add(endpoint)
                assert page.found(".").get("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    assert opened >= set(_addresses(app, **about)) - OPENED_IN_OTHER_TESTS - NO_PAGES
