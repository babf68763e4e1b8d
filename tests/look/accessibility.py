"""What axe-core finds on a page, and whether it is wider than its screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Read once: the script is as large as twenty pages of the site.
_AXE = Axe()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Every rule that the page breaks, with the elements that break it."""
    found = _AXE.run(page).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
