"""H08: reading changes nothing, ``HEAD`` is ``GET`` without a body, and other sites cannot send forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, request

from tests.http.conftest import PUBLIC_URL, production_site
from tests.servers import LiveServer
from tests.sites import close

pytestmark = pytest.mark.xdist_group("live_server")

PATHS = ("/", "/labels/", "/about", "/labels.json", "/labels/suggest?q=x", "/robots.txt", "/healthz", "/nothing")
METHODS = (
    "TRACE",
    "TRACK",
    "CONNECT",
    "PUT",
    "PATCH",
    "DELETE",
    "PROPFIND",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "DEBUG",
    "FOO",
    "PURGE",
    "BAN",
    "QUERY",
    "A" * 100,
)


@pytest.mark.parametrize("path", PATHS)
def test_h08_head_is_get_without_a_body(live_server: LiveServer, path: str) -> None:
    got, headed = live_server.get(path), live_server.ask("HEAD", path)
    assert headed.status == got.status
    assert headed.body == b""
    for name in ("Content-Type", "Cache-Control", "ETag", "Content-Language", "Content-Security-Policy"):
        assert headed.headers.get(name) == got.headers.get(name), name


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_h08_other_methods_are_not_allowed_and_told_what_is(live_server: LiveServer, path: str, method: str) -> None:
    answer = live_server.ask(method, path)
    if path == "/nothing":
        assert answer.status in (404, 405)
    else:
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", PATHS)
def test_h08_no_header_and_no_argument_turns_reading_into_something_else(live_server: LiveServer, path: str) -> None:
    plain = live_server.get(path).status
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert live_server.ask("GET", path, {name: "DELETE"}).status == plain
    joint = "&" if "?" in path else "?"
    assert live_server.get(f"{path}{joint}_method=DELETE").status == plain


def test_h08_options_tells_the_methods_without_a_body(live_server: LiveServer) -> None:
    answer = live_server.ask("OPTIONS", "/labels/")
    assert answer.status == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.body == b""


@pytest.fixture(scope="module")
def form_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with one form that writes, as later parts will have."""
    site = production_site(tmp_path_factory.mktemp("form"))
    site.add_url_rule("/form", "form", lambda: request.method, methods=["GET", "POST", "PUT", "DELETE"])
    yield site
    close(site)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://water.example.cn"},
        {"Origin": "https://water.example.cn.evil.example"},
        {"Origin": "https://water.example.cn:444"},
        {"Origin": "https://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": PUBLIC_URL},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
        {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"},
        {"Referer": "https://evil.example/water.example.cn"},
        {"Referer": "about:blank"},
    ],
)
def test_h08_a_form_from_another_site_is_refused(form_site: Flask, method: str, headers: dict[str, str]) -> None:
    answer = form_site.test_client().open("/form", method=method, headers=headers, data={"a": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"},
        {"Origin": PUBLIC_URL},
        {"Referer": f"{PUBLIC_URL}/form?x=1"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_h08_our_own_forms_and_programs_may_send(form_site: Flask, headers: dict[str, str]) -> None:
    assert form_site.test_client().post("/form", headers=headers, data={"a": "1"}).text == "POST"


def test_h08_reading_from_another_site_is_allowed(form_site: Flask) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert form_site.test_client().get("/form", headers=headers).text == "GET"


@pytest.fixture
def database_of(live_server: LiveServer) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{Path(live_server.data_path) / 'site.db'}")
    yield engine
    engine.dispose()


def test_h08_reading_every_page_changes_no_row(live_server: LiveServer, database_of: sa.Engine) -> None:
    before = _counts(database_of)
    for path in (
        *PATHS,
        "/preferences?view=elder",
        "/labels.csv",
        "/labels/changes.atom",
        "/sitemap.xml",
        "/freshness",
    ):
        live_server.get(path)
        live_server.ask("HEAD", path)
    assert _counts(database_of) == before


def _counts(engine: sa.Engine) -> dict[str, int]:
    tables = sa.inspect(engine).get_table_names()
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        counts = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in tables}
    return {**counts, "data_version": version}
