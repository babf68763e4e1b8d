"""The whole demonstration site walked by its own links: no dead link, and every page keeps every promise."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from flask import Flask

from tests.pages import Page, Pages

#: Pages of one kind look alike, so a few of each are enough.
MOST_OF_A_KIND = 4
STARTS = ("/", "/en/")
#: Every kind of page that a walk from home must come by.
KINDS = frozenset(
    {
        "counties.assessment",
        "counties.batch",
        "counties.batches",
        "counties.progress",
        "counties.province",
        "counties.registry",
        "counties.unit",
        "inbox.feedback",
        "inbox.status",
        "labels.catalogue",
        "labels.category",
        "labels.certificate",
        "labels.certificates",
        "labels.maker",
        "labels.product",
        "labels.standard",
        "labels.standards",
        "quiz.come_back",
        "quiz.contest",
        "quiz.contests",
        "quiz.draw",
        "quiz.guardian",
        "quiz.join",
        "quiz.practice",
        "quiz.ranking",
        "site.about",
        "site.api_docs",
        "site.accessibility",
        "site.freshness",
        "site.home",
        "site.leaving",
        "site.preferences",
        "site.privacy",
        "site.sitemap",
    }
)
#: Links that remember a setting and lead back.
CHOICES = ("view=", "theme=")


def links_of(page: Page) -> Iterator[str]:
    """Addresses of this site that the page links to, without fragments."""
    for node in page.all('a[href], link[rel="alternate"][href]'):
        address = urldefrag(node.get("href")).url
        parts = urlsplit(address)
        if parts.hostname in (None, "127.0.0.1", "localhost") and parts.scheme in ("", "http", "https"):
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            if local and not parts.path.startswith("/assets/"):
                yield local


def is_english(address: str) -> bool:
    return urlsplit(address).path.startswith("/en/")


def kind_of(app: Flask, address: str) -> str:
    """The endpoint that answers ``address``; a missing page is a kind too."""
    path = urlsplit(address).path.removeprefix("/en") or "/"
    try:
        return str(app.url_map.bind("localhost").match(path)[0])
    except Exception:  # noqa: BLE001  # whatever the router says, the fetch below shows it
        return "missing"


class Walk:
    """A walk from ``start`` along every link of the same language, a few of each kind of page."""

    def __init__(self, app: Flask, start: str) -> None:
        self.app = app
        self.waiting, self.seen = deque([start]), {start}
        self.fetched: Counter[str] = Counter()
        self.faults: list[str] = []

    def go(self) -> None:
        while self.waiting:
            address = self.waiting.popleft()
            kind = kind_of(self.app, address)
            self.fetched[kind] += 1
            if self.fetched[kind] <= MOST_OF_A_KIND:
                self._visit(address)

    def _visit(self, address: str) -> None:
        visitor = Pages(self.app)
        response = visitor.client.get(address)
        if any(choice in address for choice in CHOICES) and response.status_code == 303:
            return
        if response.status_code != 200 or not response.get_data():
            self.faults.append(f"{address} is a dead link: {response.status_code}")
        elif response.mimetype == "text/html":
            page, faults = visitor.look(address, response)
            self.faults += [f"{address} {fault}" for fault in faults]
            new = [link for link in links_of(page) if link not in self.seen and is_english(link) == is_english(address)]
            self.seen.update(new)
            self.waiting.extend(new)


@pytest.mark.parametrize("start", STARTS)
def test_every_link_of_the_site_leads_to_a_sound_page(demo_app: Flask, start: str) -> None:
    walk = Walk(demo_app, start)
    walk.go()
    assert not walk.faults, "\n".join(walk.faults)
    assert set(walk.fetched) >= KINDS
