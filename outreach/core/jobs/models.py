"""Long work as rows: asked for in a transaction, done by whichever process claims it first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, LongText, Name


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    #: Its process died, or lost the database for longer than the lease; nothing half-done counts.
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


#: States that a job leaves only by a restart.
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED})
RESTARTABLE = frozenset({JobState.FAILED, JobState.INTERRUPTED, JobState.CANCELLED})


class Job(Base):
    """One piece of long work with its progress and its report. ``lease_until`` tells the living from the dead."""

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
        sa.CheckConstraint("state <> 'running' OR (worker <> '' AND lease_until IS NOT NULL)", name="leased"),
        sa.Index("ix_job_state_id", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    #: What it is about, for people
    label: Mapped[Name]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState]
    #: Done part, 0 to 1, and what is being done
    progress: Mapped[float]
    note: Mapped[Name]
    #: What came out, in the words of the kind
    report: Mapped[dict[str, Any] | None]
    #: Why it failed, for people
    error: Mapped[LongText]
    is_cancel_wanted: Mapped[bool]
    created_by_id: Mapped[int | None] = mapped_column(index=True)
    created_by_name: Mapped[Name]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    #: How often it was begun; together with the worker it tells who may write the row
    attempts: Mapped[int]
    worker: Mapped[Code]
    lease_until: Mapped[datetime | None]
