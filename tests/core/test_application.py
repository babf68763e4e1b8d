"""What our application leaves out of Flask's work changes nothing that can be seen."""

from __future__ import annotations

from flask import Flask, session, url_for

from outreach.core.limits import limiter
from tests.sites import SiteMaker


def test_a_plain_address_is_that_of_the_language_that_is_read(app: Flask) -> None:
    for _turn in range(2):
        with app.test_request_context("/"):
            assert url_for("labels.catalogue") == "/labels/"
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/en"}):
            assert url_for("labels.catalogue") == "/en/labels/"


def test_options_and_arguments_are_not_lost_beside_a_kept_address(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://localhost"):
        assert url_for("site.about") == "/about"
        assert url_for("site.about", _anchor="corrections") == "/about#corrections"
        assert url_for("site.about", _external=True) == "http://localhost/about"
        assert url_for("labels.catalogue", q="水 嘴") == "/labels/?q=%E6%B0%B4+%E5%98%B4"
        assert url_for("site.about") == "/about"


def test_sessions_still_work_for_views_that_use_one(make_site: SiteMaker) -> None:
    site = make_site()

    def count() -> str:
        session["seen"] = session.get("seen", 0) + 1
        return str(session["seen"])

    site.add_url_rule("/count", "count", count)
    client = site.test_client()
    assert [client.get("/count").text for _turn in range(3)] == ["1", "2", "3"]
    assert site.test_client().get("/count").text == "1"


def test_a_page_without_limit_does_not_wake_the_limiter(make_site: SiteMaker) -> None:
    hooks = make_site().before_request_funcs[None]
    assert not [hook for hook in hooks if getattr(hook, "__self__", None) is limiter]
