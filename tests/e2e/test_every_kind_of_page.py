"""Each kind of page in Chromium: accessible on phone and desk, light on the wire, nothing from anywhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.look.accessibility import violations
from tests.look.browser import WIDTHS, Viewer

pytestmark = pytest.mark.browser

KINDS = (
    "home",
    "catalogue",
    "product",
    "maker",
    "category",
    "standard",
    "standards",
    "certificate",
    "certificates",
    "county_registry",
    "county",
    "county_past",
    "county_province",
    "county_batch",
    "county_batches",
    "county_progress",
    "english_county",
    "sitemap",
    "about",
    "freshness",
    "english",
    "missing",
)
#: The one thing that differs from request to request.
REQUEST_NUMBER = "请求编号"
MOST_BYTES = 120 * 1024
MOST_REQUESTS = 12


@dataclass
class Wire:
    """What crossed the network: every request, and all bytes that came back with their headers."""

    addresses: list[str] = field(default_factory=list)
    received: int = 0


def watch(page: Page) -> Wire:
    """Count through the browser's own network layer, without its cache."""
    wire = Wire()
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    protocol.on("Network.requestWillBeSent", lambda event: wire.addresses.append(event["request"]["url"]))

    def finished(event: dict[str, float]) -> None:
        wire.received += int(event["encodedDataLength"])

    protocol.on("Network.loadingFinished", finished)
    return wire


@pytest.mark.parametrize("kind", KINDS[3:])  # the first three are looked at in every look by tests/look
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(viewer: Viewer, addresses: dict[str, str], kind: str, width: int) -> None:
    with viewer.context(width=width) as context:
        page = context.new_page()
        page.goto(addresses[kind])
        assert violations(page) == []


@pytest.mark.parametrize("kind", ["home", "catalogue", "product"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_first_visit_is_light_and_stays_on_the_site(
    viewer: Viewer, addresses: dict[str, str], kind: str, width: int
) -> None:
    with viewer.context(width=width) as context:
        page = context.new_page()
        wire = watch(page)
        page.goto(addresses[kind], wait_until="networkidle")
    assert {urlsplit(address).netloc for address in wire.addresses} == {urlsplit(viewer.url).netloc}
    assert 1 < len(wire.addresses) <= MOST_REQUESTS
    assert 5_000 < wire.received <= MOST_BYTES


@pytest.mark.parametrize("kind", ["home", "catalogue", "product", "missing"])
def test_nothing_is_asked_of_another_host(viewer: Viewer, addresses: dict[str, str], kind: str) -> None:
    foreign: list[str] = []
    with viewer.context() as context:
        context.on("request", lambda request: foreign.append(request.url))
        page = context.new_page()
        page.goto(addresses[kind], wait_until="networkidle")
    assert [address for address in foreign if not address.startswith(viewer.url)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_its_words_without_script(viewer: Viewer, addresses: dict[str, str], kind: str) -> None:
    with viewer.context() as context, viewer.context(script=False) as bare:
        full, plain = context.new_page(), bare.new_page()
        full.goto(addresses[kind])
        plain.goto(addresses[kind])
        assert plain.locator("h1").inner_text() == full.locator("h1").inner_text()
        there = "".join((plain.locator("main").text_content() or "").split())
        missing = {word for word in full.locator("main").inner_text().split() if word not in there}
    assert {word for word in missing if REQUEST_NUMBER not in word} == set()


@pytest.mark.parametrize("kind", ["catalogue", "product", "certificate", "english"])
def test_paper_has_no_navigation(viewer: Viewer, addresses: dict[str, str], kind: str) -> None:
    with viewer.context() as context:
        page = context.new_page()
        page.goto(addresses[kind])
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert page.locator("header nav, .search-box, .skip-link, .pagination").locator("visible=true").count() == 0
