"""The walk as a job of the background, and as the command runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from outreach.core.clock import now
from outreach.core.db import db
from outreach.inspection.actions.runs import keep_run
from outreach.inspection.lists import wrong_words
from outreach.inspection.models import InspectionRun
from outreach.inspection.rules.findings import Found, Walk, find_all
from outreach.inspection.walking import Progress, walk_site

if TYPE_CHECKING:
    from outreach.core.jobs import JobContext


def inspect_site(requested_by: str, progress: Progress) -> InspectionRun:
    """Walk over the site and keep what was found. The walk reads only; one short write ends it."""
    started_at = now()
    walk, found = _look(progress)
    run = keep_run(db.session, walk, found, started_at=started_at, requested_by=requested_by)
    db.session.commit()
    return run


def run_job(context: JobContext) -> None:
    """``Feature.jobs["inspection"]``: the same in the background."""
    started_at = now()
    walk, found = _look(context.progress)
    with context.finishing() as session:
        keep_run(session, walk, found, started_at=started_at, requested_by=context.actor.name)
        context.report["troubles"] = sum(one.value for one in found.values())


def _look(progress: Progress) -> tuple[Walk, dict[str, Found]]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    walk = walk_site(app, progress)
    return walk, find_all(walk, wrong_words())
