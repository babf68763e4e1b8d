"""H01: every answer, whoever gives it, carries the security headers and says how long it may be kept."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.servers import Answer, LiveServer
from tests.sites import SiteMaker

pytestmark = pytest.mark.xdist_group("live_server")

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_promised(headers: object, what: str) -> None:
    """Fail unless the headers hold every promise exactly once, and name no software."""
    get_all = headers.get_all if hasattr(headers, "get_all") else headers.getlist
    for name, value in EXACT.items():
        assert get_all(name) == [value], f"{what}: {name}"
    (policy,) = get_all("Content-Security-Policy")
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert {name: directives.get(name) for name in POLICY} == POLICY, what
    assert "unsafe" not in policy
    assert get_all("Permissions-Policy"), what
    assert len(get_all("Cache-Control")) == 1, what
    software = " ".join([*(get_all("Server") or []), *(get_all("X-Powered-By") or [])])
    assert not re.search(r"\d|waitress|werkzeug|python|flask", software, re.IGNORECASE), what


def static_address(server: LiveServer) -> str:
    match = re.search(r'href="(/static/css/[^"]+)"', server.get("/about").text)
    assert match is not None
    return match[1]


@pytest.fixture(scope="module")
def answers(live_server: LiveServer) -> dict[str, tuple[Answer, int]]:
    """One answer of every kind, with the status it must have."""
    sheet = static_address(live_server)
    etag = live_server.get(sheet).headers["ETag"]
    page = live_server.get("/labels/")
    host = f"Host: {live_server.host}\r\n".encode()
    return {
        "page": (page, 200),
        "page not modified": (live_server.get("/labels/", If_None_Match=page.headers["ETag"]), 304),
        "english page": (live_server.get("/en/labels/"), 200),
        "file": (live_server.get(sheet, Accept_Encoding="br"), 200),
        "file not modified": (live_server.get(sheet, If_None_Match=etag), 304),
        "file by a wrong method": (live_server.ask("POST", sheet), 405),
        "part of a file": (live_server.get(sheet, Range="bytes=0-9"), 206),
        "missing file": (live_server.get("/static/css/none.css"), 404),
        "json": (live_server.get("/labels.json"), 200),
        "csv": (live_server.get("/labels.csv"), 200),
        "feed": (live_server.get("/labels/changes.atom"), 200),
        "health": (live_server.get("/healthz"), 200),
        "missing page": (live_server.get("/nothing"), 404),
        "missing data": (live_server.get("/nothing.json"), 404),
        "bad path": (live_server.send(b"GET /%zz HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n"), 400),
        "wrong method": (live_server.ask("DELETE", "/labels/"), 405),
        "options": (live_server.ask("OPTIONS", "/labels/"), 200),
        "from another site": (live_server.ask("POST", "/labels/", {"Origin": "https://evil.example"}), 403),
        "redirect of the router": (live_server.get("/labels"), 308),
        "redirect of the languages": (live_server.get("/en"), 308),
        "redirect of a view": (live_server.get("/preferences?view=elder&next=/"), 303),
        "refused by the server": (live_server.send(b"GET / HTTP/1.1\r\nbad header\r\n\r\n"), 400),
        "too large for the server": (
            live_server.send(b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1000000000000\r\n\r\n"),
            413,
        ),
    }


KINDS = (
    "page",
    "page not modified",
    "english page",
    "file",
    "file not modified",
    "file by a wrong method",
    "part of a file",
    "missing file",
    "json",
    "csv",
    "feed",
    "health",
    "missing page",
    "missing data",
    "bad path",
    "wrong method",
    "options",
    "from another site",
    "redirect of the router",
    "redirect of the languages",
    "redirect of a view",
    "refused by the server",
    "too large for the server",
)


@pytest.mark.parametrize("kind", KINDS)
def test_h01_every_kind_of_answer_carries_the_headers(answers: dict[str, tuple[Answer, int]], kind: str) -> None:
    answer, status = answers[kind]
    assert answer.status == status
    assert_promised(answer.headers, kind)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_h01_every_error_page_carries_the_headers(visitor: FlaskClient, status: int) -> None:
    assert_promised(visitor.get(f"/refuse/{status}").headers, str(status))


def test_h01_the_page_of_an_unforeseen_error_carries_the_headers(visitor: FlaskClient) -> None:
    answer = visitor.get("/boom")
    assert answer.status_code == 500
    assert_promised(answer.headers, "500")


def test_h01_tls_is_demanded_for_two_years_where_the_site_is_served_over_it(
    visitor: FlaskClient, make_site: SiteMaker
) -> None:
    assert visitor.get("/healthz").headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "Strict-Transport-Security" not in make_site().test_client().get("/healthz").headers


def test_h01_data_is_readable_by_this_site_alone_and_needs_no_cookie(live_server: LiveServer) -> None:
    answer = live_server.get("/labels.json", Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers
