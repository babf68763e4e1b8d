"""A browser that looks at the served demonstration site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.look.browser import Viewer
from tests.servers import LiveServer

PRODUCT_LINK = ".result__title a"


@pytest.fixture(scope="module")
def viewer(chromium: Browser, live_server: LiveServer) -> Viewer:
    return Viewer(chromium, live_server.url)


@pytest.fixture
def page(viewer: Viewer) -> Iterator[Page]:
    """A visitor at a desk."""
    with viewer.context() as context:
        yield context.new_page()


@pytest.fixture
def scriptless(viewer: Viewer) -> Iterator[Page]:
    """A visitor whose browser runs no scripts."""
    with viewer.context(script=False) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def addresses(viewer: Viewer) -> dict[str, str]:
    """One address of every kind of page, found by following links as a visitor would."""
    with viewer.context() as context:
        page = context.new_page()
        found = {"home": "/", "catalogue": "/labels/", "missing": "/nowhere"}

        def first(name: str, start: str, selector: str) -> None:
            page.goto(start)
            found[name] = page.locator(selector).first.get_attribute("href") or ""

        first("product", "/labels/?category=toilet", PRODUCT_LINK)
        first("maker", found["product"], 'a[href*="/labels/makers/"]')
        first("category", "/", 'a[href*="/labels/categories/"]')
        first("standard", "/labels/standards/", 'main a[href*="/labels/standards/"]')
        first("certificate", "/labels/certificates/", 'main a[href*="/labels/certificates/DEMO"]')
        found |= {"certificates": "/labels/certificates/", "standards": "/labels/standards/", "sitemap": "/sitemap"}
        first("county", "/counties/?batch=3", ".unit-table__name a")
        first("county_province", found["county"], 'main a[href*="/counties/provinces/"]')
        first("county_batch", "/counties/batches/", 'main a[href*="/counties/batches/"]')
        found |= {"county_registry": "/counties/", "county_batches": "/counties/batches/"}
        found |= {"county_progress": "/counties/progress", "county_past": f"{found['county']}?on=2020-06-30"}
        found |= {"english_county": f"/en{found['county']}"}
        return found | {"about": "/about", "freshness": "/freshness", "english": "/en/labels/?q=toilet"}
