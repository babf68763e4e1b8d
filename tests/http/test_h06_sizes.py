"""H06: too much, too long or ambiguous requests are refused in time, memory stays flat and the site lives on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.http.conftest import production_site
from tests.servers import LiveServer
from tests.sites import close

pytestmark = pytest.mark.xdist_group("live_server")

REFUSED = {400, 403, 404, 405, 411, 413, 414, 415, 422, 431, 501, 505}
CHUNK = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
FLAT_KIB = 60 * 1024


def post(server: LiveServer, headers: bytes, body: bytes = b"", path: bytes = b"/labels/") -> int:
    """Status of a POST with exactly these header lines."""
    head = b"POST " + path + b" HTTP/1.1\r\nHost: " + server.host.encode() + b"\r\nConnection: close\r\n"
    return server.send(head + headers + b"\r\n" + body).status


@pytest.fixture(autouse=True)
def _alive_and_flat(live_server: LiveServer) -> object:
    """After each test the site answers, and its memory has not grown by what was sent."""
    before = live_server.memory_kib()
    yield
    assert live_server.get("/healthz").status == 200
    assert live_server.memory_kib() - before < FLAT_KIB


def test_h06_a_body_that_is_declared_too_large_is_refused_at_once(live_server: LiveServer) -> None:
    for length in (b"1000000000000", b"20000000", b"9" * 40):
        started = time.monotonic()
        assert post(live_server, b"Content-Length: " + length + b"\r\n") == 413
        assert time.monotonic() - started < 5


def test_h06_a_body_just_above_the_limit_gets_the_page_of_the_site(live_server: LiveServer) -> None:
    body = b"x" * (8 * 1024 * 1024 + 1)
    answer = live_server.ask("POST", "/labels/", body=body)
    assert answer.status == 413
    assert "提交的内容太大" in answer.text


def test_h06_sixty_four_megabytes_are_not_swallowed(live_server: LiveServer) -> None:
    started = time.monotonic()
    status = post(live_server, b"Content-Length: 67108864\r\n", b"x" * 67108864)
    assert status in {0, *REFUSED}
    assert time.monotonic() - started < 5


def test_h06_an_endless_chunked_body_is_cut_off(live_server: LiveServer) -> None:
    started = time.monotonic()
    assert post(live_server, b"Transfer-Encoding: chunked\r\n", CHUNK * 40 + b"0\r\n\r\n") in {0, *REFUSED}
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 5_0\r\n",
        b"Content-Length: \xd9\xa3\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding\t: chunked\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
        b"X: a\r\n folded: header\r\n",
        b"X\x00: a\r\n",
        b"X: a\nInjected: b\r\n",
        b"No colon\r\n",
    ],
)
def test_h06_ambiguous_framing_ends_in_one_answer_and_a_closed_connection(
    live_server: LiveServer, headers: bytes
) -> None:
    smuggled = b"0\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: " + live_server.host.encode() + b"\r\n\r\n"
    head = b"POST /labels/ HTTP/1.1\r\nHost: " + live_server.host.encode() + b"\r\n" + headers + b"\r\n"
    with socket.create_connection(("127.0.0.1", live_server.port), timeout=5) as connection:
        connection.sendall(head + smuggled)
        received = b""
        connection.settimeout(2)
        with suppress(TimeoutError, ConnectionResetError):
            while part := connection.recv(65536):
                received += part
    statuses = [int(line.split()[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    assert set(statuses) <= REFUSED
    assert statuses
    assert b"Sitemap:" not in received, "the smuggled request was answered"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1 x\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 300_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 60_000 + b"\r\n",
    ],
)
def test_h06_what_is_no_request_is_refused(live_server: LiveServer, request_bytes: bytes) -> None:
    status = live_server.send(request_bytes, timeout=3).status if not request_bytes.startswith((b"\r", b"\x16")) else 0
    assert status in {0, *REFUSED}


@pytest.fixture(scope="module")
def form_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with one address that reads a form, a file and JSON, as later parts will."""
    site = production_site(tmp_path_factory.mktemp("form"))

    def read() -> dict[str, object]:
        data = request.get_json() if request.is_json else {**request.form.to_dict(), **request.files.to_dict()}
        return {"fields": len(data)}

    site.add_url_rule("/form", "form", read, methods=["POST"])
    yield site
    close(site)


MULTIPART = "multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'


@pytest.mark.parametrize(
    ("content_type", "body", "statuses"),
    [
        (MULTIPART, FIELD * 1000 + b"--b--\r\n", {413}),
        (MULTIPART, FIELD.replace(b"1\r\n", b"x" * 700_000 + b"\r\n") + b"--b--\r\n", {413}),
        (MULTIPART, b"--b\r\n" + b"A: " + b"h" * 200_000, {200, 400, 413}),
        (MULTIPART, b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"\r\n" * 400_000, {200, 413}),
        ("multipart/form-data", FIELD, {400, 200}),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 700_000, {413}),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(100_000)), {413}),
        ("application/json", b"[" * 2000, {400}),
        ("application/json", b"[" * 100_000 + b"]" * 100_000, {400}),
        ("application/json", b'{"a": NaN', {400}),
        ("application/json", b"\xff\xfe", {400}),
        ("application/xml", b"<a/>", {200, 415}),
    ],
)
def test_h06_forms_and_json_are_bounded(form_site: Flask, content_type: str, body: bytes, statuses: set[int]) -> None:
    client: FlaskClient = form_site.test_client()
    started = time.monotonic()
    answer = client.post("/form", data=body, content_type=content_type)
    assert answer.status_code in statuses
    assert time.monotonic() - started < 5


def test_h06_a_hundred_idle_and_slow_connections_do_not_stop_the_others(live_server: LiveServer) -> None:
    slow = [socket.create_connection(("127.0.0.1", live_server.port), timeout=5) for _number in range(100)]
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.2):
            for connection in slow[:50]:
                with suppress(OSError):
                    connection.sendall(b"X: 1\r\n")

    for connection in slow[:50]:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        times = []
        for _number in range(20):
            started = time.monotonic()
            assert live_server.get("/healthz").status == 200
            times.append(time.monotonic() - started)
        assert sorted(times)[-2] < 1, "slow connections hold up the others"
    finally:
        stop.set()
        thread.join()
        for connection in slow:
            connection.close()
