"""Columns of the catalogue for the self-inspection: when each last changed, how much is in it, who mends it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.inspection import Column, Pace
from outreach.labels.models import Certificate, Edition, ImportRun
from outreach.labels.queries.published import is_demo_shown, published


def _newest_import(session: Session) -> datetime | None:
    """When the published register was last taken in."""
    stands = (ImportRun.undone_at.is_(None), ImportRun.is_demo.is_(is_demo_shown(session)))
    return session.scalar(sa.select(sa.func.max(ImportRun.imported_at)).where(*stands))


def _count_registrations(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).where(published(session))) or 0


def _newest_certificate(session: Session) -> datetime | None:
    """The day that the newest published certificate begins on."""
    day = session.scalar(sa.select(sa.func.max(Certificate.valid_from)).where(published(session, Certificate)))
    return datetime.combine(day, time(), UTC) if day else None


def _count_certificates(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).where(published(session, Certificate))) or 0


def _newest_standard(session: Session) -> datetime | None:
    """The day that the newest recorded edition begins on; nobody notes when it was recorded."""
    day = session.scalar(sa.select(sa.func.max(Edition.valid_from)))
    return datetime.combine(day, time(), UTC) if day else None


def _count_standards(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Edition)) or 0


IMPORTS: Final = "labels.admin_imports"
INSPECTIONS: Final = (
    Column(
        "labels",
        _l("水效标识产品"),
        "/labels/",
        Pace.NOTICES,
        newest=_newest_import,
        count=_count_registrations,
        mend=IMPORTS,
    ),
    Column(
        "certificates",
        _l("节水产品认证"),
        "/labels/certificates/",
        Pace.NOTICES,
        newest=_newest_certificate,
        count=_count_certificates,
        mend=IMPORTS,
    ),
    Column(
        "standards",
        _l("水效标准"),
        "/labels/standards/",
        Pace.NONE,
        newest=_newest_standard,
        count=_count_standards,
        mend=IMPORTS,
    ),
)
