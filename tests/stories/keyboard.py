"""A keyboard that counts: one for each key that goes down, so that a chord of two keys is two."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


def settled(page: Page) -> None:
    """Waits until the page has its script, and the focus where the next key belongs; a machine types before that."""
    page.wait_for_load_state()
    wants_it = page.locator("[autofocus]")
    if wants_it.count():
        expect(wants_it.first).to_be_focused()


@dataclass
class Keyboard:
    """The keys pressed on a page so far; the text of the request itself is told apart."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> None:
        """Presses one key or chord after the other, such as `n` or `Control+Enter`."""
        for key in keys:
            self.page.wait_for_load_state()
            self.pressed += key.count("+") + 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Types something into the field that has the focus."""
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def copy_out(self, text: str) -> None:
        """Types the text of the request, which takes as long as it takes."""
        self.page.keyboard.type(text)

    def tab_to(self, place: Locator, at_most: int = 20) -> None:
        """Goes on with Tab until the place has the focus."""
        for _ in range(at_most):
            if place.evaluate("place => place === document.activeElement"):
                return
            self.press("Tab")
        expect(place).to_be_focused()
