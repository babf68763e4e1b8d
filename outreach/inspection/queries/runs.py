"""Finished walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.inspection.models import InspectionRun
from outreach.inspection.rules.findings import Found
from outreach.inspection.rules.reading import Unread


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of one check at the end of one walk; None where nothing was measured."""

    at: datetime
    value: int | None


def find_newest_run(session: Session) -> InspectionRun | None:
    """The walk that finished last."""
    return session.scalars(sa.select(InspectionRun).order_by(InspectionRun.id.desc()).limit(1)).one_or_none()


def list_runs(session: Session, limit: int = 20) -> Sequence[InspectionRun]:
    """The newest walks, newest first."""
    return session.scalars(sa.select(InspectionRun).order_by(InspectionRun.id.desc()).limit(limit)).all()


def history(runs: Sequence[InspectionRun], code: str) -> list[Reading]:
    """What a check read at the end of each of ``runs`` (newest first), oldest first."""
    return [Reading(run.finished_at, run.measured.get(code)) for run in reversed(runs)]


def unread_files(run: InspectionRun) -> list[tuple[str, Unread | None]]:
    """The files that a walk could not read, with the reason; walks of former versions kept none."""
    pairs = ((stored, None) if isinstance(stored, str) else stored for stored in run.unread)
    return [(path, Unread(reason) if reason is not None else None) for path, reason in pairs]


def found_in(run: InspectionRun, code: str) -> Found | None:
    """What a walk found in one check."""
    stored = run.findings.get(code)
    return Found.from_json(stored) if stored is not None else None
