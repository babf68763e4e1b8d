"""B05: a session has a token that nobody knew before, and it ends on the server."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions import sessions as session_actions
from outreach.accounts.actions.tokens import digest
from outreach.accounts.models import StaffSession
from outreach.core.permissions import Role
from tests.accounts.conftest import Past
from tests.staff import PASSWORD, StaffPages, StaffPagesMaker, staff_user

PLANTED = "a-token-that-somebody-planted-in-the-browser"


def cookie(pages: StaffPages) -> str:
    found = pages.client.get_cookie("staff")
    return found.value if found else ""


def is_in(pages: StaffPages) -> bool:
    return pages.client.get("/admin/account").status_code == 200


def test_b05_a_planted_token_is_not_the_one_of_the_session(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages, attacker = staff_pages(), staff_pages()
    for browser in (pages, attacker):
        browser.client.set_cookie("staff", PLANTED)
    pages.sign_in(staff_user(session, Role.EDITOR))
    assert cookie(pages) != PLANTED
    assert is_in(pages)
    assert not is_in(attacker)


def test_b05_without_a_new_token_the_planted_one_would_open_the_session(
    session: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_actions, "new_token", lambda: PLANTED)
    pages, attacker = staff_pages(), staff_pages()
    attacker.client.set_cookie("staff", PLANTED)
    pages.sign_in(staff_user(session, Role.EDITOR))
    assert is_in(attacker), "this is the attack that a new token prevents"


def test_b05_a_second_sign_in_gives_another_token_and_ends_the_first(
    session: Session, staff_pages: StaffPagesMaker
) -> None:
    pages = staff_pages(Role.EDITOR)
    first = cookie(pages)
    pages.sign_in(staff_user(session, Role.JUROR))
    assert cookie(pages) != first
    thief = staff_pages()
    thief.client.set_cookie("staff", first)
    assert not is_in(thief)


def test_b05_every_proof_gives_a_new_token_and_the_old_one_is_dead(staff_pages: StaffPagesMaker) -> None:
    pages, thief = staff_pages(Role.EDITOR), staff_pages()
    first = cookie(pages)
    thief.client.set_cookie("staff", first)
    assert is_in(thief)
    pages.post("/admin/confirm", password=PASSWORD)
    assert cookie(pages) not in ("", first)
    assert is_in(pages)
    assert not is_in(thief)


def test_b05_signing_out_ends_the_session_on_the_server(staff_pages: StaffPagesMaker) -> None:
    pages, thief = staff_pages(Role.EDITOR), staff_pages()
    thief.client.set_cookie("staff", cookie(pages))
    answer = pages.post("/admin/sign-out")
    assert answer.location == "/admin/sign-in"
    assert cookie(pages) == ""
    assert not is_in(thief)


def test_b05_signing_out_twice_leads_to_the_sign_in(staff_pages: StaffPagesMaker) -> None:
    assert staff_pages().client.post("/admin/sign-out").location == "/admin/sign-in"


def test_b05_a_new_password_ends_every_other_session(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages, other, thief = staff_pages(Role.EDITOR), staff_pages(), staff_pages()
    other.sign_in(pages.person)
    thief.client.set_cookie("staff", cookie(pages))
    fresh = "three blue cups at the river"
    pages.post("/admin/account/password", current=PASSWORD, password=fresh, repeated=fresh)
    assert is_in(pages)
    assert not is_in(other)
    assert not is_in(thief), "the token of this session is new as well"
    again = staff_pages()
    assert again.sign_in(pages.person).status_code == 422
    assert again.sign_in(pages.person, fresh).status_code == 303


@pytest.mark.parametrize(
    ("ages", "lives"),
    [
        ({"seen_at": timedelta(minutes=29)}, True),
        ({"seen_at": timedelta(minutes=31)}, False),
        ({"created_at": timedelta(hours=11, minutes=59)}, True),
        ({"created_at": timedelta(hours=12, minutes=1)}, False),
    ],
    ids=["29 minutes idle", "31 minutes idle", "nearly 12 hours", "more than 12 hours"],
)
def test_b05_idle_and_old_sessions_are_over_by_the_clock_of_the_database(
    past: Past, staff_pages: StaffPagesMaker, ages: dict[str, timedelta], lives: bool
) -> None:
    pages = staff_pages(Role.EDITOR)
    past.age_sessions(pages.person, **ages)
    assert is_in(pages) is lives


def test_b05_use_is_noted_so_that_work_keeps_a_session_open(
    past: Past, session: Session, staff_pages: StaffPagesMaker
) -> None:
    pages = staff_pages(Role.EDITOR)
    for _turn in range(3):
        past.age_sessions(pages.person, seen_at=timedelta(minutes=20))
        assert is_in(pages)


def test_b05_the_table_holds_no_token(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.EDITOR)
    (row,) = session.scalars(sa.select(StaffSession).filter_by(staff_id=pages.person.id))
    assert row.token_digest == digest(cookie(pages))
    assert cookie(pages) not in str(vars(row))


def test_one_session_and_all_others_can_be_ended(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages, first, second, third = staff_pages(Role.EDITOR), staff_pages(), staff_pages(), staff_pages()
    for other in (first, second, third):
        other.sign_in(pages.person)
    page = pages.get("/admin/account")
    assert len(page.all(".admin-table tbody tr")) == 4
    pages.post(page.all('form[action$="/end"]')[0].get("action"))
    assert sum(map(is_in, (first, second, third))) == 2
    pages.post("/admin/account/sessions/end-others")
    assert "2 个登录" in pages.get("/admin/account").text("main")
    assert not any(map(is_in, (first, second, third)))
    assert is_in(pages)


def test_the_sessions_of_others_do_not_exist(session: Session, staff_pages: StaffPagesMaker) -> None:
    mine, theirs = staff_pages(Role.EDITOR), staff_pages(Role.EDITOR)
    number = session.scalars(sa.select(StaffSession.id).filter_by(staff_id=theirs.person.id)).one()
    mine.post(f"/admin/account/sessions/{number}/end", status=404)
    assert is_in(theirs)


def test_security_work_asks_for_a_proof_of_the_last_minutes(
    past: Past, session: Session, staff_pages: StaffPagesMaker
) -> None:
    pages = staff_pages(Role.SECURITY_ADMIN)
    pages.get("/admin/accounts/new")
    past.age_sessions(pages.person, proved_at=timedelta(minutes=11))
    answer = pages.client.get("/admin/accounts/new?name=x")
    assert answer.status_code == 303
    assert answer.location == "/admin/confirm?next=/admin/accounts/new?name%3Dx"
    page = pages.get("/admin/confirm", next="/admin/accounts/new?name=x")
    assert page.one('input[name="next"]').get("value") == "/admin/accounts/new?name=x"
    page = pages.post("/admin/confirm", status=422, password="wrong wrong wrong", next="/admin/accounts/new")
    assert page.has(".error-summary")
    assert pages.post("/admin/confirm", password=PASSWORD, next="/admin/accounts/new").location == "/admin/accounts/new"
    pages.get("/admin/accounts/new")


def test_a_form_that_came_too_late_leads_back_to_its_page(past: Past, staff_pages: StaffPagesMaker) -> None:
    pages, other = staff_pages(Role.SECURITY_ADMIN), staff_pages(Role.EDITOR)
    path, token = f"/admin/accounts/{other.person.id}", pages.token
    past.age_sessions(pages.person, proved_at=timedelta(minutes=11))
    answer = pages.client.post(f"{path}/disable", data={"token": token}, headers={"Referer": f"http://localhost{path}"})
    assert answer.location == f"/admin/confirm?next={path}"
    assert other.person.disabled_at is None
