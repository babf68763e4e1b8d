"""Whole pages kept in memory: never a wrong one, never an old one, and no larger than allowed."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from types import SimpleNamespace

import brotli
import pytest
from flask import Flask, Response, make_response, redirect
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from outreach.core import clock, page_cache, page_store
from outreach.core.page_cache import built_from, cached_page
from outreach.core.page_store import GenerationWatch, PageStore
from outreach.core.search.outbox import touch_generation
from tests import factories
from tests.labels.statements import counted_statements
from tests.pages import Pages

PATH = "/labels/standards/"


def store_of(app: Flask) -> PageStore:
    found: PageStore = app.extensions["page_store"]
    return found


class Site:
    """A small application with one cached view at ``/x``; the present generation of its data is ``token``."""

    def __init__(self, view: Callable[[], ResponseReturnValue], token: str = "now") -> None:
        self.app = Flask("small")
        self.app.config.update(PUBLIC_URL="http://127.0.0.1:8000", SECRET_KEY="x" * 32)
        self.app.add_url_rule("/x", "x", cached_page("labels")(view))
        page_cache.init_app(self.app)
        self.store: PageStore = self.app.extensions["page_store"]
        self.watch: GenerationWatch = self.app.extensions["generation_watch"]
        self.watch.max_age = 1000.0
        self.data_are(token)

    def data_are(self, token: str) -> None:
        """Let the watch know of another generation."""
        self.watch._known["labels"] = (time.monotonic(), token)

    def get(self, path: str = "/x", **headers: str) -> TestResponse:
        return self.app.test_client().get(path, headers=headers)


class Counter:
    """A view that tells how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        return f"call {self.calls}"


def test_the_second_visitor_costs_one_statement(app: Flask, pages: Pages, session: Session) -> None:
    factories.edition(session)
    first = pages.raw(PATH)
    with counted_statements(app) as statements:
        second = pages.raw(PATH)
    assert first.get_data() == second.get_data()
    assert len(statements) == 1
    assert "data_generation" in statements[0]


def test_new_data_are_on_the_page_at_once(pages: Pages, session: Session) -> None:
    assert "GB 25502-2017" not in pages.get(PATH).text("main")
    factories.edition(session)
    touch_generation(session, "labels")
    assert "GB 25502-2017" in pages.get(PATH).text("main")


def test_each_coding_has_its_own_strong_tag_and_the_same_text(pages: Pages) -> None:
    plain, packed, zipped = (
        pages.client.get(PATH, headers={"Accept-Encoding": coding}) for coding in ("identity", "br, gzip", "gzip")
    )
    assert brotli.decompress(packed.get_data()) == gzip.decompress(zipped.get_data()) == plain.get_data()
    tags = {answer.headers["ETag"] for answer in (plain, packed, zipped)}
    assert len(tags) == 3
    assert all(re.fullmatch(r'"[0-9a-z-]+"', tag) for tag in tags)
    assert packed.headers["Vary"] == "Cookie, Accept-Encoding"
    assert packed.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("coding", ["identity", "br", "gzip"])
