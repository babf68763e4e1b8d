"""Whose session a token is, decided by the clock of the database in the statement that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from outreach.accounts.models import StaffSession, StaffUser, Stage
from outreach.core.database_clock import database_now

#: A session that nobody uses for so long is over.
IDLE: Final = timedelta(minutes=30)
#: No session lasts longer, used or not.
ABSOLUTE: Final = timedelta(hours=12)
#: How long the steps of a sign-in may take together.
PENDING: Final = timedelta(minutes=10)
#: How long a proof of who it is counts for what needs a fresh one.
FRESH: Final = timedelta(minutes=10)
#: Use within this time is not written down again.
TOUCH: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An open session with its person, as one statement saw them."""

    id: int
    person: StaffUser
    is_fresh: bool
    needs_touch: bool


def find_open(session: Session, token_digest: str) -> OpenSession | None:
    """The open session of a token: not ended, not idle, not too old, its person not disabled."""
    query = (
        sa.select(
            StaffSession.id,
            StaffUser,
            StaffSession.proved_at > database_now(-FRESH),
            StaffSession.seen_at < database_now(-TOUCH),
        )
        .join(StaffUser, StaffUser.id == StaffSession.staff_id)
        .where(StaffSession.token_digest == token_digest, *_is_open())
        .options(selectinload(StaffUser.roles), selectinload(StaffUser.counties))
    )
    row = session.execute(query).first()
    return OpenSession(row[0], row[1], bool(row[2]), bool(row[3])) if row else None


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        StaffSession.stage == Stage.OPEN,
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > database_now(-IDLE),
        StaffSession.created_at > database_now(-ABSOLUTE),
        StaffUser.disabled_at.is_(None),
    )


def find_pending(session: Session, token_digest: str, stage: Stage) -> tuple[StaffSession, StaffUser] | None:
    """The session of a token that waits at ``stage`` of the sign-in, with its person."""
    query = (
        sa.select(StaffSession, StaffUser)
        .join(StaffUser, StaffUser.id == StaffSession.staff_id)
        .where(
            StaffSession.token_digest == token_digest,
            StaffSession.stage == stage,
            StaffSession.ended_at.is_(None),
            StaffSession.created_at > database_now(-PENDING),
            StaffUser.disabled_at.is_(None),
        )
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def list_open(session: Session, staff_id: int) -> Sequence[StaffSession]:
    """The open sessions of a person, the one used last first."""
    query = (
        sa.select(StaffSession)
        .join(StaffUser, StaffUser.id == StaffSession.staff_id)
        .where(StaffSession.staff_id == staff_id, *_is_open())
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    )
    return session.scalars(query).all()
