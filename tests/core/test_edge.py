"""The outermost layer alone, in front of a tiny application that tells what reached it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request, Response

from outreach.core import logs
from outreach.core.edge import EMBEDDABLE, REFUSAL, REQUEST_ID, Edge

HEADERS = [("X-Promise", "kept")]


@pytest.fixture(autouse=True)
def _json_logs() -> None:
    logs.configure("INFO")


def environ_of(target: str, **variables: str) -> dict[str, Any]:
    """What a server hands over for a request target, byte for byte."""
    path, _mark, query = target.partition("?")
    raw = unquote_to_bytes(path).decode("latin-1")
    return EnvironBuilder().get_environ() | {
        "PATH_INFO": raw,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "HTTP_HOST": "localhost",
        **variables,
    }


class Seen:
    """What the application got and what the observer was told."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.observed: list[tuple[str, str, int]] = []

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.environ = environ
        request = Request(environ)
        if request.path == "/fails":
            raise RuntimeError("no answer")
        body = json.dumps({"query": request.args.to_dict(), "path": request.path})
        headers = {"X-Promise": "broken"} if request.path == "/careless" else {}
        return Response(body, environ.get(REFUSAL, 200), headers)(environ, start_response)

    def observe(self, endpoint: str, method: str, status: int, _seconds: float) -> None:
        self.observed.append((endpoint, method, status))


@pytest.fixture
def seen() -> Seen:
    return Seen()


