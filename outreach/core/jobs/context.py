"""What a running job knows of itself, and how it says how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor
from outreach.core.db import db
from outreach.core.jobs.claiming import Claim, finish
from outreach.core.jobs.models import JobState


class JobFailed(Exception):
    """The job cannot be done; the message is for the person who asked for it."""


class JobEnds(Exception):
    """Raised by ``check`` to end a job that shall not go on; jobs let it pass."""


class JobCancelled(JobEnds):
    """Somebody does not want the job any more."""


class JobReleased(JobEnds):
    """The process ends; another one will begin the job anew."""


class JobLost(JobEnds):
    """The lease ran out and the row belongs to somebody else: nothing of this attempt may count."""


class JobContext:
    """A job as its function sees it.

    Work that changes the database belongs into ``with context.finishing() as session``: what it writes and that the
    job is done are one transaction, so a job that was killed anywhere can be begun anew and never counts twice.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.job_id = claim.job_id
        self.arguments: Mapping[str, Any] = claim.arguments
        #: Who asked for the job, for the audit log.
        self.actor: Actor = claim.actor
        self.report: dict[str, Any] = {}
        self.is_finished = False
        self.fraction, self.note = 0.0, ""
        self._ending = threading.Event()
        self._why: type[JobEnds] = JobEnds

    def progress(self, fraction: float, note: str = "") -> None:
        """Say how far the job is (0 to 1). Costs nothing; it is written with the next heartbeat. Also ``check``."""
        self.fraction, self.note = min(max(fraction, 0.0), 1.0), note[:300]
        self.check()

    def check(self) -> None:
        """Go on, or end here when the job is cancelled, the process ends, or the lease is lost. Call it often."""
        if self._ending.is_set():
            raise self._why

    def end(self, why: type[JobEnds]) -> None:
        """Make the next ``check`` raise ``why``; the first reason stays."""
        if not self._ending.is_set():
            self._why = why
            self._ending.set()

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """A session whose commit ends the job with ``report``; an exception undoes both. At most once a job."""
        with db.sessionmaker.begin() as session:
            yield session
            self.check()
            if not finish(session, self.claim, JobState.DONE, report=self.report):
                raise JobLost
        self.is_finished = True
