"""Rendered pages in memory with their compressed forms, and what is known of the data they were made from."""

from __future__ import annotations

import gzip
import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

import brotli
from werkzeug.http import parse_etags

from outreach.core.db import db
from outreach.core.errors import DATABASE_DOWN
from outreach.core.search import outbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: What decides a page's bytes beside the data: path with its language, arguments, look, day.
Key = tuple[str, str, str, str]

#: Bytes of all kept pages together, with their compressed forms.
STORE_BYTES: Final = 48 * 1024 * 1024
#: A page above this is answered but not kept.
PAGE_BYTES: Final = 2 * 1024 * 1024
#: How old the known generation may be, in seconds.
GENERATION_AGE: Final = 0.25
#: How long the database is left alone after it could not be reached.
OUTAGE_SECONDS: Final = 2.0
#: Digits of the digest that names a page's content.
TAG_LENGTH: Final = 24
BROTLI_QUALITY: Final = 4
GZIP_LEVEL: Final = 4

_CODINGS: Final = ("", "br", "gzip")
_CODING = re.compile(r"\s*(br|gzip)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")
#: Headers that belong to one representation; all others are the application's and are kept with the page.
_OWN_HEADERS: Final = frozenset({"content-length", "content-encoding", "etag", "cache-control", "vary"})


class StoredPage:
    """One rendered page: its bytes, their compressed forms as they are asked for, and a tag that names the content."""

    def __init__(
        self, body: bytes, content_type: str, endpoint: str, generations: dict[str, str], max_age: int
    ) -> None:
        self.content_type = content_type
        self.endpoint = endpoint
        self.generations = generations
        self.max_age = max_age
        #: The application's headers; None until it has answered with this page once.
        self.headers: list[tuple[str, str]] | None = None
        self.tag = sha256(body).hexdigest()[:TAG_LENGTH]
        self._bodies = {"": body}

    @property
    def size(self) -> int:
        """Bytes to reckon with, the compressed forms included."""
        return len(self._bodies[""]) * 3 // 2

    def body(self, coding: str) -> bytes:
        """The bytes in a content coding: ``br``, ``gzip`` or none (empty)."""
        if coding not in self._bodies:
            self._bodies[coding] = _packed(self._bodies[""], coding)
        return self._bodies[coding]

    def etag(self, coding: str) -> str:
        """Strong tag of one representation: every coding has its own."""
        return f"{self.tag}-{coding}" if coding else self.tag

    def take_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """Keep what the application said beside the page itself; when it only found the page again, it says less."""
        if self.headers is None:
            self.headers = [pair for pair in headers if pair[0].lower() not in _OWN_HEADERS]

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request with this page, or with 304 when the visitor has it."""
        coding = accepted_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = [
            *(self.headers or ()),
            ("ETag", f'"{self.etag(coding)}"'),
            ("Cache-Control", f"public, max-age={self.max_age}"),
            ("Vary", "Cookie, Accept-Encoding"),
        ]
        if self._is_known(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", headers)
            return [b""]
        body = self.body(coding)
        headers += [("Content-Encoding", coding)] if coding else []
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _is_known(self, tags: str) -> bool:
        if not tags:
            return False
        known = parse_etags(tags)
        return any(known.contains_weak(self.etag(coding)) for coding in _CODINGS)


def _packed(body: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


@lru_cache(maxsize=256)
def accepted_coding(header: str) -> str:
    """The coding to answer with: the better liked of ``br`` and ``gzip``, else none."""
    found = (_CODING.fullmatch(part) for part in header.lower().split(","))
    weights = {match[1]: float(match[2] or 1) for match in found if match}
    best = max(("br", "gzip"), key=lambda coding: weights.get(coding, 0))
    return best if weights.get(best, 0) > 0 else ""


class PageStore:
    """The kept pages, bounded by their bytes; the longest unused goes first. Safe between threads."""

    def __init__(self, limit: int = STORE_BYTES) -> None:
        self.limit = limit
        self.size = 0
        self._pages: OrderedDict[Key, StoredPage] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> StoredPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: StoredPage) -> None:
        if page.size > min(self.limit, PAGE_BYTES):
            return
        with self._lock:
            if (before := self._pages.pop(key, None)) is not None:
                self.size -= before.size
            self._pages[key] = page
            self.size += page.size
            while self.size > self.limit:
                self.size -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0


@dataclass(slots=True)
class GenerationWatch:
    """The generation tokens, each read from the database at most once in ``max_age`` seconds."""

    max_age: float = GENERATION_AGE
    _known: dict[str, tuple[float, str]] = field(default_factory=dict)

    def token(self, name: str) -> str:
        """The token of one body of data, at most ``max_age`` old. Needs an application context.

        While the database cannot be reached the last known one holds, so that kept pages are still given out.
        """
        token = self.known(name)
        if token is not None:
            return token
        try:
            token, read_at = outbox.generation(db.session, name), time.monotonic()
        except DATABASE_DOWN:
            if name not in self._known:
                raise
            token, read_at = self._known[name][1], time.monotonic() + OUTAGE_SECONDS
        self._known[name] = (read_at, token)
        return token

    def known(self, name: str) -> str | None:
        """The token when it was read a moment ago, without asking the database."""
        read_at, token = self._known.get(name, (float("-inf"), ""))
        return token if time.monotonic() - read_at < self.max_age else None

    def agrees(self, generations: dict[str, str]) -> bool:
        """Whether these tokens are known to be the present ones."""
        return all(self.known(name) == token for name, token in generations.items())
