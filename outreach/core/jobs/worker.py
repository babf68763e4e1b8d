"""Doing jobs: one thread in every serving process, with a second one that keeps the lease of the job in hand."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa
import structlog
from flask import Flask, current_app

from outreach.core.db import db
from outreach.core.jobs.claiming import LEASE, Claim, beat, claim_next, finish
from outreach.core.jobs.context import JobCancelled, JobContext, JobEnds, JobFailed, JobLost, JobReleased
from outreach.core.jobs.models import Job, JobState
from outreach.core.search.pending import snapshot

JOB_ENDED, JOB_LOST, JOB_WORKER_FAILED, HEARTBEAT_FAILED = (
    "job_ended",
    "job_lost",
    "job_worker_failed",
    "job_heartbeat_failed",
)
POLL_SECONDS = 2.0
BEAT_SECONDS = 2.0
FAILURE_PAUSE_SECONDS = 15.0

Handler = Callable[[JobContext], None]

log = structlog.get_logger("outreach.jobs")


def handlers(app: Flask) -> Mapping[str, Handler]:
    """What does the jobs of each kind, over all slices."""
    return {kind: handler for feature in app.extensions["features"] for kind, handler in feature.jobs.items()}


class Worker:
    """Claims and does jobs, one at a time."""

    def __init__(self, app: Flask, *, lease: timedelta = LEASE, beat_seconds: float = BEAT_SECONDS) -> None:
        self._app = app
        self._lease = lease
        self._beat_seconds = beat_seconds
        self._name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._in_hand: JobContext | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Give the job in hand back at its next pause, for at most ``seconds``, and end."""
        self._stop.set()
        if (context := self._in_hand) is not None:
            context.end(JobReleased)
        if self._thread is not None:
            self._thread.join(seconds)

    def run_once(self) -> JobState | None:
        """Do the oldest waiting job; None when nothing waits, else the state that it ended in."""
        with self._app.app_context():
            claim = self._claim()
            if claim is None:
                return None
            return self._do(claim)

    def _run(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            try:
                pause = 0.0 if self.run_once() else POLL_SECONDS
            except Exception as error:  # the database may be away; the thread must not end
                log.exception(JOB_WORKER_FAILED, error=type(error).__name__)
                pause = FAILURE_PAUSE_SECONDS

    def _claim(self) -> Claim | None:
        kinds = list(handlers(self._app))
        with snapshot() as session:  # looking costs no lock
            is_waiting = session.scalar(
                sa.select(Job.id).where(Job.state == JobState.WAITING, Job.kind.in_(kinds)).limit(1)
            )
        if is_waiting is None:
            return None
        with db.sessionmaker.begin() as session:
            return claim_next(session, self._name, kinds, self._lease)

    def _do(self, claim: Claim) -> JobState:
        context = self._in_hand = JobContext(claim)
        if self._stop.is_set():
            context.end(JobReleased)
        ended = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(context, ended), name="job-heartbeat", daemon=True)
        keeper.start()
        try:
            state = self._attempt(context)
        finally:
            ended.set()
            keeper.join()
            self._in_hand = None
        log.info(JOB_ENDED, job=claim.job_id, kind=claim.kind, state=state, attempt=claim.attempt)
        return state

    def _attempt(self, context: JobContext) -> JobState:
        """Call the job's function and write how it ended."""
        try:
            handlers(self._app)[context.claim.kind](context)
        except JobLost:
            return JobState.INTERRUPTED
        except JobEnds as end:
            return _end(context, JobState.CANCELLED if isinstance(end, JobCancelled) else JobState.WAITING)
        except JobFailed as error:
            return _end(context, JobState.FAILED, str(error))
        except Exception as error:
            log.exception("job_failed", job=context.job_id, kind=context.claim.kind, error=type(error).__name__)
            return _end(context, JobState.FAILED, type(error).__name__)
        finally:
            db.session.rollback()  # what the job read or left open is not for the next one
        return JobState.DONE if context.is_finished else _end(context, JobState.DONE)

    def _keep(self, context: JobContext, ended: threading.Event) -> None:
        """Renew the lease until the job ends. A beat that the database refuses is only a late one."""
        with self._app.app_context():
            while not ended.wait(self._beat_seconds):
                try:
                    with db.sessionmaker.begin() as session:
                        wanted = beat(session, context.claim, context.fraction, context.note, self._lease)
                except sa.exc.SQLAlchemyError as error:
                    log.warning(HEARTBEAT_FAILED, job=context.job_id, error=type(error).__name__)
                    continue
                if wanted is None and not ended.is_set() and not context.is_finished:
                    context.end(JobLost)
                elif wanted:
                    context.end(JobCancelled)


def _end(context: JobContext, state: JobState, error: str = "") -> JobState:
    with db.sessionmaker.begin() as session:
        if finish(session, context.claim, state, report=context.report, error=error):
            return state
    log.warning(JOB_LOST, job=context.job_id)
    return JobState.INTERRUPTED


def the_worker() -> Worker:
    """A worker for a command of this process."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    return Worker(app)
