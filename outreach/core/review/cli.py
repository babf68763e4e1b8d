"""``flask review``: publish what is due, list what waits."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from outreach.core.db import db
from outreach.core.review import due
from outreach.core.review.models import Proposal
from outreach.core.review.rules import OPEN


@click.group("review")
def review_group() -> None:
    """Changes that a second person decides on."""


@review_group.command("run-due")
@with_appcontext
def run_due() -> None:
    """Publish every scheduled proposal whose moment has come (serving processes do it too)."""
    done = due.run_due()
    click.echo(f"{done.published} published, {done.failed} failed", err=True)
    if done.failed:
        raise SystemExit(1)


@review_group.command("list")
@with_appcontext
def list_open() -> None:
    """List the proposals that are not finished."""
    wanted = sa.select(Proposal).where(Proposal.state.in_(OPEN)).order_by(Proposal.id)
    for one in db.session.scalars(wanted):
        moment = (one.publish_at or one.changed_at).isoformat(timespec="minutes")
        click.echo(f"{one.id:6} {one.state:10} {one.kind:24} {moment} {one.author_name} {one.target_label}")
