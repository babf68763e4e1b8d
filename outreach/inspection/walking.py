"""The walk over the site as an anonymous visitor, inside this process: nothing leaves the machine.

Pages of one kind are like each other, so of each kind only some are fetched, spread over all that are known. What a
page leads to and no slice vouches for in its sitemap (a file of a page stands under the page's name) is asked in any
case: that is where dead links are.
"""

from __future__ import annotations

import contextvars
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from time import perf_counter
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from outreach.core.clock import now
from outreach.core.db import db, transaction_mode
from outreach.core.edge import OWN_REQUEST
from outreach.core.formats import moment
from outreach.inspection.files import holds_words, words_of
from outreach.inspection.rules.findings import MALFORMED, Visit, Walk
from outreach.inspection.rules.pages import read_page
from outreach.inspection.rules.reading import Unread

#: Addresses fetched in one walk, and of one kind.
MOST_VISITS: Final = 1_500
MOST_OF_A_KIND: Final = 30
#: The same of files with arguments: each holds a part of what the whole one holds.
MOST_PARTS: Final = 3
#: Longest body that is looked at.
MOST_BYTES: Final = 16 * 1024 * 1024
HEADERS: Final = {"User-Agent": "self-inspection"}
#: Addresses that are no part of the public site, or that only lead back.
SKIPPED: Final = ("/admin", "/preferences", "/healthz", "/readyz", "/metrics")

Progress = Callable[[float], None]


class Walker:
    """One walk. ``published``: addresses that the slices vouch for, without language. ``run`` may be called once."""

    def __init__(self, app: Flask, progress: Progress, published: Collection[str] = ()) -> None:
        public = urlsplit(str(app.config["PUBLIC_URL"]))
        self.origin = f"{public.scheme}://{public.netloc}"
        self.host = public.hostname or ""
        self.client = app.test_client(use_cookies=False)
        self.urls = app.url_map.bind(self.host)
        self.progress = progress
        self.published = frozenset(published)
        self.waiting: deque[str] = deque()
        self.found_on: dict[str, str] = {}
        self.kinds: Counter[str] = Counter()
        self.visits: list[Visit] = []

    def run(self, start: Iterable[str]) -> Walk:
        """Fetch ``start`` and what it leads to."""
        for path in start:
            self.note(path, path)
        while self.waiting and len(self.visits) < MOST_VISITS:
            path = self.waiting.popleft()
            if not self.is_wanted(path):
                continue
            self.visits.append(self.visit(path))
            self.progress(len(self.visits) / min(MOST_VISITS, len(self.visits) + len(self.waiting) + 1))
        known = len(self.published.union(_plain(path) for path in self.found_on))
        return Walk(self.visits, self.found_on, known, self.host, moment(now()), is_complete=not self.waiting)

    def is_wanted(self, path: str) -> bool:
        """Whether an address adds anything: enough of its kind were fetched, unless nobody vouches for it."""
        kind = self.kind(path)
        self.kinds[kind] += 1
        page = _plain(path)
        is_part = "?" in path and holds_words(path.partition("?")[0])
        if self.kinds[kind] <= (MOST_PARTS if is_part else MOST_OF_A_KIND):
            return True
        return "?" not in path and page not in self.published and page.rpartition(".")[0] not in self.published

    def note(self, path: str, source: str) -> None:
        """Remember an address; the first page that leads to it counts."""
        place = _plain(urlsplit(path).path)
        is_skipped = any(place == one or place.startswith(f"{one}/") for one in SKIPPED)
        if path not in self.found_on and not is_skipped:
            self.found_on[path] = source
            self.waiting.append(path)

    def kind(self, path: str) -> str:
        """Addresses of one kind share a rule and a language, and either have arguments or not."""
        parts = urlsplit(path)
        plain = _plain(parts.path)
        try:
            endpoint, _values = self.urls.match(unquote(plain), method="GET")
        except HTTPException:
            endpoint = f"none:{plain}"
        return f"{plain != parts.path}:{endpoint}:{bool(parts.query)}"

    def visit(self, path: str) -> Visit:
        """Fetch one address and note where it leads."""
        started = perf_counter()
        answer = self.client.get(
            path, base_url=self.origin, headers=HEADERS, environ_overrides={OWN_REQUEST: True}, follow_redirects=False
        )
        body, is_whole = _beginning(answer)
        milliseconds = (perf_counter() - started) * 1000
        answer.close()
        if 300 <= answer.status_code < 400:
            self.note_link(answer.headers.get("Location", ""), path)
            return Visit(path, answer.status_code, milliseconds)
        if answer.mimetype == "text/html":
            facts = read_page(body.decode("utf-8", "replace"))
            for address in sorted(facts.links | facts.assets):
                self.note_link(address, path)
            return Visit(path, answer.status_code, milliseconds, facts)
        name = urlsplit(path).path
        if answer.status_code != 200 or not holds_words(name):
            return Visit(path, answer.status_code, milliseconds)
        words = words_of(name, body) if is_whole else Unread.LONG
        if isinstance(words, Unread):
            return Visit(path, answer.status_code, milliseconds, unread=words)
        return Visit(path, answer.status_code, milliseconds, text=words)

    def note_link(self, address: str, source: str) -> None:
        """Remember where a link leads, when that is this site; an address that no browser understands is dead."""
        try:
            parts = urlsplit(urldefrag(urljoin(self.origin + source, address.strip())).url)
            host = parts.hostname
        except ValueError:
            if address not in self.found_on:
                self.found_on[address] = source
                self.visits.append(Visit(address, MALFORMED, 0.0))
            return
        if parts.scheme in ("http", "https") and host == self.host:
            self.note((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), source)


def _plain(path: str) -> str:
    """A path without its language."""
    return (path.removeprefix("/en") or "/") if path == "/en" or path.startswith("/en/") else path


def _beginning(answer: TestResponse) -> tuple[bytes, bool]:
    """The first bytes of an answer, and whether that is all: a register of a million rows is not read to its end."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_encoded():
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            return b"".join(pieces)[:MOST_BYTES], False
    return b"".join(pieces), True


def first_addresses(walker: Walker, published: Iterable[str]) -> list[str]:
    """Where a walk begins: home in both languages, and of the sitemap's addresses some of each kind, evenly spread."""
    by_kind: dict[str, list[str]] = {}
    for path in published:
        by_kind.setdefault(walker.kind(path), []).append(path)
    spread = [path for found in by_kind.values() for path in found[:: -(-len(found) // MOST_OF_A_KIND)]]
    return ["/", "/en/", *spread]


def _published(app: Flask) -> list[str]:
    """Every address that the slices vouch for. Nothing stays open: a walk takes long, and others want to write."""
    token = transaction_mode.set("DEFERRED")
    try:
        sitemaps = (feature.sitemap() for feature in app.extensions["features"] if feature.sitemap is not None)
        return [entry.path for entries in sitemaps for entry in entries]
    finally:
        db.session.rollback()
        transaction_mode.reset(token)


def walk_site(app: Flask, progress: Progress) -> Walk:
    """Walk over the whole site.

    In a context of its own, so that each request gets what requests of visitors get, and what they leave behind for
    their thread does not outlive the walk.
    """
    published = _published(app)
    walker = Walker(app, progress, published)
    return contextvars.Context().run(walker.run, first_addresses(walker, published))
