"""Forms of the back office's own pages."""

from __future__ import annotations

from outreach.core import jobs, review
from outreach.core.audit import Actor
from outreach.core.jobs import JobState
from outreach.core.permissions import Role
from outreach.core.saved_filters import save_filter
from tests.audited import Scenario, Sent, World

OTHER = Actor("staff", 999, "另一位")


def _step(name: str, *, by_author: bool = False, is_draft: bool = False, is_published: bool = False) -> Scenario:
    def prepare(world: World) -> Sent:
        author, reviewer = world.staff_pages(Role.REGISTRAR), world.staff_pages(Role.REVIEWER)
        proposal = world.make_proposal(author, is_draft=is_draft)
        if is_published:
            review.approve(world.session, proposal, OTHER)
            world.session.commit()
        pages = author if by_author else reviewer
        # An approval that publishes is two entries: the decision, and the change of the target.
        entries = 2 if name == "approve" else 1
        return Sent(pages, f"/admin/reviews/{proposal.id}/{name}", {"comment": "按公告核对"}, entries)

    return prepare


def _job(name: str, state: JobState) -> Scenario:
    def prepare(world: World) -> Sent:
        pages = world.staff_pages(Role.REGISTRAR)
        job = jobs.enqueue(world.session, "test", {}, Actor("staff", pages.person.id, "x"))
        job.state = state
        world.session.commit()
        return Sent(pages, f"/admin/jobs/{job.id}/{name}")

    return prepare


def _export(world: World) -> Sent:
    return Sent(world.staff_pages(Role.AUDITOR), "/admin/audit/export", {"format": "csv"})


def _verify(world: World) -> Sent:
    return Sent(world.staff_pages(Role.AUDITOR), "/admin/audit/verify")


def _save(world: World) -> Sent:
    data = {"endpoint": "admin.audit", "name": "常用", "query": "outcome=denied"}
    return Sent(world.staff_pages(Role.AUDITOR), "/admin/filters", data)


def _delete(world: World) -> Sent:
    pages = world.staff_pages(Role.AUDITOR)
    kept = save_filter(world.session, pages.person.id, "admin.audit", "常用", "")
    world.session.commit()
    return Sent(pages, f"/admin/filters/{kept.id}/delete")


SCENARIOS: dict[str, Scenario] = {
    "admin.audit_export": _export,
    "admin.audit_verify": _verify,
    "admin.filter_delete": _delete,
    "admin.filter_save": _save,
    "admin.job_cancel": _job("cancel", JobState.WAITING),
    "admin.job_restart": _job("restart", JobState.FAILED),
    "admin.review_comment": _step("comments"),
    "admin.review_step:approve": _step("approve"),
    "admin.review_step:send-back": _step("send-back"),
    "admin.review_step:submit": _step("submit", by_author=True, is_draft=True),
    "admin.review_step:withdraw own": _step("withdraw", by_author=True),
    "admin.review_step:withdraw published": _step("withdraw", is_published=True),
}
EXEMPT: dict[str, str] = {}
