"""Each guard of the back office, and the attack that succeeds when it is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.accounts import forms
from outreach.accounts.actions.hashing import hash_password
from outreach.core import security, staff
from outreach.core.permissions import Permission, Role
from outreach.core.staff import require
from tests.http.conftest import PUBLIC_URL, production_site
from tests.http.test_h04_redirects import EVIL, PAYLOADS, destination
from tests.sites import close
from tests.staff import PASSWORD, StaffPages, StaffPagesMaker, staff_user

NAME = "/admin/account/name"


@pytest.fixture
def editor(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.EDITOR, name="王小明")


# --- forged forms ---


@pytest.mark.parametrize("token", ["", "x", "WzFd.abc.def", "token"])
def test_a_form_without_the_token_of_its_session_is_refused(editor: StaffPages, token: str) -> None:
    assert editor.client.post(NAME, data={"name": "假", "token": token}).status_code == 403
    assert editor.client.post(NAME, data={"name": "假"}, headers={"X-Token": token}).status_code == 403
    assert editor.person.name == "王小明"


def test_the_token_of_another_session_is_refused(
    session: Session, editor: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    attacker = staff_pages(Role.EDITOR)
    assert editor.client.post(NAME, data={"name": "假", "token": attacker.token}).status_code == 403
    again = staff_pages()
    again.sign_in(editor.person)
    assert editor.client.post(NAME, data={"name": "假", "token": again.token}).status_code == 403, (
        "nor of another sign-in"
    )
    assert editor.person.name == "王小明"


def test_a_script_of_ours_sends_the_token_in_a_header(editor: StaffPages) -> None:
    assert editor.client.post(NAME, data={"name": "真"}, headers={"X-Token": editor.token}).status_code == 303
    assert editor.person.name == "真"


def test_the_token_outlives_no_session(editor: StaffPages, monkeypatch: pytest.MonkeyPatch) -> None:
    token = editor.token
    monkeypatch.setattr(staff, "FORM_SECONDS", -1)
    assert editor.client.post(NAME, data={"name": "假", "token": token}).status_code == 403


def test_without_the_token_a_forged_form_would_be_taken(editor: StaffPages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "is_form_of", lambda session_id: True)
    assert editor.client.post(NAME, data={"name": "假"}).status_code == 303
    assert editor.person.name == "假", "this is the attack that the token prevents"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_send_the_sign_in(
    session: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    person = staff_user(session, Role.EDITOR)
    data = {"login": person.login, "password": PASSWORD}
    pages = staff_pages()
    assert pages.client.post("/admin/sign-in", data=data, headers=headers).status_code == 403
    monkeypatch.setattr(security, "is_cross_site", lambda: False)
    assert pages.client.post("/admin/sign-in", data=data, headers=headers).status_code == 303, "the attack it prevents"


# --- being led elsewhere ---


@pytest.mark.parametrize("payload", PAYLOADS)
def test_h04_the_sign_in_leads_nowhere_else(session: Session, staff_pages: StaffPagesMaker, payload: str) -> None:
    person, pages = staff_user(session, Role.EDITOR), staff_pages()
    target = payload.replace("HOST", "localhost")
    base = "http://localhost/admin/sign-in"
    for answer in (
        pages.sign_in(person, next=target),
        pages.client.get("/admin/sign-in", query_string={"next": target}),
        pages.client.post("/admin/confirm", data={"token": pages.token, "password": PASSWORD, "next": target}),
    ):
        assert answer.status_code == 303
        assert destination(base, answer.location) == "localhost", answer.location


def test_without_the_check_the_sign_in_would_lead_to_the_attacker(
    session: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "is_own_path", lambda address: True)
    answer = staff_pages().sign_in(staff_user(session, Role.EDITOR), next=f"https://{EVIL}/")
    assert destination("http://localhost/admin/sign-in", answer.location) == EVIL, "the attack it prevents"


def test_who_wanted_a_page_gets_there_after_the_sign_in(session: Session, staff_pages: StaffPagesMaker) -> None:
    person, pages = staff_user(session, Role.SECURITY_ADMIN), staff_pages()
    first = pages.client.get("/en/admin/accounts?q=x&role=editor")
    assert first.location.startswith("/en/admin/sign-in?next=")
    page = pages.client.get(first.location)
    assert "/en/admin/accounts?q=x&amp;role=editor" in page.get_data(as_text=True)
    answer = pages.sign_in(person, next="/en/admin/accounts?q=x&role=editor")
    assert answer.location == "/en/admin/accounts?q=x&role=editor"


# --- frames, caches, cookies: with production settings ---


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A production site with one member of staff, on a database of its own."""
    from outreach.core.clock import now
    from outreach.core.db import Base, db

    site = production_site(tmp_path_factory.mktemp("staff"))
    with site.app_context():
        Base.metadata.create_all(db.engine)
        staff_user(
            db.session, Role.EDITOR, login="editor", password_hash=hash_password(PASSWORD), password_set_at=now()
        )
        db.session.commit()
    yield site
    close(site)


