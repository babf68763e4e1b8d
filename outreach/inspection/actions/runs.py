"""Keeping what a walk found, and forgetting what nobody looks at any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.inspection.models import InspectionRun
from outreach.inspection.rules.findings import Found, Walk

#: Runs that are kept, the newest.
KEPT_RUNS: Final = 60
#: Names kept of files that could not be read.
KEPT_UNREAD: Final = 50


def keep_run(
    session: Session,
    walk: Walk,
    found: Mapping[str, Found],
    clocks: Mapping[str, int | None],
    *,
    started_at: datetime,
    requested_by: str,
) -> InspectionRun:
    """Store a finished walk with what the clocks said then, and drop the oldest ones beyond ``KEPT_RUNS``."""
    unread = [[visit.path, visit.unread.value] for visit in walk.visits if visit.unread is not None]
    run = InspectionRun(
        started_at=started_at,
        finished_at=now(),
        pages_checked=sum(1 for visit in walk.visits if visit.facts is not None and visit.status == 200),
        files_checked=sum(1 for visit in walk.visits if visit.text),
        addresses_asked=len(walk.visits),
        addresses_known=walk.known,
        is_complete=walk.is_complete,
        unread=unread[:KEPT_UNREAD],
        measured={**clocks, **{code: one.value for code, one in found.items()}},
        findings={code: one.as_json() for code, one in found.items()},
        requested_by=requested_by[:300],
    )
    session.add(run)
    session.flush()
    newest = sa.select(InspectionRun.id).order_by(InspectionRun.id.desc()).limit(KEPT_RUNS)
    session.execute(sa.delete(InspectionRun).where(InspectionRun.id.not_in(newest.scalar_subquery())))
    return run
