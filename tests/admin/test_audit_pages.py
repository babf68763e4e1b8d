"""The audit log through the pages: searching, one entry, verification, taking it away."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import Actor, AuditEntry, Outcome, Target, record
from outreach.core.audit.models import AuditCheck
from outreach.core.jobs import JobState
from outreach.core.jobs.worker import Worker
from outreach.core.permissions import Role
from tests.core.audit.conftest import EDITOR, drop_triggers, write
from tests.staff import StaffPages, StaffPagesMaker


def numbers(pages: StaffPages, **args: object) -> list[str]:
    return pages.get("/admin/audit", **args).texts("tbody th")


@pytest.fixture
def entries(session: Session, auditor: StaffPages) -> list[AuditEntry]:
    """Some entries behind those that signing in made."""
    found = [
        *write(session, 2),
        record(
            session,
            actor=Actor("staff", 8, "赵_审核"),
            action="review.approve",
            target=Target("maker", "12", "九牧 100%"),
            before={"short_name": "旧"},
            after={"short_name": "新", "note": "加"},
            reason="公告",
        ),
        record(session, actor=EDITOR, action="labels.edit", target=Target("maker", "13"), outcome=Outcome.DENIED),
    ]
    session.commit()
    return found


def test_filters_find_who_what_target_outcome_and_time(auditor: StaffPages, entries: list[AuditEntry]) -> None:
    first, second, approved, denied = (str(entry.number) for entry in entries)
    assert numbers(auditor, who="李编辑") == [denied, second, first]
    assert numbers(auditor, who="_") == [approved], "a sign of the pattern is only a sign"
    assert numbers(auditor, action="review.approve") == [approved]
    assert numbers(auditor, action="page.") == [second, first]
    assert numbers(auditor, kind="maker") == [denied, approved]
    assert numbers(auditor, key="13") == [denied]
    assert numbers(auditor, key="100%") == [approved]
    assert numbers(auditor, outcome="denied") == [denied]
    day = entries[0].recorded_at.date()
    assert set(numbers(auditor, since="2000-01-02", until=f"{day.year + 1}-01-01")) >= {first, denied}
    assert numbers(auditor, until="2001-01-01") == []
    assert len(numbers(auditor, outcome="nonsense", since="2026-99-99", page="nonsense")) >= 4


def test_an_entry_shows_its_difference_and_what_else_was_done_to_the_same(
    session: Session, auditor: StaffPages, entries: list[AuditEntry]
) -> None:
    page = auditor.get(f"/admin/audit/{entries[2].number}")
    assert page.texts("del") == ["旧"]
    assert page.texts("ins") == ["新", "加"]
    assert entries[2].hash in page.text("main")
    assert page.texts("main .admin-table tbody th") == []
    assert auditor.get(f"/admin/audit/{entries[0].number}").texts(".admin-table tbody th") == [str(entries[1].number)]
    auditor.get("/admin/audit/999999", status=404)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_auditors_read_the_log(staff_pages: StaffPagesMaker, role: Role) -> None:
    staff_pages(role).get("/admin/audit", status=403)


def test_an_export_holds_what_was_filtered_and_is_itself_recorded(
    session: Session, auditor: StaffPages, entries: list[AuditEntry]
) -> None:
    form = {"token": auditor.token, "format": "csv", "who": "李编辑"}
    answer = auditor.client.post("/admin/audit/export", data=form)
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["编号"] for row in rows] == [str(entries[n].number) for n in (0, 1, 3)]
    assert rows[0]["校验值"] == entries[0].hash
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    assert "no-store" in answer.headers["Cache-Control"]
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "audit.export")).one()
    assert (noted.actor_id, noted.after) == (auditor.person.id, {"who": "李编辑"})
    workbook = auditor.client.post("/admin/audit/export", data={**form, "format": "xlsx"})
    assert workbook.data.startswith(b"PK")
    assert auditor.client.post("/admin/audit/export", data={**form, "format": "exe"}).status_code == 400


def test_a_verification_is_a_job_and_its_result_stands_on_the_page(
    app: Flask, session: Session, auditor: StaffPages, entries: list[AuditEntry]
) -> None:
    assert "日志还没有校验过" in auditor.get("/admin/audit").text("main")
    auditor.post("/admin/audit/verify")
    assert Worker(app, beat_seconds=60).run_once() is JobState.DONE
    assert "校验通过，日志完整" in auditor.get("/admin/audit").text("main")
    assert "完整" in auditor.get("/admin/").text("main")


def test_an_edited_row_is_shouted_about(app: Flask, session: Session, auditor: StaffPages) -> None:
    number = write(session)[0].number
    session.commit()
    drop_triggers(session)
    session.execute(sa.text(f"UPDATE audit_entry SET reason = 'x' WHERE number = {number}"))
    session.commit()
    auditor.post("/admin/audit/verify")
    Worker(app, beat_seconds=60).run_once()
    assert session.scalars(sa.select(AuditCheck.faults)).one() == [f"{number}: edited"]
    page = auditor.get("/admin/audit")
    assert "校验发现 1 处问题" in page.text("main")
    assert f"{number}: edited" in page.text("main")
    assert "1" in page.text(".admin-menu__badge")


def test_the_pages_speak_english(auditor: StaffPages, entries: list[AuditEntry]) -> None:
    auditor.get("/en/admin/audit")
    auditor.get(f"/en/admin/audit/{entries[2].number}")
