"""Jobs as people see them: their own, and all of them for those who manage the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.admin.forms import JobQuery
from outreach.core.database_clock import database_now
from outreach.core.jobs.models import Job, JobState
from outreach.core.permissions import Permission
from outreach.core.staff import Staff

PAGE_SIZE: Final = 50
_UNSETTLED: Final = (JobState.FAILED, JobState.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs, the newest first."""

    jobs: Sequence[Job]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def find_job(session: Session, staff: Staff, job_id: int) -> Job | None:
    """The job, when this person may see it."""
    return session.scalar(sa.select(Job).where(Job.id == job_id, *_visible(staff)))


def search_jobs(session: Session, staff: Staff, query: JobQuery) -> JobPage:
    """One page of what this person may see."""
    fits = [*_visible(staff), *([Job.state == query.state] if query.state else [])]
    total = session.scalar(sa.select(sa.func.count()).select_from(Job).where(*fits)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    wanted = sa.select(Job).where(*fits).order_by(Job.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return JobPage(session.scalars(wanted).all(), total, page)


def list_unsettled(session: Session, staff: Staff, days: int = 14) -> Sequence[Job]:
    """This person's jobs that run, wait, or ended badly lately."""
    recent = Job.state.in_(_UNSETTLED) & (Job.finished_at > database_now(-timedelta(days=days)))
    wanted = sa.select(Job).where(
        Job.created_by_id == staff.id, recent | Job.state.in_((JobState.WAITING, JobState.RUNNING))
    )
    return session.scalars(wanted.order_by(Job.id.desc()).limit(20)).all()


def count_unsettled(session: Session, staff: Staff, days: int = 14) -> int:
    """How many jobs ended badly lately and were not begun anew, of those this person looks after."""
    recent = Job.finished_at > database_now(-timedelta(days=days))
    bad = sa.select(sa.func.count()).select_from(Job).where(Job.state.in_(_UNSETTLED), recent, *_visible(staff))
    return session.scalar(bad) or 0


def _visible(staff: Staff) -> list[sa.ColumnElement[bool]]:
    return [] if staff.may(Permission.SYSTEM_MANAGE) else [Job.created_by_id == staff.id]