def test_h02_the_cookie_of_the_staff_is_as_narrow_as_a_cookie_can_be(production: Flask) -> None:
    client = production.test_client()
    answer = client.post("/admin/sign-in", data={"login": "editor", "password": PASSWORD})
    (line,) = answer.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-staff=")
    parts = {part.strip() for part in line.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "editor" not in line
    assert answer.location == "/admin/sign-in/enrol"


def test_h01_staff_pages_cannot_be_framed_and_are_kept_by_nobody(production: Flask) -> None:
    client = production.test_client()
    pages = [client.get("/admin/sign-in"), client.get("/admin/account"), client.get("/admin/nothing")]
    client.post("/admin/sign-in", data={"login": "editor", "password": PASSWORD})
    pages.append(client.get("/admin/sign-in/enrol"))
    for answer in pages:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]


def test_without_the_headers_a_staff_page_could_be_framed(production: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(production.wsgi_app, "headers", [])
    answer = production.test_client().get("/admin/sign-in")
    assert "Content-Security-Policy" not in answer.headers
    assert "X-Frame-Options" not in answer.headers, "nothing else would keep the page out of a frame"


def test_b09_in_production_nobody_works_without_a_second_factor(production: Flask) -> None:
    client = production.test_client()
    client.post("/admin/sign-in", data={"login": "editor", "password": PASSWORD})
    for path in ("/admin/account", "/admin/account/second-factor", "/admin/confirm"):
        assert client.get(path).location.startswith("/admin/sign-in")
    assert client.get("/admin/sign-in/enrol").status_code == 200


def test_the_cookie_of_a_site_without_tls_has_no_prefix(editor: StaffPages) -> None:
    assert editor.client.get_cookie("staff") is not None
    assert PUBLIC_URL.startswith("https://")


def test_reading_the_public_site_as_staff_sets_and_changes_nothing(
    editor: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    signed_in, stranger = editor.client.get("/about"), staff_pages().client.get("/about")
    ids = re.compile(r"-\d+")  # counted in the context of the application, which requests of a test share
    assert ids.sub("", signed_in.get_data(as_text=True)) == ids.sub("", stranger.get_data(as_text=True))
    assert "Set-Cookie" not in signed_in.headers


# --- the decorator ---


def test_a_staff_view_must_name_a_right() -> None:
    with pytest.raises(TypeError):
        require()


def test_any_of_the_rights_opens_a_view(app: Flask, editor: StaffPages) -> None:
    view = require(Permission.ACCOUNTS_MANAGE, Permission.CONTENT_EDIT)(lambda: "open")
    assert view.permissions == {Permission.ACCOUNTS_MANAGE, Permission.CONTENT_EDIT}
    with app.test_request_context("/admin/x", headers={"Cookie": f"staff={editor.client.get_cookie('staff').value}"}):
        answer = view()
        assert answer.get_data(as_text=True) == "open"
        assert answer.cache_control.no_store
