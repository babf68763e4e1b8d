"""The page client: fetches a page as a visitor would and checks every site-wide promise on the way.

``pages.get("/labels/", q="马桶")`` answers a ``Page``; a page that breaks a promise fails the test that fetched it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask_babel import refresh
from werkzeug.test import TestResponse

from tests.markup import Node, parse
from tests.promises import broken_promises
from tests.promises.sight import Sight


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page: ``all``, ``one`` and ``text`` read it by selector, ``response`` is the bare answer."""

    response: TestResponse
    root: Node

    def all(self, selector: str) -> list[Node]:
        return self.root.all(selector)

    def one(self, selector: str) -> Node:
        return self.root.one(selector)

    def has(self, selector: str) -> bool:
        return bool(self.root.all(selector))

    def texts(self, selector: str) -> list[str]:
        return self.root.texts(selector)

    def text(self, selector: str = "body") -> str:
        return self.root.one(selector).text

    @property
    def h1(self) -> str:
        return self.text("h1")

    @property
    def links(self) -> dict[str, str]:
        """Addresses by their words; the first of equal words counts."""
        found: dict[str, str] = {}
        for node in self.root.all("a[href]"):
            found.setdefault(node.text, node.get("href"))
        return found


class Pages:
    """A visitor without cookies. ``headers`` go with every request."""

    def __init__(self, app: Flask, headers: dict[str, str] | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = headers or {}

    def get(self, path: str, *, status: int = 200, **args: object) -> Page:
        """Fetch ``path`` with ``args`` as its query (a list gives the argument several times) and check the page."""
        address = f"{path}?{urlencode(args, doseq=True)}" if args else path
        refresh()  # a test's context outlives its requests, and would keep the language of the first one
        response = self.client.get(address, headers=self.headers)
        assert "Set-Cookie" not in response.headers, f"GET {address} sets a cookie"
        return self.check(address, response, status)

    def post(self, path: str, *, status: int = 302, **data: object) -> Page | TestResponse:
        """Send a form. The page when the answer is one, else the bare response (a redirect, a file)."""
        response = self.client.post(path, data=data, headers=self.headers)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            return self.check(path, response, status)
        assert response.status_code == status, f"POST {path}: {response.status_code}, expected {status}"
        return response

    def raw(self, path: str, *, status: int = 200, **args: Any) -> TestResponse:
        """Fetch something that is no page: a file, JSON, a feed, a redirect."""
        response = self.client.get(path, query_string=args or None, headers=self.headers)
        assert response.status_code == status, f"GET {path}: {response.status_code}, expected {status}"
        return response

    def check(self, address: str, response: TestResponse, status: int = 200) -> Page:
        """The page that ``response`` holds, when it keeps every promise."""
        source = response.get_data(as_text=True)
        assert response.status_code == status, f"{address}: {response.status_code}, expected {status}\n{source[:2000]}"
        assert response.mimetype == "text/html", f"{address}: {response.mimetype} instead of a page"
        policy = response.headers.get("Content-Security-Policy", "")
        assert "default-src" in policy, f"{address}: no content security policy"
        assert "unsafe" not in policy, f"{address}: unsafe content security policy"
        page, faults = self.look(address, response)
        assert not faults, f"{address} breaks {len(faults)} promises:\n  " + "\n  ".join(faults[:40])
        return page

    def look(self, address: str, response: TestResponse) -> tuple[Page, list[str]]:
        """The page that ``response`` holds, and the promises that it breaks."""
        root, errors = parse(response.get_data(as_text=True))
        faults = broken_promises(Sight(address, response.status_code, root, errors, self._own_hosts()))
        return Page(response, root), faults

    def _own_hosts(self) -> frozenset[str]:
        return frozenset({"localhost", "127.0.0.1", urlsplit(self.app.config["PUBLIC_URL"]).hostname or ""})
