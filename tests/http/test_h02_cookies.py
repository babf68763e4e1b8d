"""H02: the public site has one cookie, set on the visitor's wish, and it is as narrow as a cookie can be."""

from __future__ import annotations

from http.cookies import SimpleCookie

from flask import Flask
from flask.testing import FlaskClient


def test_h02_the_cookie_is_bound_to_this_host_and_hidden_from_scripts(visitor: FlaskClient) -> None:
    answer = visitor.get("/preferences?view=elder&next=/")
    (line,) = answer.headers.getlist("Set-Cookie")
    (cookie,) = SimpleCookie(line).values()
    assert cookie.key == "__Host-view"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert len(line) < 4096
    assert "public" not in answer.headers["Cache-Control"]


def test_h02_reading_sets_no_cookie(visitor: FlaskClient) -> None:
    for path in ("/about", "/privacy", "/healthz", "/nothing", "/robots.txt"):
        assert "Set-Cookie" not in visitor.get(path).headers, path


def test_h02_a_made_up_cookie_changes_nothing(site: Flask) -> None:
    plain = site.test_client().get("/about").text
    for value in ("x" * 4000, "<script>.<b>", "elder.dark.more", '"; drop', "\u6c34"):
        visitor = site.test_client()
        visitor.set_cookie("__Host-view", value, domain="water.example.cn", secure=True)
        answer = visitor.get("/about")
        assert answer.status_code == 200
        assert "<script>.<b>" not in answer.text
        if not value.startswith("elder"):
            assert answer.text == plain
