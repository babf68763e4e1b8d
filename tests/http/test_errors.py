"""Error answers: designed pages with the site's frame, problem documents for data, and nothing that leaks."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.core.errors import WORDINGS
from tests.markup import parse
from tests.pages import Pages

LEAK = re.compile(r"Traceback|File \"|sqlalchemy|psycopg|werkzeug|jinja2|ZeroDivision", re.IGNORECASE)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("status", sorted(WORDINGS))
def test_each_error_has_a_page_in_the_frame_of_the_site(site: Flask, status: int, prefix: str) -> None:
    page = Pages(site).get(f"{prefix}/refuse/{status}", status=status)
    assert page.has("nav")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["X-Request-ID"] in page.text("main")
    assert not LEAK.search(page.response.text)


def test_an_unforeseen_error_is_logged_under_the_id_that_the_page_shows(
    visitor: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = visitor.get("/boom")
    assert answer.status_code == 500
    assert not LEAK.search(answer.text)
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (failure,) = [line for line in logged if "exception" in line]
    assert "ZeroDivisionError" in failure["exception"]
    assert failure["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing.json", 404),
        ("/api/v9/nothing", 404),
        ("/en/nothing.json", 404),
        ("/boom.json", 500),
        ("/unprocessable.json", 422),
    ],
)
def test_data_addresses_answer_with_a_problem_document(visitor: FlaskClient, path: str, status: int) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json(force=True)
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["instance"] == f"urn:request:{answer.headers['X-Request-ID']}"
    assert "secret" not in answer.text
    assert not LEAK.search(answer.text)


def test_a_missing_page_does_not_repeat_its_address(visitor: FlaskClient) -> None:
    answer = visitor.get("/call-13812345678-now")
    assert answer.status_code == 404
    assert "13812345678" not in answer.text


def test_a_wrong_method_is_told_the_right_ones(visitor: FlaskClient) -> None:
    answer = visitor.post("/about")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_too_many_requests_are_told_when_to_come_back(site: Flask) -> None:
    visitor = site.test_client()
    visitor.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert visitor.get("/limited").status_code == 200
    answer = visitor.get("/limited")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize("path", ["/", "/labels/", "/labels/CN-1", "/labels/suggest?q=x", "/labels.json"])
def test_without_a_database_pages_say_503_and_when_to_come_back(site_without_database: Flask, path: str) -> None:
    answer = site_without_database.test_client().get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert not LEAK.search(answer.text)


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/boom", 500), ("/refuse/400", 400), ("/about", 200)])
def test_without_a_database_the_other_pages_keep_the_frame(
    site_without_database: Flask, path: str, status: int
) -> None:
    page = Pages(site_without_database).get(path, status=status)
    assert page.has("nav")


def test_when_the_layout_itself_fails_a_plain_page_is_left(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(visitor.application.jinja_env.globals, "asset", None)
    answer = visitor.get("/nothing")
    assert answer.status_code == 404
    root, errors = parse(answer.text)
    assert not errors
    assert root.one("h1").text == "没有找到这个页面"
    assert not root.all("nav")
