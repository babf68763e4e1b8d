"""H03: whatever a client calls this machine, links are made from the settings, and other names are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from tests.http.conftest import production_site
from tests.servers import LiveServer
from tests.sites import close

pytestmark = pytest.mark.xdist_group("live_server")

EVIL = "evil.example"
HOSTS = (
    EVIL,
    f"{EVIL}:8000",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.1, evil.example",
    "127.0.0.1 evil.example",
    "127.0.0.1:99999",
    "127.0.0.1:abc",
    "127.0.0.1:",
    "a\x00b",
    "主机.example",
    "[::1",
    "-",
    "",
    "a" * 6000 + ".example",
)


@pytest.mark.parametrize("host", HOSTS)
def test_h03_other_names_are_refused_and_not_repeated(live_server: LiveServer, host: str) -> None:
    request = f"GET /labels/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    answer = live_server.send(request)
    assert answer.status in (400, 421)
    assert EVIL not in answer.text
    assert EVIL not in str(answer.headers)


def test_h03_no_name_and_two_names_are_refused(live_server: LiveServer) -> None:
    assert live_server.send(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status == 400
    own = f"Host: {live_server.host}\r\n".encode()
    both = live_server.send(b"GET /labels/ HTTP/1.1\r\n" + own + b"Host: evil.example\r\nConnection: close\r\n\r\n")
    assert both.status in (400, 421)
    assert EVIL not in both.text


@pytest.mark.parametrize("name", ["/", "/labels/", "/sitemap.xml", "/labels/changes.atom", "/robots.txt", "/labels"])
@pytest.mark.parametrize(
    "header",
    [
        ("X-Forwarded-Host", EVIL),
        ("X-Host", EVIL),
        ("X-Forwarded-Server", EVIL),
        ("Forwarded", f"host={EVIL};proto=https"),
        ("X-Forwarded-Prefix", f"//{EVIL}"),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Port", "4444"),
        ("X-Original-URL", f"/{EVIL}"),
        ("X-Rewrite-URL", f"/{EVIL}"),
        ("Referer", f"https://{EVIL}/"),
    ],
)
def test_h03_headers_of_proxies_are_not_believed(live_server: LiveServer, name: str, header: tuple[str, str]) -> None:
    answer = live_server.ask("GET", name, dict([header]))
    assert answer.status in (200, 308)
    everything = str(answer.headers) + answer.text
    assert EVIL not in everything
    assert "4444" not in str(answer.headers.get("Location"))


def test_h03_a_request_for_a_whole_address_is_answered_under_our_own_name(live_server: LiveServer) -> None:
    request = f"GET http://{EVIL}/sitemap.xml HTTP/1.1\r\nHost: {live_server.host}\r\nConnection: close\r\n\r\n"
    answer = live_server.send(request.encode())
    assert EVIL not in answer.text


def test_h03_absolute_links_come_from_the_settings(visitor: FlaskClient) -> None:
    page = visitor.get("/about", base_url="https://WATER.example.cn:444").text
    assert 'rel="canonical" href="https://water.example.cn/about"' in page
    assert ":444" not in page


@pytest.mark.parametrize(("proxies", "believed"), [("0", "10.0.0.1"), ("1", "203.0.113.3"), ("2", "203.0.113.2")])
def test_h03_only_as_many_proxies_are_believed_as_the_settings_say(tmp_path: Path, proxies: str, believed: str) -> None:
    site = production_site(tmp_path, trusted_proxies=proxies)
    site.add_url_rule("/who", "who", lambda: f"{request.remote_addr} {request.host}")
    chain = {"X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3", "X-Forwarded-Host": EVIL}
    answer = site.test_client().get("/who", headers=chain, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    close(site)
    assert answer.text == f"{believed} water.example.cn"
