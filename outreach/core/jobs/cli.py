"""``flask jobs``: what waits and runs, and doing it by hand."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from outreach.core.audit.recording import SYSTEM
from outreach.core.db import db
from outreach.core.jobs.actions import JobStateWrong, restart
from outreach.core.jobs.claiming import interrupt_dead
from outreach.core.jobs.models import Job, JobState
from outreach.core.jobs.worker import the_worker


@click.group("jobs")
def jobs_group() -> None:
    """Long work that runs beside the pages."""


@jobs_group.command("list")
@click.option("--all", "is_everything", is_flag=True, help="Also what is done.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@with_appcontext
def list_jobs(*, is_everything: bool, limit: int) -> None:
    """List the newest jobs that are not done."""
    wanted = sa.select(Job).order_by(Job.id.desc()).limit(limit)
    if not is_everything:
        wanted = wanted.where(Job.state != JobState.DONE)
    for job in db.session.scalars(wanted):
        moment = job.created_at.isoformat(timespec="minutes")
        click.echo(f"{job.id:6} {job.state:11} {job.progress:4.0%} {job.kind:24} {moment} {job.label}")


@jobs_group.command("run-once")
@with_appcontext
def run_once() -> None:
    """Do the oldest waiting job here and now; ends with 1 when it fails."""
    with db.sessionmaker.begin() as session:
        interrupt_dead(session)
    state = the_worker().run_once()
    click.echo(state or "nothing waits", err=True)
    if state not in (None, JobState.DONE):
        raise SystemExit(1)


@jobs_group.command("restart")
@click.argument("job_id", type=int)
@with_appcontext
def restart_job(*, job_id: int) -> None:
    """Put a failed, interrupted or cancelled job into the queue again."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise click.ClickException(f"there is no job {job_id}")
    try:
        restart(db.session, job, SYSTEM)
    except JobStateWrong as error:
        raise click.ClickException(f"job {job_id} is {error.state}") from error
    db.session.commit()
