"""A headless browser for the journeys: Debian's chromium, driven by Playwright, quiet but for the pages under test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
)
PATIENCE_MS = 10_000


@contextmanager
def private_browser() -> Iterator[Browser]:
    """One browser process; raises RuntimeError with a sentence where none is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("The journeys need a browser: run make test, or install chromium.")
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page with its own cookies; raises at the end if a script failed or something broke the page's own policy."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def fail(error: Error) -> None:
        faults.append(error.message)

    page = context.new_page()
    context.on("console", hear)
    page.on("pageerror", fail)
    try:
        yield page
    finally:
        context.close()
    assert not faults, faults
