"""What people do with jobs: ask for one, cancel it, begin it anew. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, Target, record
from outreach.core.audit.values import clean
from outreach.core.database_clock import database_now, read_clock
from outreach.core.jobs.models import ENDED, RESTARTABLE, Job, JobState

#: How long the rows of ended jobs, and so their reports, are kept.
RETENTION = timedelta(days=365)


class JobStateWrong(Exception):
    """The job is in a state that this cannot be done in; ``state`` is the one it is in."""

    def __init__(self, state: JobState) -> None:
        super().__init__(state)
        self.state = state


def enqueue(session: Session, kind: str, arguments: Mapping[str, Any], staff: Actor, label: str = "") -> Job:
    """Ask for a job. It begins after the caller's commit, and never when there is none."""
    job = Job(
        kind=kind,
        label=clean(label or kind, 300),
        arguments=dict(arguments),
        state=JobState.WAITING,
        progress=0.0,
        note="",
        error="",
        is_cancel_wanted=False,
        created_by_id=staff.id,
        created_by_name=clean(staff.name, 300),
        created_at=read_clock(session),
        attempts=0,
        worker="",
    )
    session.add(job)
    session.flush()
    record(session, actor=staff, action="job.enqueue", target=_target(job), after={"kind": kind})
    return job


def cancel(session: Session, job: Job, actor: Actor) -> None:
    """Take a waiting job out of the queue; ask a running one to end at its next pause."""
    session.flush()
    is_out = _change(session, job, {JobState.WAITING}, state=JobState.CANCELLED, finished_at=database_now())
    if not is_out and not _change(session, job, {JobState.RUNNING}, is_cancel_wanted=True):
        raise JobStateWrong(job.state)
    record(session, actor=actor, action="job.cancel", target=_target(job), after={"state": job.state})


def restart(session: Session, job: Job, actor: Actor) -> None:
    """Put a job that failed, was interrupted or cancelled into the queue again."""
    earlier = job.state
    cleared: dict[str, Any] = {"error": "", "note": "", "progress": 0.0, "is_cancel_wanted": False, "finished_at": None}
    if not _change(session, job, RESTARTABLE, state=JobState.WAITING, worker="", lease_until=None, **cleared):
        raise JobStateWrong(job.state)
    before, after = {"state": earlier}, {"state": job.state}
    record(session, actor=actor, action="job.restart", target=_target(job), before=before, after=after)


def sweep(session: Session, retention: timedelta = RETENTION) -> int:
    """Delete the rows of jobs that ended long ago; returns how many. What they did stays in the audit log."""
    outdated = sa.delete(Job).where(Job.state.in_(ENDED), Job.finished_at < database_now(-retention))
    return int(cast("sa.CursorResult[Any]", session.execute(outdated)).rowcount)


def _change(session: Session, job: Job, states: set[JobState] | frozenset[JobState], **values: Any) -> bool:
    changed = session.execute(
        sa.update(Job).where(Job.id == job.id, Job.state.in_(states)).values(**values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(job)
    return bool(cast("sa.CursorResult[Any]", changed).rowcount)


def _target(job: Job) -> Target:
    return Target("job", str(job.id), job.label)