def test_who_has_the_page_gets_304_without_a_body(pages: Pages, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    tag = pages.client.get(PATH, headers=headers).headers["ETag"]
    again = pages.client.get(PATH, headers={**headers, "If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
    assert pages.client.get(PATH, headers={**headers, "If-None-Match": '"other"'}).status_code == 200


def test_head_tells_what_get_would_send(pages: Pages) -> None:
    full, head = pages.client.get(PATH), pages.client.head(PATH)
    assert head.get_data() == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Vary"):
        assert head.headers[name] == full.headers[name]


def test_each_look_language_and_day_has_its_own_page(app: Flask, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    normal = pages.raw(PATH).get_data(as_text=True)
    pages.client.set_cookie("view", "elder.dark")
    assert 'data-view="elder"' in pages.client.get(PATH).get_data(as_text=True)
    pages.client.delete_cookie("view")
    assert pages.raw(PATH).get_data(as_text=True) == normal
    assert 'lang="en"' in pages.raw("/en" + PATH).get_data(as_text=True)
    kept = len(store_of(app))
    monkeypatch.setattr(clock, "today", lambda: factories.MOMENT.date())
    pages.raw(PATH)
    assert len(store_of(app)) == kept + 1


def test_an_unknown_look_is_no_key_of_its_own(app: Flask, pages: Pages) -> None:
    pages.raw(PATH)
    pages.client.set_cookie("view", "<script>")
    pages.client.get(PATH)
    assert len(store_of(app)) == 1


def test_what_is_not_found_is_not_kept(app: Flask, pages: Pages) -> None:
    pages.get("/labels/standards/nothing", status=404)
    assert len(store_of(app)) == 0


def test_a_kept_page_does_not_wake_the_application() -> None:
    view = Counter()
    site = Site(view)
    assert [site.get().text for _time in range(3)] == ["call 1"] * 3
    assert view.calls == 1
    site.data_are("later")
    assert [site.get().text for _time in range(2)] == ["call 2"] * 2


def test_kept_pages_outlive_an_outage_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def unreachable(_session: object, name: str) -> str:
        calls.append(name)
        raise OperationalError("SELECT", {}, Exception("down"))

    view = Counter()
    site = Site(view)
    site.get()
    site.watch._known["labels"] = (float("-inf"), "now")
    monkeypatch.setattr(page_store.outbox, "generation", unreachable)
    monkeypatch.setattr(page_store, "db", SimpleNamespace(session=None))
    assert [site.get().text for _time in range(3)] == ["call 1"] * 3
    assert calls == ["labels"]


def test_what_the_application_says_beside_the_page_is_said_again() -> None:
    site = Site(lambda: ("text", {"X-Note": "kept", "Content-Type": "text/plain; charset=utf-8"}))
    first, second = site.get(), site.get()
    assert first.headers.to_wsgi_list() == second.headers.to_wsgi_list()
    assert second.headers["X-Note"] == "kept"
    assert second.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_answer_with_a_cookie_is_not_kept() -> None:
    def view() -> ResponseReturnValue:
        answer = make_response("private")
        answer.set_cookie("who", "me")
        return answer

    site = Site(view)
    assert [site.get().headers.get("Cache-Control") for _time in range(2)] == [None, None]
    assert len(site.store) == 0


def test_an_answer_that_wrote_the_session_is_not_kept() -> None:
    def view() -> ResponseReturnValue:
        flask_session["who"] = "me"
        return "private"

    site = Site(view)
    assert "ETag" not in site.get().headers
    assert len(site.store) == 0


def test_a_cookie_that_is_added_later_never_reaches_another_visitor() -> None:
    view = Counter()
    site = Site(view)
    site.app.after_request(lambda answer: (answer.set_cookie("who", str(view.calls)), answer)[1])
    assert [site.get().headers["Set-Cookie"][:5] for _time in range(2)] == ["who=1"] * 2
    assert all("public" not in site.get().headers.get("Cache-Control", "") for _time in range(2))


def test_a_fault_after_the_view_is_not_covered_by_its_page() -> None:
    site = Site(lambda: "fine")

    @site.app.after_request
    def fail(_answer: Response) -> Response:
        raise RuntimeError("after the view")

    assert [site.get().status_code for _time in range(2)] == [500, 500]


def test_only_plain_answers_are_kept() -> None:
    for answer in (("gone", 410), redirect("/y"), Response(iter(["a", "b"]))):
        site = Site(lambda answer=answer: answer)  # type: ignore[misc]  # bound now
        assert "ETag" not in site.get().headers
        assert len(site.store) == 0


def test_a_page_made_from_older_data_than_its_token_is_not_kept() -> None:
    def view() -> ResponseReturnValue:
        built_from("labels", "older")
        return "old"

    site = Site(view)
    assert site.get().headers["Cache-Control"] == "public, max-age=60"
    assert len(site.store) == 0


def test_arguments_of_any_length_are_answered_but_only_short_ones_kept() -> None:
    site = Site(lambda: "x")
    assert site.get("/x?q=" + "a" * 5000).status_code == 200
    assert len(site.store) == 0
    site.get("/x?q=a")
    assert len(site.store) == 1


def test_a_refused_request_is_never_answered_from_the_store(pages: Pages) -> None:
    pages.raw("/")
    assert pages.client.get("/", headers={"Host": "evil.example"}).status_code == 400
