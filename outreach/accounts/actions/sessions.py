"""Sessions: begun at the sign-in, given a new token with every proof, ended on the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions.tokens import digest, new_token
from outreach.accounts.models import SignInFailure, StaffSession, Stage
from outreach.core.audit.values import clean
from outreach.core.database_clock import database_now

#: How long ended sessions are kept, so that people can see where they were signed in.
KEPT: Final = timedelta(days=90)
COUNTED: Final = timedelta(days=1)
MOST_MESSAGES: Final = 5


def begin(session: Session, staff_id: int, stage: Stage, *, network: str, agent: str) -> str:
    """Begin a session and return its token, which nobody had before."""
    token, now = new_token(), database_now()
    session.add(
        StaffSession(
            token_digest=digest(token),
            staff_id=staff_id,
            stage=stage,
            created_at=now,
            seen_at=now,
            proved_at=now,
            network=clean(network, 64),
            agent=clean(agent, 300),
        )
    )
    session.flush()
    return token


def proved(session: Session, row: StaffSession, stage: Stage) -> str:
    """Note a proof of who it is, move on to ``stage``, and return the new token; the old one is dead."""
    token = new_token()
    row.token_digest, row.stage = digest(token), stage
    row.proved_at = row.seen_at = database_now()
    session.flush()
    return token


def end(session: Session, digest_or_id: str | int, *, staff_id: int | None = None) -> bool:
    """End one session, by the digest of its token or by its number (then only of this person)."""
    which = StaffSession.token_digest if isinstance(digest_or_id, str) else StaffSession.id
    query = sa.update(StaffSession).where(which == digest_or_id, StaffSession.ended_at.is_(None))
    if staff_id is not None:
        query = query.where(StaffSession.staff_id == staff_id)
    return _count(session, query.values(ended_at=database_now())) > 0


def end_all(session: Session, staff_id: int, *, but: int | None = None) -> int:
    """End every session of a person, except the one with the number ``but``. Returns how many ended."""
    query = sa.update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    if but is not None:
        query = query.where(StaffSession.id != but)
    return _count(session, query.values(ended_at=database_now()))


def touch(session: Session, session_id: int) -> None:
    """Note that the session is in use."""
    session.execute(sa.update(StaffSession).where(StaffSession.id == session_id).values(seen_at=database_now()))


def keep_message(session: Session, session_id: int, message: dict[str, str]) -> None:
    """Put a message behind those that wait; more than a few would be no messages."""
    row = session.get_one(StaffSession, session_id)
    row.messages = [*row.messages, message][-MOST_MESSAGES:]


def take_messages(session: Session, session_id: int) -> Sequence[dict[str, str]]:
    """The messages that wait, once."""
    query = sa.select(StaffSession.messages).where(StaffSession.id == session_id).with_for_update()
    waiting: Sequence[dict[str, str]] = session.scalar(query) or ()
    if waiting:
        session.execute(sa.update(StaffSession).where(StaffSession.id == session_id).values(messages=[]))
    return waiting


def forget_old(session: Session) -> None:
    """Delete what nobody needs any more: sessions long over, failures long past."""
    session.execute(sa.delete(StaffSession).where(StaffSession.created_at < database_now(-KEPT)))
    session.execute(sa.delete(SignInFailure).where(SignInFailure.last_at < database_now(-COUNTED)))


def _count(session: Session, statement: Any) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # an update counts its rows