class Server:
    """Hands environments over as they are; a test client would tidy them up first."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge

    def ask(self, target: str, **variables: str) -> Response:
        body, status, headers = run_wsgi_app(self.edge, environ_of(target, **variables))
        return Response(b"".join(body), status, headers)


@pytest.fixture
def server(seen: Seen) -> Server:
    hosts = ["water.example.cn", "localhost", "[::1]"]
    return Server(Edge(seen.app, hosts=hosts, headers=HEADERS, longest_body=1000, observe=seen.observe))


def test_every_answer_carries_the_promised_headers_once(server: Server) -> None:
    for path in ("/", "/careless", "/fails", "/%zz"):
        assert server.ask(path).headers.getlist("X-Promise") == ["kept"], path


@pytest.mark.parametrize(
    ("media_type", "said", "expected"),
    [
        ("image/svg+xml", "cross-origin", "cross-origin"),
        ("image/svg+xml", "same-site", "same-origin"),
        ("text/html", "cross-origin", "same-origin"),
        ("application/json", "cross-origin", "same-origin"),
        ("image/png", "", "same-origin"),
    ],
)
def test_only_a_picture_may_say_that_other_sites_can_show_it(media_type: str, said: str, expected: str) -> None:
    own = [("Cross-Origin-Resource-Policy", "same-origin"), *HEADERS]
    edge = Edge(Seen().app, hosts=["localhost"], headers=own, longest_body=1, observe=Seen().observe)
    answered = [("Content-Type", media_type), *([(EMBEDDABLE[0], said)] if said else [])]
    found = edge.with_headers(answered, "id")
    assert [value for name, value in found if name == EMBEDDABLE[0]] == [expected]


def test_an_answer_without_a_word_on_caching_is_not_stored(server: Server) -> None:
    assert server.ask("/").headers["Cache-Control"] == "no-store"


def test_each_request_has_an_id_of_its_own_whatever_the_visitor_sends(server: Server, seen: Seen) -> None:
    first = server.ask("/", HTTP_X_REQUEST_ID="mine").headers["X-Request-ID"]
    assert seen.environ[REQUEST_ID] == first
    assert len(first) == 16
    assert server.ask("/").headers["X-Request-ID"] != first


@pytest.mark.parametrize("path", ["/%zz", "/%", "/a%0", "/%00", "/%ff", "/%ed%a0%80", "/%c0%af", "/a%0d%0ab", "/%1b"])
def test_a_path_that_is_no_text_is_refused(server: Server, seen: Seen, path: str) -> None:
    assert server.ask(path).status_code == 400
    assert seen.environ["PATH_INFO"] == "/"


@pytest.mark.parametrize("path", ["/", "/100%25", "/%E9%A9%AC%E6%A1%B6", "/%F0%9F%92%A7", "/a%20b", "/%2e%2e/etc"])
def test_a_path_that_is_text_passes(server: Server, path: str) -> None:
    assert server.ask(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("q=%E9%A9%AC%E6%A1%B6", "马桶"),
        ("q=100%", "100%"),
        ("q=%zz", "%zz"),
        ("q=a%00b", "a\ufffdb"),
        ("q=%ff", "\ufffd"),
        ("q=%ed%a0%80", "\ufffd" * 3),
        ("q=%00&x=1", "\ufffd"),
    ],
)
def test_a_query_that_is_no_text_is_repaired_and_answered(server: Server, query: str, value: str) -> None:
    answer = server.ask("/?" + query)
    assert answer.status_code == 200
    assert json.loads(answer.data)["query"]["q"] == value


def test_raw_bytes_in_a_query_are_repaired(server: Server, seen: Seen) -> None:
    server.ask("/?q=\xff\xe6\xa1\xb6")
    assert Request(seen.environ).args["q"] == "\ufffd桶"


@pytest.mark.parametrize("host", ["water.example.cn", "WATER.example.cn:443", "localhost:8000", "[::1]:8000"])
def test_known_hosts_are_answered_on_any_port(server: Server, host: str) -> None:
    assert server.ask("/", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "water.example.cn.evil.example",
        "evil.example#water.example.cn",
        "water.example.cn@evil.example",
        "water.example.cn, evil.example",
        "water.example.cn:99999",
        "water.example.cn:x",
        "a" * 6000,
    ],
)
def test_other_hosts_are_refused_and_do_not_reach_the_application(server: Server, seen: Seen, host: str) -> None:
    assert server.ask("/en/labels/?q=evil.example", HTTP_HOST=host).status_code == 400
    assert seen.environ["HTTP_HOST"] == "water.example.cn"
    assert seen.environ["QUERY_STRING"] == ""
    assert seen.environ["PATH_INFO"] == "/en/"


def test_health_answers_under_any_name(server: Server) -> None:
    assert server.ask("/healthz", HTTP_HOST="10.0.0.7").status_code == 200


@pytest.mark.parametrize(
    ("length", "status"), [("1000", 200), ("1001", 413), ("9" * 30, 413), ("-1", 400), ("1e3", 400)]
)
def test_a_body_is_refused_by_its_declared_length(server: Server, length: str, status: int) -> None:
    assert server.ask("/", CONTENT_LENGTH=length).status_code == status


def test_a_data_address_is_still_one_when_it_is_refused(server: Server, seen: Seen) -> None:
    server.ask("/%zz.json")
    assert seen.environ["PATH_INFO"] == "/api/"


def test_a_failing_application_is_a_500_and_not_a_dropped_connection(server: Server, seen: Seen) -> None:
    assert server.ask("/fails").status_code == 500
    assert seen.observed == [("none", "GET", 500)]


def test_the_log_line_has_no_query_and_cannot_be_forged(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    target = "/x%0a%7b%22event%22%3a%22forged%22%7d%e2%80%a8?phone=13812345678"
    server.ask(target, HTTP_X_FORWARDED_FOR="203.0.113.9")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line["event"] == "request_finished"
    assert line["status"] == 400
    assert "13812345678" not in lines[0]
    assert "203.0.113.9" not in lines[0]
    assert lines[0].isascii()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_one_time_link_is_not_logged(server: Server, capsys: pytest.CaptureFixture[str], prefix: str) -> None:
    server.ask(f"{prefix}/admin/invitations/3kF0-secret-token")
    line = capsys.readouterr().err
    assert f"{prefix}/admin/invitations/" in line
    assert "secret" not in line


def test_an_endless_path_makes_a_short_log_line(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.ask("/" + "a" * 100_000)
    assert len(capsys.readouterr().err) < 1000
