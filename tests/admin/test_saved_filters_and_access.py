"""Views of lists under a name, and the question before personal data."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from outreach.core.access import AccessGrant, reasoned_access
from outreach.core.access.actions import sweep
from outreach.core.audit import AuditEntry, Target
from outreach.core.database_clock import database_now
from outreach.core.permissions import Permission, Role
from outreach.core.saved_filters import MOST, SavedFilter
from outreach.core.staff import require
from tests.staff import StaffPages, StaffPagesMaker


def test_a_view_of_a_list_is_kept_shown_and_dropped(session: Session, auditor: StaffPages) -> None:
    given = {"endpoint": "admin.audit", "name": "本月被拒", "query": "outcome=denied&page=3&who="}
    answer = auditor.post("/admin/filters", **given)
    assert answer.location == "/admin/audit?outcome=denied"
    page = auditor.get("/admin/audit", outcome="denied")
    assert page.links["本月被拒"] == "/admin/audit?outcome=denied"
    kept = session.scalars(sa.select(SavedFilter)).one()
    auditor.post(f"/admin/filters/{kept.id}/delete")
    assert "本月被拒" not in auditor.get("/admin/audit").links
    actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.target_kind == "filter")).all()
    assert sorted(actions) == ["filter.delete", "filter.save"]


def test_views_are_each_person_s_own(session: Session, auditor: StaffPages, staff_pages: StaffPagesMaker) -> None:
    auditor.post("/admin/filters", endpoint="admin.audit", name="我的", query="who=x")
    other = staff_pages(Role.AUDITOR)
    assert "我的" not in other.get("/admin/audit").links
    kept = session.scalars(sa.select(SavedFilter)).one()
    other.post(f"/admin/filters/{kept.id}/delete", status=404)


@pytest.mark.parametrize("endpoint", ["", "site.home", "nonsense", "admin.audit_entry", "accounts.person"])
def test_only_lists_of_the_back_office_can_be_kept(auditor: StaffPages, endpoint: str) -> None:
    auditor.post("/admin/filters", status=400, endpoint=endpoint, name="x", query="")


@pytest.mark.parametrize("query", ["//evil.example", "a=1#b", "\x00=1", "=", "&&&", "x" * 5000, "next=//evil.example"])
def test_nothing_but_arguments_is_kept(auditor: StaffPages, query: str) -> None:
    answer = auditor.post("/admin/filters", endpoint="admin.audit", name="x", query=query)
    assert answer.location.startswith("/admin/audit")


def test_one_keeps_a_bounded_number_of_views(session: Session, auditor: StaffPages) -> None:
    for number in range(MOST + 1):
        auditor.post("/admin/filters", endpoint="admin.audit", name=f"筛选 {number}", query="")
    auditor.post("/admin/filters", endpoint="admin.audit", name="", query="")
    assert session.scalar(sa.select(sa.func.count()).select_from(SavedFilter)) == MOST


@pytest.fixture
def gated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """Puts the gate into a view of another part, as the inbox uses it."""

    @require(Permission.STAFF_SELF)
    def jobs() -> ResponseReturnValue:
        gate = reasoned_access(Target("letter", "2026-031", "来信"), back="/admin/")
        return gate if gate is not None else "张某，138…"

    monkeypatch.setitem(app.view_functions, "accounts.confirm", jobs)
    return "/admin/confirm"


def test_personal_data_opens_for_a_reason_for_a_while_in_this_session(
    session: Session, gated: str, registrar: StaffPages
) -> None:
    assert "请说明理由" in registrar.get(gated).h1
    for poor in ("", "看看", "     ", "aaaaaaaaa"):
        page = registrar.post(gated, status=422, access_reason=poor)
        assert "请写明查看的理由" in page.text("main")
    answer = registrar.post(gated, access_reason="回复来信，核实地址")
    assert answer.location == gated
    assert registrar.client.get(gated).get_data(as_text=True) == "张某，138…"
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "personal.open")).one()
    assert (noted.actor_id, noted.target_key, noted.reason) == (
        registrar.person.id,
        "2026-031",
        "回复来信，核实地址",
    )
    session.execute(sa.update(AccessGrant).values(expires_at=database_now(-timedelta(days=2))))
    session.commit()
    assert "请说明理由" in registrar.get(gated).h1
    assert sweep(session) == 1


def test_leave_is_not_shared_with_another_session(gated: str, registrar: StaffPages, app: Flask) -> None:
    registrar.post(gated, access_reason="回复来信，核实地址")
    elsewhere = StaffPages(app)
    elsewhere.sign_in(registrar.person)
    assert "请说明理由" in elsewhere.get(gated).h1
