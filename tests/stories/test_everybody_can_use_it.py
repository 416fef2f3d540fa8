"""Everybody can use it: every page is read by axe (WCAG 2.2 AA), narrow, enlarged, by keyboard, without JavaScript.

400 % of a window of 1280 × 1024 is one of 320 × 256 CSS pixels, so one narrow walk answers for both.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import abort
from playwright.sync_api import Page

from requestflow.clock import now, today
from requestflow.services import demo
from requestflow.settings import Settings
from requestflow.store.session import transaction
from requestflow.web import create_app
from requestflow.web.access import public
from requestflow.web.errors import alone
from tests.servers.databases import Copy, bound
from tests.servers.threaded import serving
from tests.stories.every_page import Visit, Walk, walk_through

WIDE = {"width": 1280, "height": 1024}
NARROW = {"width": 320, "height": 256}
HAND = {"width": 390, "height": 844}
REFUSALS = ("/broken/500", "/broken/503", *(f"/no/{status}" for status in (400, 403, 404, 405, 409, 413, 422, 429)))
FOR_MACHINES = {"health.alive", "health.ready", "health.metrics"}
GUIDELINES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_WIDTH = {"type": "rule", "values": ["target-size", "color-contrast", "scrollable-region-focusable"]}
"""The rules whose answer depends on the width of the window."""
MOST_STOPS = 600
READ = "rules => axe.run({resultTypes: ['violations'], runOnly: rules}).then(r => r.violations)"
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
        && !e.closest('.table-room, .sr')).map(e => e.outerHTML.slice(0, 120)).slice(0, 3)"""
START_ABOVE = "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
STOP = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const ring = x => getComputedStyle(x).outlineStyle === 'solid' ? parseFloat(getComputedStyle(x).outlineWidth) : 0;
    return e === document.body ? null : {
        name: e.outerHTML.slice(0, 120),
        ringed: Math.max(ring(e), style.opacity === '0' && e.labels !== null ? ring(e.labels[0]) : 0) >= 2,
        in_sight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        inside: document.querySelector('main').contains(e),
    };
}"""


@pytest.fixture(scope="module")
def walk(_sqlite_copies: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The pages on the demo year, with a page for each refusal."""
    folder = tmp_path_factory.mktemp("everybody")
    with _sqlite_copies(folder) as url, bound(url):
        app = create_app(Settings(home=folder, database_url=url, given_secret_key="e" * 40))
        app.add_url_rule("/no/<int:status>", "no", public(lambda status: abort(status)))
        app.add_url_rule("/broken/<int:status>", "broken", public(lambda status: alone(status)))
        with transaction() as session:
            demo.load(session, today=today(), now=now())
        with serving(app) as address:
            yield walk_through(app, address)


def _faults(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe finds on the page as it is shown now."""
    return [f"{fault['id']}: {node['html'][:160]}" for fault in page.evaluate(READ, rules) for node in fault["nodes"]]


def _read(page: Page) -> list[str]:
    """What is wrong with the page for whoever reads it wide, narrow, or enlarged to 400 %."""
    page.set_viewport_size(WIDE)
    faults = _faults(page, GUIDELINES)
    page.set_viewport_size(NARROW)
    return faults + _faults(page, OF_WIDTH) + [f"too wide: {part}" for part in page.evaluate(TOO_WIDE)]


def _told(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{where}\n  " + "\n  ".join(dict.fromkeys(what)) for where, what in faults.items() if what)


def _visits(walk: Walk, steps: int = 1) -> Iterator[Visit]:
    """Every visit and every refusal; of the steps of a case, whose forms are of one template, every so manieth."""
    of_steps = [visit for visit in walk.visits if visit.endpoint == "casework.ask"]
    yield from (visit for visit in walk.visits if visit not in of_steps)
    yield from of_steps[::steps]
    yield from (Visit("refusal", address, None) for address in REFUSALS)


def test_every_page_is_found_by_following_links(walk: Walk) -> None:
    assert sorted(walk.unreached - FOR_MACHINES) == ["broken", "no"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_on_any_page_wide_or_narrow(walk: Walk, page: Page, lang: str) -> None:
    faults = {}
    with walk.readers(page.context, lang, script=AXE_SCRIPT) as pages:
        for visit in _visits(walk, steps=8 if lang == "en" else 4):
            pages[visit.reader].goto(walk.at + visit.address)
            faults[visit.address] = _read(pages[visit.reader])
    assert not any(faults.values()), _told(faults)


def test_axe_finds_nothing_on_a_form_that_was_sent_empty(walk: Walk, page: Page) -> None:
    faults = {}
    with walk.readers(page.context, "zh", script=AXE_SCRIPT) as pages:
        for visit in _visits(walk, steps=5):
            reader = pages[visit.reader]
            reader.goto(walk.at + visit.address)
            if reader.locator("main form[method=post] button.act:visible").count() == 0:
                continue
            for box in reader.locator("main form[method=post] :is(input.box:not([type=file]), textarea):visible").all():
                box.fill("")
            with reader.expect_response(lambda answer: answer.request.method == "POST") as answer:
                reader.locator("main form[method=post] button.act:visible").first.click()
            if answer.value.status == 422:
                faults[visit.address] = _read(reader)
    assert len(faults) >= 5
    assert not any(faults.values()), _told(faults)


def test_large_text_fits_a_window_and_a_hand(walk: Walk, page: Page) -> None:
    faults = {}
    with walk.readers(page.context, "zh", java_script_enabled=False) as pages:
        for reader in pages.values():
            reader.goto(f"{walk.at}/?text=large")
        for visit in _visits(walk):
            reader = pages[visit.reader]
            reader.goto(walk.at + visit.address)
            for size in (HAND, WIDE):
                reader.set_viewport_size(size)
                faults[f"{visit.address} {size['width']}"] = reader.evaluate(TOO_WIDE)
    assert not any(faults.values()), _told(faults)


def test_every_page_is_walked_by_keyboard_alone_and_without_javascript(walk: Walk, page: Page) -> None:
    faults = {}
    with walk.readers(page.context, "zh", java_script_enabled=False, viewport=WIDE) as pages:
        for visit in _visits(walk, steps=5):
            pages[visit.reader].goto(walk.at + visit.address)
            faults[visit.address] = _walked(pages[visit.reader])
    assert not any(faults.values()), _told(faults)


def _walked(page: Page) -> list[str]:
    """What is wrong for whoever goes from stop to stop with the Tab key, from the top of the page to its end."""
    page.evaluate(START_ABOVE)
    stops: list[dict[str, Any]] = []
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop)
    faults = [f"no ring: {stop['name']}" for stop in stops if not stop["ringed"]]
    faults += [f"out of sight: {stop['name']}" for stop in stops if not stop["in_sight"]]
    if len(stops) == MOST_STOPS:
        faults.append("the keyboard does not come out again")
    if not any(stop["inside"] for stop in stops) and page.locator("main :is(a, button, input)").count():
        faults.append("the keyboard does not reach the content")
    return faults


def test_paper_shows_the_matter_without_the_way_to_it(walk: Walk, page: Page) -> None:
    page.goto(walk.at)
    page.emulate_media(media="print")
    shown = [part for part in ("main h1", "header .brand", "header nav", "header .tools", "main .act", "footer")
             if page.locator(part).first.is_visible()]  # fmt: skip
    assert shown == ["main h1", "header .brand"]


def test_the_first_stop_leads_past_the_navigation(walk: Walk, page: Page) -> None:
    page.goto(walk.at)
    page.keyboard.press("Tab")
    assert page.evaluate(STOP)["in_sight"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(STOP)["inside"]
