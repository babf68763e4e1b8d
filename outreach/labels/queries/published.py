"""The one rule of what visitors may see: demo data shows only while no real register has been imported."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Certificate, ImportRun, Maker, Registration


def is_demo_shown(session: Session) -> bool:
    """True until the first real register is in."""
    real = sa.select(ImportRun.id).where(ImportRun.is_demo.is_(False), ImportRun.undone_at.is_(None)).limit(1)
    return session.scalar(real) is None


def published(
    session: Session, model: type[Registration | Certificate | Maker] = Registration
) -> sa.ColumnElement[bool]:
    """The condition that a public query adds for ``model``."""
    return model.is_demo.is_(is_demo_shown(session))
