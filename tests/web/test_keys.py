"""The letters of the steps and their page: no letter does two things, and every one of them is told."""

from pathlib import Path

from requestflow.web.keys import HELD, LETTERS, STEP_KEYS
from requestflow.web.steps import STEPS_BY_HAND
from tests.web.desk import SignIn, came_in

SCRIPT = Path(__file__).parents[2] / "src/requestflow/web/static/desk.js"


def test_no_letter_does_two_things_on_one_page() -> None:
    everywhere = [key.pressed[0] for key in LETTERS[0].keys]
    letters = [*everywhere, *STEP_KEYS.values()]
    assert len(letters) == len(set(letters))
    assert set(STEP_KEYS) <= set(STEPS_BY_HAND)


def test_the_page_tells_every_key_in_both_languages(sign_in: SignIn) -> None:
    clerk = sign_in()
    for language in ("zh", "en"):
        page = clerk.get("/help/keys", lang=language)
        for key in (*HELD, *(key for group in LETTERS for key in group.keys)):
            assert getattr(key.does, language) in page.text


def test_the_letters_stand_on_the_links_of_the_steps_allowed_now(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    page = clerk.get(f"/cases/{case.id}")
    letters = {link.get("href"): link.get("data-key") for link in page.every(".//aside//a[@data-key]")}
    assert letters[f"/cases/{case.id}/decide"] == "d"
    assert not [href for href in letters if str(href).endswith("/send")], "which is not possible yet"


def test_letters_turned_off_leave_no_script_on_the_pages(sign_in: SignIn) -> None:
    clerk = sign_in()
    assert "defer" in clerk.get("/desk").found(".//script").attrib
    assert clerk.post("/help/keys", {"letters": "off"}).status == 302
    page = clerk.get("/desk")
    assert not page.every(".//script")
    assert not page.every(".//*[@data-key='n']")
    clerk.post("/help/keys", {"letters": "on"})
    assert clerk.get("/desk").every(".//script")


def test_the_script_is_small_enough_to_be_read_at_once() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 120
