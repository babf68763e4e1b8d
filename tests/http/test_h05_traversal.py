"""H05: no spelling of ``..`` reaches a file that is not one of the built assets."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.servers import LiveServer

pytestmark = pytest.mark.xdist_group("live_server")

#: One step up, in every spelling that some server once understood.
STEPS = (
    "../",
    "..\\",
    "..%2f",
    "..%2F",
    "..%5c",
    "%2e%2e/",
    "%2e%2e%2f",
    "%2E%2E%2F",
    ".%2e/",
    "%2e./",
    "%252e%252e/",
    "%252e%252e%252f",
    "..%252f",
    "..%c0%af",
    "..%c1%9c",
    "%c0%ae%c0%ae/",
    "%uff0e%uff0e/",
    "..;/",
    "..%00/",
    "..%0a/",
    "..%09/",
    "....//",
    "....\\\\",
    "..//",
    "..///",
    "/../",
    "./../",
    ".//../",
    "..%2f%2f",
    "%2e%2e%5c",
    "．．/",
    "..／",
    "..∕",
)
FILES = (
    "app.py",
    "requirements.txt",
    ".git/HEAD",
    "outreach/config.py",
    "secret",
    "site.db",
    "var/secret",
    "etc/passwd",
    "manifest.json",
    "assets/",
    "index/CURRENT",
)
PREFIXES = ("/static/", "/static/css/", "/", "/labels/", "/en/")
SECRETS = re.compile(rb"root:x:0|SQLite format 3|from flask import|SECRET_KEY|ref: refs/|\[project\]|--hash=sha256")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_h05_no_spelling_of_the_way_up_finds_a_file(live_server: LiveServer, prefix: str) -> None:
    tail = f"Host: {live_server.host}\r\nConnection: close\r\n\r\n".encode()
    for step, name in itertools.product(STEPS, FILES):
        target = (prefix + step * 3 + name).encode()
        answer = live_server.send(b"GET " + target + b" HTTP/1.1\r\n" + tail)
        assert answer.status in (400, 404, 308), f"{target!r}: {answer.status}"
        assert not SECRETS.search(answer.body), target


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/css/", "/static/js/", "/static/css"])
def test_h05_folders_are_not_listed(live_server: LiveServer, path: str) -> None:
    answer = live_server.get(path)
    assert answer.status == 404
    assert "Index of" not in answer.text


def test_h05_only_final_files_are_served(live_server: LiveServer) -> None:
    sheet = re.search(r'href="(/static/css/[^"]+)"', live_server.get("/about").text)
    assert sheet is not None
    assert live_server.get(sheet[1]).status == 200
    for name in (f"{sheet[1]}.br", f"{sheet[1]}.gz", f"{sheet[1]}~", f"{sheet[1]}.map", "/static/css/site.css"):
        assert live_server.get(name).status == 404, name
