"""Finished walks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.inspection.models import InspectionRun
from outreach.inspection.rules.findings import Found


def find_newest_run(session: Session) -> InspectionRun | None:
    """The walk that finished last."""
    return session.scalars(sa.select(InspectionRun).order_by(InspectionRun.id.desc()).limit(1)).one_or_none()


def list_runs(session: Session, limit: int = 20) -> list[InspectionRun]:
    """The newest walks, newest first."""
    return list(session.scalars(sa.select(InspectionRun).order_by(InspectionRun.id.desc()).limit(limit)))


def found_in(run: InspectionRun) -> dict[str, Found]:
    """What a walk found, by check."""
    return {code: Found.from_json(stored) for code, stored in run.findings.items()}
