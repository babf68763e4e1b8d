"""The security administrator's list and pages, and the way from an invitation to the first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.accounts.models import Invitation, StaffUser
from outreach.core.permissions import Role
from tests import factories
from tests.conftest import run_command
from tests.pages import Page
from tests.staff import PASSWORD, StaffPages, StaffPagesMaker, staff_user

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202eabc"


@pytest.fixture
def admin(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.SECURITY_ADMIN, login="anquan", name="李安全")


def logins(page: Page) -> list[str]:
    return page.texts(".admin-table tbody th")


def invited(admin: StaffPages, **data: object) -> str:
    """Add an account on the page; the path of the link that is shown."""
    page = admin.post(
        "/admin/accounts/new", status=200, **{"login": "wang.min", "name": "王敏", "roles": "editor", **data}
    )
    link = page.text(".one-time-link")
    assert link.startswith("http://127.0.0.1:8000/admin/invitations/")
    return link.removeprefix("http://127.0.0.1:8000")


def test_the_list_filters_and_sorts(session: Session, admin: StaffPages) -> None:
    staff_user(session, Role.EDITOR, login="bianji", name="甲编辑")
    staff_user(session, Role.JUROR, Role.EDITOR, login="pingwei", name="乙评委", password="")
    staff_user(session, Role.COUNTY_OFFICER, login="xian", name="丙", counties=("370881",), totp_secret="x")
    gone = staff_user(session, Role.EDITOR, login="lizhi", name="丁")
    gone.disabled_at = gone.created_at
    session.flush()
    assert logins(admin.get("/admin/accounts")) == ["anquan", "bianji", "lizhi", "pingwei", "xian"]
    assert logins(admin.get("/admin/accounts", sort="-login"))[0] == "xian"
    assert logins(admin.get("/admin/accounts", role="editor")) == ["bianji", "lizhi", "pingwei"]
    assert logins(admin.get("/admin/accounts", q="编辑")) == ["bianji"]
    assert logins(admin.get("/admin/accounts", q="PING")) == ["pingwei"]
    assert logins(admin.get("/admin/accounts", state="disabled")) == ["lizhi"]
    assert logins(admin.get("/admin/accounts", state="invited")) == ["pingwei"]
    assert logins(admin.get("/admin/accounts", state="no-factor")) == ["anquan", "bianji"]
    assert logins(admin.get("/admin/accounts", state="active")) == ["xian"]
    assert admin.get("/admin/accounts", q="nobody").has(".admin-table__empty")
    assert "370881" in admin.get("/admin/accounts", q="xian").text(".admin-table")


@pytest.mark.parametrize(
    "args",
    [
        {"q": "%"},
        {"q": "_"},
        {"q": "\x00"},
        {"q": HOSTILE},
        {"q": "x" * 10_000},
        {"role": "superuser"},
        {"state": "gone", "sort": "password_hash", "page": "-1"},
        {"page": "99999999999999"},
        {"page": "٣"},
        {"sort": "-"},
    ],
)
def test_senseless_arguments_are_dropped(admin: StaffPages, args: dict[str, str]) -> None:
    assert logins(admin.get("/admin/accounts", **args)) in ([], ["anquan"])


def test_the_list_is_paged_in_a_stable_order(session: Session, admin: StaffPages) -> None:
    for number in range(60):
        staff_user(session, Role.JUROR, login=f"juror{number:02}", name="评委")
    first, second = admin.get("/admin/accounts", sort="name"), admin.get("/admin/accounts", sort="name", page=2)
    assert len(logins(first)) == 50
    assert len({*logins(first), *logins(second)}) == 61
    assert "共 61 个" in first.text(".admin-table caption")


def test_from_the_invitation_to_the_first_page(
    session: Session, admin: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    path = invited(admin)
    browser = staff_pages()
    page = browser.get(path)
    assert "wang.min" in page.text("main")
    browser.get(path)
    fresh = "three blue cups at the river"
    answer = browser.client.post(path, data={"name": "王小敏", "password": fresh, "repeated": fresh})
    assert answer.status_code == 303
    assert answer.location == "/admin/"
    assert "王小敏" in browser.get("/admin/account").text(".admin-bar")
    assert browser.client.get(path).status_code == 404, "a link counts once"
    assert browser.client.post(path, data={"name": "x", "password": fresh, "repeated": fresh}).status_code == 404


def test_where_a_second_factor_is_required_the_invitation_leads_there(
    admin: StaffPages, staff_pages: StaffPagesMaker, needs_second_factor: None
) -> None:
    fresh = "three blue cups at the river"
    answer = staff_pages().client.post(invited(admin), data={"name": "王", "password": fresh, "repeated": fresh})
    assert answer.location == "/admin/sign-in/enrol"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": "short", "repeated": "short"}, "至少 12 个字符"),
        ({"password": "wang.min is me!", "repeated": "wang.min is me!"}, "不能有登录名"),
        ({"password": "Password2026!", "repeated": "Password2026!"}, "太常见"),
        ({"repeated": "something else"}, "不一样"),
        ({"name": " \u200b "}, "填写姓名"),
        ({"name": "x" * 101}, "最多 100"),
    ],
)
def test_a_fault_keeps_what_was_typed_but_no_password(
    admin: StaffPages, staff_pages: StaffPagesMaker, data: dict[str, str], words: str
) -> None:
    path, browser = invited(admin), staff_pages()
    fresh = "three blue cups at the river"
    answer = browser.client.post(path, data={"name": "王小敏", "password": fresh, "repeated": fresh, **data})
    page = browser.check(path, answer, 422)
    assert words in page.text(".error-summary")
    assert all(not field.get("value") for field in page.all('input[type="password"]'))
    if "name" not in data:
        assert page.one("#name").get("value") == "王小敏"


def test_links_end_after_three_days_and_with_the_next_link(
    session: Session, admin: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    first = invited(admin)
    person = session.scalars(sa.select(StaffUser).filter_by(login="wang.min")).one()
    second = (
        admin.post(f"/admin/accounts/{person.id}/link", status=200)
        .text(".one-time-link")
        .removeprefix("http://127.0.0.1:8000")
    )
    client = staff_pages().client
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    for row in session.scalars(sa.select(Invitation)):
        row.expires_at -= timedelta(hours=73)
    session.commit()
    assert client.get(second).status_code == 404


def test_a_new_link_sets_a_new_password_and_keeps_the_second_factor(
    session: Session, admin: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    other = staff_pages(Role.EDITOR, totp_secret="")
    path = f"/admin/accounts/{other.person.id}"
    link = admin.post(f"{path}/link", status=200).text(".one-time-link").removeprefix("http://127.0.0.1:8000")
    fresh = "three blue cups at the river"
    assert staff_pages().client.post(link, data={"name": "王", "password": fresh, "repeated": fresh}).status_code == 303
    assert other.client.get("/admin/account").status_code == 303, "sessions under the old password are over"
    assert staff_pages().sign_in(other.person, PASSWORD).status_code == 422
    assert staff_pages().sign_in(other.person, fresh).status_code == 303


def test_a_disabled_person_gets_no_link_and_their_link_is_void(
    session: Session, admin: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    link = invited(admin)
    person = session.scalars(sa.select(StaffUser).filter_by(login="wang.min")).one()
    admin.post(f"/admin/accounts/{person.id}/disable")
    assert staff_pages().client.get(link).status_code == 404
    assert admin.client.post(f"/admin/accounts/{person.id}/link", data={"token": admin.token}).status_code == 409
    admin.post(f"/admin/accounts/{person.id}/enable")
    assert staff_pages().client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"login": "x"}, "3 至 64"),
        ({"login": "王敏敏"}, "3 至 64"),
        ({"login": "ANQUAN"}, "已经有人使用"),
        ({"name": ""}, "填写姓名"),
        ({"roles": []}, "至少选择一个角色"),
        ({"roles": ["auditor", "editor"]}, "不能与其他角色"),
        ({"roles": "county_officer"}, "至少一个县"),
        ({"roles": "county_officer", "counties": "370881 <b>"}, "县的代码"),
        ({"roles": "county_officer", "counties": "370999"}, "登记里没有这样的县"),
        ({"roles": "county_officer", "counties": " ".join(map(str, range(300)))}, "县的代码"),
    ],
)
def test_a_new_account_with_faults_is_not_made(
    session: Session, admin: StaffPages, data: dict[str, object], words: str
) -> None:
    before = session.scalar(sa.select(sa.func.count(StaffUser.id)))
    given = {"login": "wang.min", "name": HOSTILE[:90], "roles": "editor", **data}
    page = admin.post("/admin/accounts/new", status=422, **given)
    assert words in page.text(".error-summary")
    assert page.one("#login").get("value") == str(given["login"]).casefold()
    assert session.scalar(sa.select(sa.func.count(StaffUser.id))) == before


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 10_000, HOSTILE, "=1+1", "\u202e" * 50])
def test_hostile_text_in_every_field_is_no_error_of_ours(
    admin: StaffPages, staff_pages: StaffPagesMaker, text: str
) -> None:
    given = text.encode("utf-8", "replace").decode()
    token = admin.token
    for path in ("/admin/accounts/new", "/admin/account/name", "/admin/account/password", "/admin/confirm"):
        names = ("login", "name", "roles", "counties", "reason", "current", "password", "repeated", "code", "next")
        answer = admin.client.post(path, data={"token": token, **dict.fromkeys(names, given)})
        assert answer.status_code in (200, 303, 422), path
    stranger = staff_pages().client
    assert stranger.post("/admin/sign-in", data={"login": given, "password": given, "next": given}).status_code == 422


def test_pages_of_nobody_are_not_found(admin: StaffPages) -> None:
    token = admin.token
    for path in ("/admin/accounts/2147483647", "/admin/accounts/99999999999", "/admin/accounts/x"):
        assert admin.client.get(path).status_code == 404
        assert admin.client.post(f"{path}/disable", data={"token": token}).status_code == 404


def test_the_pages_are_english_as_well(session: Session, admin: StaffPages, staff_pages: StaffPagesMaker) -> None:
    person = staff_user(session, Role.COUNTY_OFFICER, login="officer", name="Officer", counties=("370881",))
    admin.person.name = "Security"
    session.flush()
    for path in ("account", "account/password", "accounts", "accounts/new", f"accounts/{person.id}", "confirm"):
        admin.get(f"/en/admin/{path}")
    answer = admin.client.post(f"/en/admin/accounts/{person.id}/link", data={"token": admin.token})
    link = admin.check("/en/admin/x", answer).text(".one-time-link").removeprefix("http://127.0.0.1:8000")
    assert link.startswith("/en/admin/invitations/")
    admin.client.get("/en/admin/account")
    stranger = staff_pages()
    stranger.get("/en/admin/sign-in")
    stranger.get(link)


def test_the_commands(app: Flask, session: Session, staff_pages: StaffPagesMaker) -> None:
    factories.unit(session, "370881")
    session.commit()
    link = run_command(
        app, "accounts", "create", "Xian.Qufu", "--name", "孔", "--role", "county_officer", "--county", "370881"
    )
    path = link.split()[0].removeprefix("http://127.0.0.1:8000")
    assert staff_pages().client.get(path).status_code == 200
    listed = run_command(app, "accounts", "list")
    assert "xian.qufu" in listed
    assert "370881" in listed
    assert "invited" in listed
    run_command(app, "accounts", "reset-second-factor", "xian.qufu", "--reason", "lost")
    again = run_command(app, "accounts", "link", "xian.qufu").split()[0].removeprefix("http://127.0.0.1:8000")
    assert staff_pages().client.get(path).status_code == 404
    assert staff_pages().client.get(again).status_code == 200
    run_command(app, "accounts", "disable", "xian.qufu")
    assert "disabled" in run_command(app, "accounts", "list")
    assert staff_pages().client.get(again).status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        ("create", "a", "--name", "x", "--role", "editor"),
        ("create", "abc", "--name", "x", "--role", "editor", "--role", "auditor"),
        ("create", "abc", "--name", "", "--role", "editor"),
        ("create", "abc", "--name", "x", "--role", "county_officer"),
        ("create", "abc", "--name", "x", "--role", "county_officer", "--county", "370999"),
        ("create", "abc", "--name", "x", "--role", "superuser"),
        ("disable", "nobody"),
        ("reset-second-factor", "nobody"),
    ],
)
def test_a_command_with_faults_ends_with_an_error(app: Flask, session: Session, words: tuple[str, ...]) -> None:
    result = app.test_cli_runner().invoke(args=["accounts", *words])
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    assert session.scalar(sa.select(sa.func.count(StaffUser.id))) == 0
