"""Keeping what a walk found, and forgetting what nobody looks at any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.inspection.models import InspectionRun
from outreach.inspection.rules.findings import Found, Walk

#: Runs that are kept, the newest.
KEPT_RUNS = 60


def keep_run(
    session: Session, walk: Walk, found: Mapping[str, Found], *, started_at: datetime, requested_by: str
) -> InspectionRun:
    """Store a finished walk and drop the oldest ones beyond ``KEPT_RUNS``."""
    run = InspectionRun(
        started_at=started_at,
        finished_at=now(),
        pages_checked=sum(1 for visit in walk.visits if visit.facts is not None),
        pages_known=walk.known,
        links_checked=len(walk.visits),
        findings={code: one.as_json() for code, one in found.items()},
        requested_by=requested_by,
    )
    session.add(run)
    session.flush()
    newest = sa.select(InspectionRun.id).order_by(InspectionRun.id.desc()).limit(KEPT_RUNS)
    session.execute(sa.delete(InspectionRun).where(InspectionRun.id.not_in(newest.scalar_subquery())))
    return run
