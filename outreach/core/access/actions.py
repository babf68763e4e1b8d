"""Granting, asking for and sweeping leave to read personal data. Nothing here commits."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.access.models import AccessGrant
from outreach.core.audit.recording import Actor, Target, record
from outreach.core.audit.values import clean
from outreach.core.database_clock import database_now, read_clock

SHORTEST_REASON = 5
LONGEST_REASON = 500
MINUTES = 15


class ReasonTooShort(Exception):
    """The reason says nothing."""


def grant(session: Session, actor: Actor, session_id: int, target: Target, reason: str) -> AccessGrant:
    """Let this session read the personal data of ``target`` for ``MINUTES``, and record who wants to and why."""
    said = clean(reason.strip(), LONGEST_REASON)
    if len(said) < SHORTEST_REASON or len(set(said)) < 3 or actor.id is None:
        raise ReasonTooShort
    moment = read_clock(session)
    given = AccessGrant(
        session_id=session_id,
        staff_id=actor.id,
        target_kind=target.kind,
        target_key=target.key,
        reason=said,
        granted_at=moment,
        expires_at=moment + timedelta(minutes=MINUTES),
    )
    session.add(given)
    record(session, actor=actor, action="personal.open", target=target, reason=said)
    return given


def may_read(session: Session, session_id: int, staff_id: int, target: Target) -> bool:
    """Whether this session has leave now, by the database's clock."""
    valid = sa.select(AccessGrant.id).where(
        AccessGrant.session_id == session_id,
        AccessGrant.staff_id == staff_id,
        AccessGrant.target_kind == target.kind,
        AccessGrant.target_key == target.key,
        AccessGrant.expires_at > database_now(),
    )
    return session.scalar(valid.limit(1)) is not None


def sweep(session: Session) -> int:
    """Delete grants that ended a day ago; the audit log keeps who had them and why."""
    done = session.execute(sa.delete(AccessGrant).where(AccessGrant.expires_at < database_now(-timedelta(days=1))))
    return int(cast("sa.CursorResult[object]", done).rowcount)
