"""B10: whatever changes an account stands in the audit log, in the same transaction; refusals stand there too."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions import auditing
from outreach.accounts.models import StaffUser
from outreach.core.audit import AuditEntry, Outcome
from outreach.core.permissions import Role
from tests.staff import PASSWORD, StaffPages, StaffPagesMaker, staff_user

FRESH = "three blue cups at the river"


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


@pytest.fixture
def admin(staff_pages: StaffPagesMaker) -> StaffPages:
    return staff_pages(Role.SECURITY_ADMIN, login="anquan", name="李安全")


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("change_name", "/admin/account/name", {"name": "新名"}),
    ("change_password", "/admin/account/password", {"current": PASSWORD, "password": FRESH, "repeated": FRESH}),
    ("renew_recovery_codes", "/admin/account/recovery-codes", {}),
    ("end_other_sessions", "/admin/account/sessions/end-others", {}),
    ("sign_out", "/admin/sign-out", {}),
    ("create", "/admin/accounts/new", {"login": "wang.min", "name": "王", "roles": "editor"}),
    ("set_rights", "/admin/accounts/{id}/rights", {"roles": "juror", "reason": "调岗"}),
    ("disable", "/admin/accounts/{id}/disable", {"reason": "离职"}),
    ("enable", "/admin/accounts/{id}/enable", {}),
    ("end_sessions", "/admin/accounts/{id}/end-sessions", {}),
    ("reset_second_factor", "/admin/accounts/{id}/reset-second-factor", {}),
    ("renew_link", "/admin/accounts/{id}/link", {}),
]


@pytest.mark.parametrize(("action", "path", "data"), CHANGES, ids=[change[0] for change in CHANGES])
def test_b10_the_change_is_one_entry(
    session: Session, admin: StaffPages, action: str, path: str, data: dict[str, Any]
) -> None:
    other = staff_user(session, Role.EDITOR, login="other", name="别人")
    session.commit()
    token, before = admin.token, len(entries(session))
    answer = admin.client.post(path.format(id=other.id), data={"token": token, **data})
    assert answer.status_code in (200, 303)
    (entry,) = entries(session)[before:]
    assert entry.action == f"accounts.{action}"
    assert (entry.actor_kind, entry.actor_id, entry.outcome) == ("staff", admin.person.id, Outcome.DONE)
    assert entry.network == "127.0.0.1"
    expected = {"create": "wang.min"}.get(action, "other" if "{id}" in path else "anquan")
    assert (entry.target_kind, entry.target_key) == ("account", expected)
    if action == "set_rights":
        assert (entry.before or {})["roles"] == ["editor"]
        assert (entry.after or {})["roles"] == ["juror"]
        assert entry.reason == "调岗"
    assert FRESH not in str(vars(entry))
    assert PASSWORD not in str(vars(entry))


@pytest.mark.parametrize(("action", "path", "data"), CHANGES, ids=[change[0] for change in CHANGES])
def test_b10_without_the_entry_there_is_no_change(
    session: Session,
    admin: StaffPages,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    path: str,
    data: dict[str, Any],
) -> None:
    other = staff_user(session, Role.EDITOR, login="other", name="别人")
    session.commit()
    token, me = admin.token, admin.person.id

    def state() -> list[tuple[object, ...]]:
        session.rollback()
        session.expire_all()
        people = session.scalars(sa.select(StaffUser).order_by(StaffUser.id)).all()
        return [
            (item.login, item.name, item.password_hash, item.disabled_at, [role.role for role in item.roles])
            for item in people
        ]

    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the log cannot be written")

    before = state()
    monkeypatch.setattr(auditing, "record", fails)
    assert admin.client.post(path.format(id=other.id), data={"token": token, **data}).status_code == 500
    monkeypatch.undo()
    assert state() == before
    assert admin.client.get("/admin/account").status_code == 200, "and no session has ended"
    assert me == admin.person.id


def test_b10_signing_in_is_noted_with_its_result(session: Session, staff_pages: StaffPagesMaker) -> None:
    person, pages = staff_user(session, Role.EDITOR, login="somebody"), staff_pages()
    pages.sign_in(person, "wrong wrong wrong")
    pages.sign_in(person)
    failed, done = entries(session)[-2:]
    assert (failed.action, failed.outcome, failed.target_key) == ("accounts.sign_in", Outcome.FAILED, "somebody")
    assert (done.action, done.outcome, done.actor_id) == ("accounts.sign_in", Outcome.DONE, person.id)


def test_b10_a_denied_right_is_noted(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.EDITOR)
    assert pages.client.get("/admin/accounts").status_code == 403
    entry = entries(session)[-1]
    assert (entry.action, entry.outcome, entry.actor_id) == ("staff.denied", Outcome.DENIED, pages.person.id)
    assert entry.target_key == "accounts.accounts"
    assert entry.after == {"method": "GET", "needs": ["accounts:manage"]}


def test_b10_accepting_an_invitation_is_the_persons_own_act(session: Session, staff_pages: StaffPagesMaker) -> None:
    admin = staff_pages(Role.SECURITY_ADMIN)
    page = admin.post("/admin/accounts/new", status=200, login="wang.min", name="王", roles="editor")
    path = page.text(".one-time-link").removeprefix("http://127.0.0.1:8000")
    staff_pages().client.post(path, data={"name": "王敏", "password": FRESH, "repeated": FRESH})
    accepted = [entry for entry in entries(session) if entry.action == "accounts.accept_invitation"]
    assert [(entry.actor_name, entry.target_key) for entry in accepted] == [("王敏", "wang.min")]
