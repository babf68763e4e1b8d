"""Conditional updates of job rows: of all who try, one succeeds, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.models import Outcome
from outreach.core.audit.recording import SYSTEM, Actor, Target, record
from outreach.core.audit.values import clean, plain
from outreach.core.database_clock import database_now
from outreach.core.jobs.models import Job, JobState

#: How long a worker that says nothing is believed to live.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker may do, in this attempt."""

    job_id: int
    kind: str
    label: str
    arguments: Mapping[str, Any]
    worker: str
    attempt: int
    actor: Actor


def claim_next(session: Session, worker: str, kinds: Collection[str], lease: timedelta = LEASE) -> Claim | None:
    """Take the oldest waiting job of these kinds; None when there is none, or others were faster each time."""
    waiting = sa.select(Job.id).where(Job.state == JobState.WAITING, Job.kind.in_(kinds)).order_by(Job.id).limit(20)
    for job_id in session.scalars(waiting).all():
        taken = session.execute(
            sa.update(Job)
            .where(Job.id == job_id, Job.state == JobState.WAITING)
            .values(
                state=JobState.RUNNING,
                worker=worker,
                attempts=Job.attempts + 1,
                started_at=database_now(),
                finished_at=None,
                lease_until=database_now(lease),
                progress=0.0,
                note="",
                error="",
                report=None,
            )
            .returning(Job.kind, Job.label, Job.arguments, Job.attempts, Job.created_by_id, Job.created_by_name),
            execution_options={"synchronize_session": False},
        ).one_or_none()
        if taken is not None:
            kind, label, arguments, attempt, person, name = taken
            actor = SYSTEM if person is None else Actor("staff", person, name)
            return Claim(job_id, kind, label, arguments, worker, attempt, actor)
    return None


def beat(session: Session, claim: Claim, progress: float, note: str, lease: timedelta = LEASE) -> bool | None:
    """Renew the lease and write the progress. None: the job is somebody else's; True: it shall be cancelled.

    A worker that was taken for dead while the database kept it waiting takes its job up again, if nobody else did.
    """
    return session.execute(
        _own(claim, JobState.RUNNING, JobState.INTERRUPTED)
        .values(state=JobState.RUNNING, lease_until=database_now(lease), finished_at=None, progress=progress, note=note)
        .returning(Job.is_cancel_wanted),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()


def finish(
    session: Session,
    claim: Claim,
    state: JobState,
    *,
    report: Mapping[str, Any] | None = None,
    error: str = "",
) -> bool:
    """End the attempt (``WAITING``: give the job back). False when the job is somebody else's by now."""
    values: dict[str, Any] = {"state": state, "error": clean(error), "lease_until": None, "worker": ""}
    if state is JobState.DONE:
        values["progress"] = 1.0
    if state is JobState.WAITING:
        values["started_at"] = None
    else:
        values |= {"finished_at": database_now(), "report": plain(report) if report else None}
    changed = session.execute(
        _own(claim, JobState.RUNNING, JobState.INTERRUPTED).values(**values),
        execution_options={"synchronize_session": False},
    )
    if not cast("sa.CursorResult[Any]", changed).rowcount:
        return False
    if state is not JobState.WAITING:
        _record(session, claim.job_id, claim.label, state, claim.actor, error)
    return True


def is_dead() -> sa.ColumnElement[bool]:
    """Running, and nothing was heard of it for longer than its lease."""
    return (Job.state == JobState.RUNNING) & (Job.lease_until < database_now())


def interrupt_dead(session: Session) -> list[int]:
    """Mark running jobs whose lease is over; returns their ids."""
    dead = session.execute(
        sa.update(Job)
        .where(is_dead())
        .values(state=JobState.INTERRUPTED, finished_at=database_now())
        .returning(Job.id, Job.label),
        execution_options={"synchronize_session": False},
    ).all()
    for job_id, label in dead:
        _record(session, job_id, label, JobState.INTERRUPTED, SYSTEM)
    return [job_id for job_id, _label in dead]


def _own(claim: Claim, *states: JobState) -> Any:
    """An update of the job while it is this attempt's."""
    return sa.update(Job).where(
        Job.id == claim.job_id,
        Job.worker == claim.worker,
        Job.attempts == claim.attempt,
        Job.state.in_(states),
    )


def _record(session: Session, job_id: int, label: str, state: JobState, actor: Actor, reason: str = "") -> None:
    record(
        session,
        actor=actor,
        action=f"job.{state}",
        target=Target("job", str(job_id), label),
        reason=reason,
        outcome=Outcome.FAILED if state in (JobState.FAILED, JobState.INTERRUPTED) else Outcome.DONE,
    )
