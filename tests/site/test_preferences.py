"""Display settings: kept only on request, in one cookie, and never a way to another site (H02, H04)."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.test import Client, TestResponse

from outreach.core.preferences import Preferences
from tests.pages import Pages


def save(client: Client, **args: str) -> TestResponse:
    response = client.get("/preferences", query_string=args)
    assert response.status_code == 303
    return response


def test_the_form_shows_what_is_set_and_sets_no_cookie(pages: Pages) -> None:
    page = pages.get("/preferences", next="/labels/?q=x")
    assert [node.get("value") for node in page.all("input[checked]")] == ["normal", "auto"]
    assert page.one('input[name="next"]').get("value") == "/labels/?q=x"


def test_the_settings_never_lead_back_to_themselves(pages: Pages) -> None:
    for node in pages.get("/preferences", next="/labels/").all(".topbar a"):
        assert "next=%2Fpreferences" not in node.get("href")
        assert "next=/preferences" not in node.get("href")


def test_a_choice_is_remembered_and_leads_back(app: Flask) -> None:
    client = app.test_client()
    response = save(client, view="elder", theme="dark", next="/about")
    assert response.headers["Location"] == "/about"
    cookie = response.headers["Set-Cookie"]
    assert parse_cookie(cookie)["view"] == "elder.dark"
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    page = client.get("/about").get_data(as_text=True)
    assert 'data-theme="dark" data-view="elder"' in page
    assert "回到标准版" in page


def test_a_single_choice_leaves_the_other_as_it_was(app: Flask) -> None:
    client = app.test_client()
    save(client, theme="dark")
    assert parse_cookie(save(client, view="elder").headers["Set-Cookie"])["view"] == "elder.dark"


def test_going_back_to_the_defaults_deletes_the_cookie(app: Flask) -> None:
    client = app.test_client()
    save(client, view="elder")
    cookie = save(client, view="normal", theme="auto").headers["Set-Cookie"]
    assert "Max-Age=0" in cookie
    assert client.get_cookie("view") is None


def test_the_answer_is_kept_by_no_cache(app: Flask) -> None:
    assert save(app.test_client(), view="elder").headers["Cache-Control"] == "no-store"


def test_pages_vary_by_cookie(pages: Pages) -> None:
    for path in ("/", "/about", "/preferences"):
        assert "cookie" in pages.raw(path).headers["Vary"].lower()


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "", "x"])
def test_an_untrusted_way_back_leads_to_the_settings(app: Flask, target: str) -> None:
    assert save(app.test_client(), view="elder", next=target).headers["Location"] == "/preferences"


def test_the_way_back_keeps_the_language(app: Flask) -> None:
    response = app.test_client().get("/en/preferences?view=elder&next=/en/labels/")
    assert response.headers["Location"] == "/en/labels/"


@pytest.mark.parametrize("args", ["view=huge", "theme=pink", "view=&theme=", "view=elder%00"])
def test_an_unknown_choice_is_no_choice(pages: Pages, args: str) -> None:
    assert pages.get(f"/preferences?{args}").h1 == "显示设置"


@pytest.mark.parametrize("value", ["", "elder", "elder.", ".dark", "x.y", "elder.dark.x", "<script>", "💧", "a" * 5000])
def test_a_spoilt_cookie_reads_as_what_it_still_says(value: str) -> None:
    found = Preferences.parse(value)
    assert found.view in ("normal", "elder")
    assert found.theme in ("auto", "light", "dark")
    assert Preferences.parse(found.key) == found


def test_served_over_tls_the_cookie_belongs_to_this_host_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://water.example.cn")
    cookie = save(app.test_client(), view="elder").headers["Set-Cookie"]
    assert cookie.startswith("__Host-view=elder.auto;")
    assert "Secure" in cookie.split("; ")
