"""H09: nothing is served that should not be, no link is dead, and the site needs no other host."""

from __future__ import annotations

import json
import re
import socket
from html import unescape
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from flask import Flask

from tests.servers import METRICS_TOKEN, Answer, LiveServer

pytestmark = pytest.mark.xdist_group("live_server")

HIDDEN = [
    ".git/HEAD",
    ".git/config",
    ".gitignore",
    ".env",
    ".env.local",
    ".flaskenv",
    "config.py",
    "outreach/config.py",
    "app.py",
    "requirements.txt",
    "pyproject.toml",
    "Makefile",
    "Dockerfile",
    "compose.yaml",
    "babel.cfg",
    "site.db",
    "site.db-wal",
    "site.db-shm",
    "var/site.db",
    "var/secret",
    "secret",
    "checkpoint.lock",
    "backup.sql",
    "dump.sql",
    "backup.zip",
    "index/",
    "index/CURRENT",
    "whoosh/",
    "_MAIN_1.toc",
    "logs/",
    "app.log",
    "__pycache__/",
    "outreach/__init__.py",
    "media/",
    "uploads/",
    "migrations/",
    "alembic.ini",
    "tests/",
    "docs/",
    "content/",
    "content/synonyms.csv",
    "node_modules/",
    "package.json",
    ".vscode/settings.json",
    ".DS_Store",
    "server-status",
    "console",
    "debug",
    "_debug",
    "actuator/env",
    "graphql",
    "phpinfo.php",
    "wp-login.php",
    "admin/export",
    "internal/",
    "status",
    "server-info",
    "id_rsa",
    "server.key",
    "assets/manifest.json",
    "static/manifest.json",
]
LEAK = re.compile(
    rb"ref: refs/|SECRET_KEY|SQLite format 3|from flask import|PRIVATE KEY|Index of /|__debugger__|CREATE TABLE|"
    rb"Traceback|--hash=sha256|\[tool\.|outreach\.core"
)


@pytest.mark.parametrize("name", HIDDEN)
def test_h09_nothing_but_pages_and_assets_is_served(live_server: LiveServer, name: str) -> None:
    for prefix in ("/", "/en/", "/static/"):
        answer = live_server.get(prefix + name)
        assert answer.status in (404, 308), prefix + name
        assert not LEAK.search(answer.body)


def test_h09_there_is_no_debugger(live_server: LiveServer) -> None:
    answer = live_server.get("/?__debugger__=yes&cmd=resource&f=debugger.js")
    assert answer.headers.get_content_type() == "text/html"
    assert "EVALEX" not in answer.text


def test_h09_the_styleguide_is_for_development(visitor: Any) -> None:
    assert visitor.get("/styleguide").status_code == 404


def test_h09_metrics_exist_only_for_who_knows_the_token(live_server: LiveServer) -> None:
    missing = live_server.get("/zz-nothing")
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {METRICS_TOKEN}"}):
        answer = live_server.get("/metrics", **headers)
        assert answer.status == missing.status == 404
        assert len(answer.body) == len(missing.body)
    answer = live_server.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert answer.status == 200
    assert 'outreach_requests_total{endpoint="site.home",method="GET",status="200"}' in answer.text


def test_h09_health_tells_strangers_no_detail(live_server: LiveServer) -> None:
    assert live_server.get("/healthz").text == "ok\n"
    ready = live_server.get("/readyz")
    assert set(json.loads(ready.text).items()) <= {("ready", True), ("index", "ready"), ("index", "rebuilding")}
    assert "no-store" in ready.headers["Cache-Control"]


def test_h09_reporters_of_faults_find_a_contact(live_server: LiveServer) -> None:
    text = live_server.get("/.well-known/security.txt").text
    assert re.search(r"^Contact: (https?|mailto):\S+$", text, re.MULTILINE)
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


_LINK = re.compile(r"""(?:href|src|action)="([^"]*)"|<loc>([^<]*)</loc>""")


class Crawl:
    """Follows every link of the site from the home page, few of each shape."""

    PER_SHAPE = 4
    LIMIT = 250

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.seen: dict[str, Answer] = {}
        self.faults: list[str] = []
        self.shapes: dict[str, int] = {}

    def run(self, *starts: str) -> Crawl:
        queue = [(start, "(start)") for start in starts]
        while queue and len(self.seen) < self.LIMIT:
            path, source = queue.pop(0)
            if path in self.seen or not self._is_wanted(path):
                continue
            answer = self.seen[path] = self.server.get(path)
            if answer.status in (303, 308):
                queue.append((answer.headers["Location"], path))
            elif answer.status != 200:
                self.faults.append(f"{path} is {answer.status}, linked from {source}")
            else:
                queue += [(found, path) for found in self._links(path, answer)]
        return self

    def _is_wanted(self, path: str) -> bool:
        shape = re.sub(r"=[^&]*", "=", re.sub(r"\d+", "#", path))
        self.shapes[shape] = self.shapes.get(shape, 0) + 1
        return self.shapes[shape] <= self.PER_SHAPE

    def _links(self, path: str, answer: Answer) -> list[str]:
        kind = answer.headers.get_content_type()
        if kind == "text/html" or kind.endswith(("+xml", "/xml")):
            found = _LINK.findall(answer.text)
            return [target for parts in found if (target := self._inside(path, unescape("".join(parts))))]
        return []

    def _inside(self, path: str, link: str) -> str:
        full = urljoin(self.server.url + path, urldefrag(link.strip())[0])
        parts = urlsplit(full)
        if parts.scheme not in ("http", "https"):
            return ""
        if parts.netloc != self.server.host:
            if not parts.netloc.endswith(".gov.cn") and "/leaving?" not in path:
                self.faults.append(f"{path} links to {link} without the notice before leaving")
            return ""
        return quote(parts.path + (f"?{parts.query}" if parts.query else ""), safe="/?&=%+:;,@")


@pytest.fixture(scope="module")
def crawl(live_server: LiveServer) -> Crawl:
    return Crawl(live_server).run("/", "/sitemap.xml", "/robots.txt", "/en/", "/labels/?q=%E9%A9%AC%E6%A1%B6")


def test_h09_no_link_is_dead_and_none_leaves_the_site_unannounced(crawl: Crawl) -> None:
    assert crawl.faults == []
    assert len(crawl.seen) > 60


def test_h09_no_page_of_the_crawl_shows_the_inside(crawl: Crawl) -> None:
    for path, answer in crawl.seen.items():
        assert not LEAK.search(answer.body), path


def test_h09_the_site_works_without_any_other_host(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_socket: socket.socket, address: object) -> None:
        raise AssertionError(f"the site calls {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for path in ("/", "/labels/", "/labels/?q=马桶", "/about", "/labels.json", "/sitemap.xml", "/nothing"):
        assert site.test_client().get(path).status_code in (200, 404), path


def test_h09_the_log_of_all_this_holds_no_trace_of_a_fault(live_server: LiveServer, crawl: Crawl) -> None:
    assert crawl.seen
    assert [line for line in live_server.log().splitlines() if '"level": "error"' in line] == []
