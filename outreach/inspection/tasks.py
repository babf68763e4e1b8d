"""The walk as a job of the background, and as the command runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app
from flask_babel import gettext as _

from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.search.pending import snapshot
from outreach.inspection.actions.runs import keep_run
from outreach.inspection.badge import badge
from outreach.inspection.lists import wrong_words
from outreach.inspection.models import InspectionRun
from outreach.inspection.report import clock_values
from outreach.inspection.rules.findings import Found, Walk, find_all
from outreach.inspection.walking import Progress, walk_site

if TYPE_CHECKING:
    from outreach.core.jobs import JobContext

JOB: Final = "inspection"


def inspect_site(requested_by: str, progress: Progress) -> InspectionRun:
    """Walk over the site and keep what was found. The walk reads only; one short write ends it."""
    started_at = now()
    walk, found, clocks = _look(progress)
    run = keep_run(db.session, walk, found, clocks, started_at=started_at, requested_by=requested_by)
    db.session.commit()
    return run


def run_job(context: JobContext) -> None:
    """The same in the background."""
    started_at = now()
    walk, found, clocks = _look(context.progress)
    with context.finishing() as session:
        run = keep_run(session, walk, found, clocks, started_at=started_at, requested_by=context.actor.name)
        context.report["lines"] = [
            [_("检查的页面"), run.pages_checked],
            [_("检查的文件"), run.files_checked],
            [_("核对的地址"), run.addresses_asked],
            [_("发现的问题"), sum(one.value for one in found.values())],
        ]
        context.report["links"] = [[_("网站自查"), "/admin/inspection"]]
    badge().forget()


def _look(progress: Progress) -> tuple[Walk, dict[str, Found], dict[str, int | None]]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    walk = walk_site(app, progress)
    with snapshot() as session:
        clocks = clock_values(session)
    return walk, find_all(walk, wrong_words()), clocks
