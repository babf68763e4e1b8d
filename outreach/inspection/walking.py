"""The walk over the site as an anonymous visitor, inside this process: nothing leaves the machine.

Pages of one kind are like each other, so of each kind only some are fetched, spread over all that are known; the report
says how many. Every address that a fetched page leads to and that is not fetched as a page is still asked once.
"""

from __future__ import annotations

import contextvars
from collections import Counter, deque
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from outreach.inspection.files import READABLE, words_of
from outreach.inspection.rules.findings import Visit, Walk
from outreach.inspection.rules.pages import PageFacts, read_page

#: Addresses fetched in one walk, and of one kind.
MOST_VISITS: Final = 1_200
MOST_OF_A_KIND: Final = 30
#: Longest body that is looked at.
MOST_BYTES: Final = 16 * 1024 * 1024
HEADERS: Final = {"User-Agent": "self-inspection"}
#: Addresses that are no part of the public site, or that only lead back.
SKIPPED: Final = ("/admin", "/preferences", "/healthz", "/readyz", "/metrics")

Progress = Callable[[float], None]


class Walker:
    """One walk. ``run`` may be called once."""

    def __init__(self, app: Flask, progress: Progress) -> None:
        self.client = app.test_client(use_cookies=False)
        self.urls = app.url_map.bind("localhost")
        self.progress = progress
        self.waiting: deque[str] = deque()
        self.found_on: dict[str, str] = {}
        self.kinds: Counter[str] = Counter()
        self.visits: list[Visit] = []

    def run(self, start: list[str]) -> Walk:
        """Fetch ``start`` and what it leads to."""
        for path in start:
            self.note(path, path)
        while self.waiting and len(self.visits) < MOST_VISITS:
            path = self.waiting.popleft()
            kind = self.kind(path)
            if self.kinds[kind] >= MOST_OF_A_KIND:
                continue
            self.kinds[kind] += 1
            self.visits.append(self.visit(path))
            self.progress(len(self.visits) / min(MOST_VISITS, len(self.visits) + len(self.waiting) + 1))
        return Walk(self.visits, self.found_on, len(self.found_on))

    def note(self, path: str, source: str) -> None:
        """Remember an address; the first page that leads to it counts."""
        if path not in self.found_on and not path.removeprefix("/en").startswith(SKIPPED):
            self.found_on[path] = source
            self.waiting.append(path)

    def kind(self, path: str) -> str:
        """Addresses of one kind share a rule, a language and the names of their arguments."""
        parts = urlsplit(path)
        plain = parts.path.removeprefix("/en") or "/"
        try:
            endpoint, _values = self.urls.match(unquote(plain), method="GET")
        except HTTPException:
            endpoint = f"asset:{plain}" if plain.startswith("/static") else f"unknown:{plain}"
        names = ",".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&")}))
        return f"{parts.path.startswith('/en/')}:{endpoint}:{names}"

    def visit(self, path: str) -> Visit:
        """Fetch one address and note where it leads."""
        started = perf_counter()
        answer = self.client.get(path, headers=HEADERS)
        body = answer.get_data()[:MOST_BYTES] if not answer.is_streamed else _beginning(answer)
        milliseconds = (perf_counter() - started) * 1000
        if 300 <= answer.status_code < 400:
            self.note_link(answer.headers.get("Location", ""), path)
        facts = read_page(body.decode("utf-8", "replace")) if answer.mimetype == "text/html" else None
        if facts is not None:
            self.note_all(facts, path)
        name = urlsplit(path).path
        text = words_of(name, body) if facts is None and name.endswith(READABLE) else ""
        answer.close()
        return Visit(path, answer.status_code, milliseconds, facts, text)

    def note_all(self, facts: PageFacts, path: str) -> None:
        for address in sorted(facts.links | facts.assets):
            self.note_link(address, path)

    def note_link(self, address: str, source: str) -> None:
        """Remember where a link leads, when that is this site."""
        parts = urlsplit(urldefrag(urljoin(f"http://localhost{source}", address)).url)
        if parts.scheme == "http" and parts.netloc == "localhost":
            self.note(parts.path + (f"?{parts.query}" if parts.query else ""), source)


def _beginning(answer: TestResponse) -> bytes:
    """The first bytes of a streamed answer: a register of a million rows is not read to its end."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_encoded():
        pieces.append(piece)
        size += len(piece)
        if size >= MOST_BYTES:
            break
    return b"".join(pieces)[:MOST_BYTES]


def first_addresses(app: Flask, paths: Iterator[str]) -> list[str]:
    """Where a walk begins: home in both languages, and of the sitemap's addresses some of each kind, evenly spread."""
    walker = Walker(app, lambda _share: None)
    by_kind: dict[str, list[str]] = {}
    for path in paths:
        by_kind.setdefault(walker.kind(path), []).append(path)
    spread = [path for found in by_kind.values() for path in found[:: max(len(found) // MOST_OF_A_KIND, 1)]]
    return ["/", "/en/", *spread]


def walk_site(app: Flask, progress: Progress) -> Walk:
    """Walk over the whole site. What requests set for their thread does not outlive the walk."""
    sitemaps = (feature.sitemap() for feature in app.extensions["features"] if feature.sitemap is not None)
    entries = (entry.path for entries in sitemaps for entry in entries)
    start = first_addresses(app, entries)
    return contextvars.copy_context().run(Walker(app, progress).run, start)
