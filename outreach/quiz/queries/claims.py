"""Why somebody may read contacts now."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.access import AccessGrant
from outreach.core.audit import Target


def reason_in_force(session: Session, target: Target, session_id: int) -> str:
    """The newest reason that this session gave for the target."""
    query = sa.select(AccessGrant.reason).where(
        AccessGrant.session_id == session_id,
        AccessGrant.target_kind == target.kind,
        AccessGrant.target_key == target.key,
    )
    return session.scalar(query.order_by(AccessGrant.id.desc()).limit(1)) or ""
