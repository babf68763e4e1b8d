"""O06: a process is killed in the middle of a job: interrupted, nothing half done, and the restart does it all."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core import jobs
from outreach.core.audit import SYSTEM, AuditEntry, verify
from outreach.core.db import db
from outreach.core.jobs import Job, JobState
from outreach.core.jobs.extension import mark_dead
from outreach.core.search.pending import snapshot
from outreach.labels.models import Maker
from tests.core.real_sites import start_process

PROCESS = "tests/core/jobs/working_process.py"


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def state(job_id: int) -> JobState:
    with snapshot() as session:
        return session.get_one(Job, job_id).state


def count_makers() -> int:
    with snapshot() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Maker)) or 0


@pytest.mark.slow
def test_o06_a_killed_job_is_interrupted_leaves_nothing_and_can_be_begun_anew(real_site: Flask) -> None:
    job = jobs.enqueue(db.session, "slow", {"pause": 60}, SYSTEM)
    job_id = job.id
    db.session.commit()
    with start_process(real_site, PROCESS) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == f"half {job_id}\n"
        first.kill()
        first.communicate()
    assert state(job_id) is JobState.RUNNING, "nobody could write that it died"

    def is_marked() -> bool:
        mark_dead()
        return state(job_id) is JobState.INTERRUPTED

    wait_for(is_marked)
    assert count_makers() == 0
    db.session.execute(sa.update(Job).values(arguments={"pause": 0}))
    jobs.restart(db.session, db.session.get_one(Job, job_id), SYSTEM)
    db.session.commit()
    with start_process(real_site, PROCESS) as second:
        wait_for(lambda: state(job_id) is JobState.DONE)
        second.kill()
        second.communicate()
    done = db.session.get_one(Job, job_id, populate_existing=True)
    assert (count_makers(), done.report, done.attempts) == (20, {"makers": 20}, 2)
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["job.enqueue", "job.interrupted", "job.restart", "job.done"]
    assert verify(db.session) == []


@pytest.mark.slow
def test_several_processes_do_each_job_once(real_site: Flask) -> None:
    for _number in range(2):
        jobs.enqueue(db.session, "slow", {"pause": 1}, SYSTEM)
    db.session.commit()
    processes = [start_process(real_site, PROCESS) for _number in range(2)]
    wait_for(lambda: _ended() == 2)
    for process in processes:
        process.kill()
        process.communicate()
    rows = db.session.execute(sa.select(Job.state, Job.attempts).order_by(Job.id)).all()
    assert sorted(row[0] for row in rows) == [JobState.DONE, JobState.FAILED], "the same names twice: one of them fails"
    assert [row[1] for row in rows] == [1, 1]
    assert count_makers() == 20


def _ended() -> int:
    ended = sa.select(sa.func.count()).select_from(Job).where(Job.finished_at.is_not(None))
    with snapshot() as session:
        return session.scalar(ended) or 0
