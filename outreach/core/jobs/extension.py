"""Plugging jobs into an application: its command, and the sweeps."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from outreach.core.chores import chores
from outreach.core.db import db
from outreach.core.jobs.actions import sweep
from outreach.core.jobs.claiming import interrupt_dead, is_dead
from outreach.core.jobs.cli import jobs_group
from outreach.core.jobs.models import Job
from outreach.core.search.pending import snapshot

DEAD_SECONDS = 20.0
SWEEP_SECONDS = 3600.0


def mark_dead() -> None:
    """Say of jobs whose process died that they are interrupted."""
    with snapshot() as session:  # looking costs no lock
        is_any = session.scalar(sa.select(Job.id).where(is_dead()).limit(1))
    if is_any is not None:
        with db.sessionmaker.begin() as session:
            interrupt_dead(session)


def sweep_ended() -> None:
    with db.sessionmaker.begin() as session:
        sweep(session)


def init_app(app: Flask) -> None:
    app.cli.add_command(jobs_group)
    chores(app).add("dead jobs", mark_dead, DEAD_SECONDS)
    chores(app).add("ended jobs", sweep_ended, SWEEP_SECONDS)
