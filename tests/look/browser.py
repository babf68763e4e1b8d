"""Chromium for tests: one process, a fresh context per way of looking."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.conftest import need
from tests.staff import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
WIDTHS = (360, 1280)
#: Value of the ``view`` cookie: layout and colours.
LOOKS = ("normal.light", "normal.dark", "elder.light")
#: The usual look at both widths, each other look at one.
VIEWS = ((360, "normal.light"), (1280, "normal.light"), (1280, "normal.dark"), (360, "elder.light"))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Opens contexts that look at the site at ``url``."""

    browser: Browser
    url: str

    def context(self, *, width: int = 1280, look: str = "normal.light", script: bool = True) -> BrowserContext:
        """A visitor with a screen of this width (narrow ones have a finger) and these display settings."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 800},
            has_touch=width < 600,
            is_mobile=width < 600,
            java_script_enabled=script,
            color_scheme="light",
        )
        context.add_cookies([{"name": "view", "value": look, "url": self.url}])
        return context


def signed_in(chromium: Browser, url: str, login: str, password: str = PASSWORD) -> BrowserContext:
    """A context in which one of the staff has signed in."""
    context = chromium.new_context(base_url=url)
    page = context.new_page()
    page.goto("/admin/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url("**/admin/**")
    page.close()
    return context


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. It ends with the module: its event loop would break what other tests do."""
    path = next((found for name in NAMES if (found := shutil.which(name))), "")
    need(path, "no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
