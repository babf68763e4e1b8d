"""B04: who loses a right loses it with the next request, whatever they have open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions import people
from outreach.accounts.actions.people import NotSeparated, OwnAccount, Rights
from outreach.accounts.models import StaffSession, StaffUser
from outreach.core.audit import SYSTEM, Actor
from outreach.core.permissions import DUTIES, Role
from tests import factories
from tests.staff import StaffPagesMaker, staff_user


def _open(session: Session, person: StaffUser) -> int:
    query = sa.select(sa.func.count(StaffSession.id)).where(StaffSession.staff_id == person.id)
    return session.scalar(query.where(StaffSession.ended_at.is_(None))) or 0


@pytest.mark.parametrize(
    "change",
    [
        lambda session, person: people.set_rights(session, SYSTEM, person, Rights(frozenset({Role.JUROR}))),
        lambda session, person: people.disable(session, SYSTEM, person),
        lambda session, person: people.end_sessions(session, SYSTEM, person),
        lambda session, person: people.reset_second_factor(session, SYSTEM, person),
        lambda session, person: people.set_rights(
            session, SYSTEM, person, Rights(frozenset({Role.COUNTY_OFFICER}), frozenset({"370882"}))
        ),
    ],
    ids=["role", "disable", "sign out", "second factor", "another county"],
)
def test_b04_the_next_request_is_refused(
    session: Session, staff_pages: StaffPagesMaker, change: Callable[[Session, StaffUser], None]
) -> None:
    pages = staff_pages(Role.COUNTY_OFFICER, counties=("370881",))
    token = pages.token
    change(session, pages.person)
    session.commit()
    assert pages.client.get("/admin/account").status_code == 303
    assert pages.client.post("/admin/account/name", data={"token": token, "name": "李四"}).status_code == 403
    assert _open(session, pages.person) == 0


def test_b04_disabling_in_the_table_alone_is_enough(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.EDITOR)
    session.execute(sa.update(StaffUser).values(disabled_at=sa.func.current_timestamp()))
    session.commit()
    assert pages.client.get("/admin/account").status_code == 303


def test_b04_taking_a_role_away_in_the_table_alone_is_enough(session: Session, staff_pages: StaffPagesMaker) -> None:
    pages = staff_pages(Role.SECURITY_ADMIN)
    pages.get("/admin/accounts")
    pages.person.roles.clear()
    session.commit()
    assert pages.client.get("/admin/accounts").status_code == 403


def test_the_security_administrator_gives_rights_on_the_page(session: Session, staff_pages: StaffPagesMaker) -> None:
    for code in ("370881", "370883"):
        factories.unit(session, code)
    admin, officer = staff_pages(Role.SECURITY_ADMIN), staff_pages(Role.EDITOR)
    path = f"/admin/accounts/{officer.person.id}"
    admin.post(f"{path}/rights", roles=["county_officer", "juror"], counties="370881， 370883\n", reason="调岗")
    page = admin.get(path)
    assert "权限已修改。" in page.text("main")
    assert {item.role for item in officer.person.roles} == {"county_officer", "juror"}
    assert {item.county_slug for item in officer.person.counties} == {"370881", "370883"}
    assert officer.client.get("/admin/account").status_code == 303
    assert "权限已修改。" not in admin.get(path).text("main"), "said once"


def test_nobody_changes_their_own_rights(session: Session, staff_pages: StaffPagesMaker) -> None:
    admin = staff_pages(Role.SECURITY_ADMIN)
    own = f"/admin/accounts/{admin.person.id}"
    token = admin.token
    for action, data in (
        ("rights", {"roles": "system_admin"}),
        ("disable", {}),
        ("enable", {}),
        ("link", {}),
        ("end-sessions", {}),
        ("reset-second-factor", {}),
    ):
        answer = admin.client.post(f"{own}/{action}", data={"token": token, **data})
        assert answer.status_code == 403, action
    assert [item.role for item in admin.person.roles] == ["security_admin"]
    assert not admin.get(own).has(f'form[action="{own}/rights"]')


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_the_separated_duties_are_refused_together(session: Session, staff_pages: StaffPagesMaker, duty: Role) -> None:
    admin = staff_pages(Role.SECURITY_ADMIN)
    person = staff_user(session, Role.EDITOR)
    page = admin.post(f"/admin/accounts/{person.id}/rights", status=422, roles=[duty.value, "editor"], reason="试试")
    assert "不能与其他角色由同一人担任" in page.text(".error-summary")
    assert page.one('input[name="reason"]').get("value") == "试试", "what was typed is kept"
    assert [item.role for item in person.roles] == ["editor"]
    with pytest.raises(NotSeparated):
        people.set_rights(session, SYSTEM, person, Rights(frozenset({duty, Role.EDITOR})))


def test_the_rule_on_own_rights_stands_below_the_pages(session: Session) -> None:
    person = staff_user(session, Role.SECURITY_ADMIN)
    actor = Actor("staff", person.id, person.name)
    for act in (people.disable, people.enable, people.end_sessions, people.reset_second_factor, people.renew_link):
        with pytest.raises(OwnAccount):
            act(session, actor, person)
