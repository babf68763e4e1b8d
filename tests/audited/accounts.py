"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import StaffSession
from outreach.core.clock import now
from outreach.core.permissions import Role
from tests.audited import Scenario, Sent, World
from tests.staff import PASSWORD, staff_user

NEW_PASSWORD = "another long 密码 for tests"


def _own(path: str, **data: Any) -> Scenario:
    return lambda world: Sent(world.staff_pages(Role.EDITOR), path, data)


def _other(name: str, data: dict[str, Any] | None = None, **values: Any) -> Scenario:
    def prepare(world: World) -> Sent:
        pages = world.staff_pages(Role.SECURITY_ADMIN)
        person = staff_user(world.session, Role.EDITOR, **{key: _value(value) for key, value in values.items()})
        world.session.commit()
        return Sent(pages, f"/admin/accounts/{person.id}/{name}", data or {})

    return prepare


def _value(value: Any | Callable[[], Any]) -> Any:
    return value() if callable(value) else value


def _invite(world: World) -> Sent:
    data = {"login": "newcomer", "name": "新同事", "roles": [Role.EDITOR.value]}
    return Sent(world.staff_pages(Role.SECURITY_ADMIN), "/admin/accounts/new", data)


def _end_session(world: World) -> Sent:
    pages = world.staff_pages(Role.EDITOR)
    second = type(pages)(pages.app)
    second.sign_in(pages.person)
    newest = world.session.scalars(sa.select(sa.func.max(StaffSession.id))).one()
    return Sent(pages, f"/admin/account/sessions/{newest}/end")


SCENARIOS: dict[str, Scenario] = {
    "accounts.change_name": _own("/admin/account/name", name="改过的名字"),
    "accounts.disable": _other("disable"),
    "accounts.enable": _other("enable", disabled_at=now),
    "accounts.end_other_sessions": _own("/admin/account/sessions/end-others"),
    "accounts.end_session": _end_session,
    "accounts.end_sessions": _other("end-sessions"),
    "accounts.invite": _invite,
    "accounts.password": _own(
        "/admin/account/password", current=PASSWORD, password=NEW_PASSWORD, repeated=NEW_PASSWORD
    ),
    "accounts.renew_link": _other("link"),
    "accounts.reset_second_factor": _other("reset-second-factor", totp_secret="x"),
    "accounts.set_rights": _other("rights", {"roles": [Role.PRESS_OFFICER.value], "reason": "调岗"}),
}
EXEMPT = {
    "accounts.confirm": "proves who it is and changes nothing but the session's own token; a failure is recorded",
    "accounts.recovery_codes": "needs a second factor: in tests/accounts",
    "accounts.second_factor": "needs a code of the moment: in tests/accounts",
}
