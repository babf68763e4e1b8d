"""Jobs through the pages: one's own, progress, restart, cancel, report."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from outreach.core import jobs
from outreach.core.audit import SYSTEM, Actor
from outreach.core.jobs import Job, JobState
from outreach.core.permissions import Role
from tests.staff import StaffPages, StaffPagesMaker


@pytest.fixture
def job(session: Session, registrar: StaffPages) -> Job:
    made = jobs.enqueue(session, "test", {}, Actor("staff", registrar.person.id, "王小明"), "导入 2026 年备案")
    session.commit()
    return made


def test_one_sees_and_steers_one_s_own_jobs_only(
    session: Session, registrar: StaffPages, staff_pages: StaffPagesMaker, job: Job
) -> None:
    assert "导入 2026 年备案" in registrar.get("/admin/jobs").text("tbody")
    other = staff_pages(Role.REGISTRAR)
    assert "导入" not in other.get("/admin/jobs").text("tbody")
    other.get(f"/admin/jobs/{job.id}", status=404)
    other.raw(f"/admin/jobs/{job.id}.json", status=404)
    for step in ("cancel", "restart"):
        other.post(f"/admin/jobs/{job.id}/{step}", status=404)
    assert "导入" in staff_pages(Role.SYSTEM_ADMIN).get("/admin/jobs").text("tbody")


def test_a_running_job_shows_how_far_it_is_without_and_with_a_script(
    session: Session, registrar: StaffPages, job: Job
) -> None:
    job.worker, job.lease_until = "w", job.created_at
    job.state, job.progress, job.note = JobState.RUNNING, 0.42, "第 420 行"
    session.commit()
    page = registrar.get(f"/admin/jobs/{job.id}")
    assert "42%" in page.text("main")
    assert page.one("[data-job]").get("data-job") == f"/admin/jobs/{job.id}.json"
    assert "Refresh" not in page.response.headers
    assert registrar.get(f"/admin/jobs/{job.id}", refresh=1).response.headers["Refresh"] == "10"
    answer = registrar.raw(f"/admin/jobs/{job.id}.json")
    assert answer.get_json() == {
        "state": "running",
        "words": "进行中",
        "progress": 0.42,
        "note": "第 420 行",
        "ended": False,
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_failed_says_why_and_can_be_begun_anew(session: Session, registrar: StaffPages, job: Job) -> None:
    job.state, job.error, job.finished_at = JobState.FAILED, "第 3 行的日期无法识别", job.created_at
    session.commit()
    assert "第 3 行的日期无法识别" in registrar.get(f"/admin/jobs/{job.id}").text("main")
    registrar.post(f"/admin/jobs/{job.id}/restart")
    session.expire_all()
    assert job.state is JobState.WAITING
    registrar.post(f"/admin/jobs/{job.id}/restart")
    assert "不能进行这一步" in registrar.get(f"/admin/jobs/{job.id}").text("main")
    registrar.post(f"/admin/jobs/{job.id}/cancel")
    session.expire_all()
    assert job.state is JobState.CANCELLED


def test_a_done_job_keeps_its_report(session: Session, registrar: StaffPages, job: Job) -> None:
    job.state, job.progress = JobState.DONE, 1.0
    job.report = {
        "lines": [["新增", 12], ["拒绝", 3]],
        "links": [["报告", "/admin/labels"], ["外站", "//evil.example"]],
    }
    session.commit()
    page = registrar.get(f"/admin/jobs/{job.id}")
    assert "新增12拒绝3" in page.text("main").replace(" ", "").replace("\n", "")
    assert page.links["报告"] == "/admin/labels"
    assert "外站" not in page.links


def test_the_pages_speak_english(registrar: StaffPages, job: Job) -> None:
    registrar.get(f"/en/admin/jobs/{job.id}")
    registrar.get("/en/admin/jobs")


def test_jobs_of_the_site_itself_are_for_the_system_administrator(
    session: Session, registrar: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    own = jobs.enqueue(session, "test", {}, SYSTEM, "夜间整理")
    session.commit()
    registrar.get(f"/admin/jobs/{own.id}", status=404)
    staff_pages(Role.SYSTEM_ADMIN).get(f"/admin/jobs/{own.id}")
