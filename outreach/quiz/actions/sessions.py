"""Browsers of participants: opened by joining or by the recovery code, ended by the participant or by their term.

The browser keeps a random token, the table its SHA-256: nobody who reads the table can be a participant.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, Participant, ParticipantSession
from outreach.quiz.moments import moment
from outreach.quiz.writing import insert, run, table_of

#: How long a browser is known without a new recovery.
DAYS: Final = 180
TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose attempt an address names, as far as the asking browser is concerned."""

    contest_id: int
    participant_id: int


def digest(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_session(session: Session, old_token: str, contest_id: int, participant_id: int) -> str:
    """A new token for the browser. Its other contests move along, so a token planted before is worth nothing."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    own = sa.update(ParticipantSession).where(ParticipantSession.token_hash == digest(old_token))
    session.execute(own.values(token_hash=digest(token)))
    values = {"token_hash": digest(token), "contest_id": contest_id, "participant_id": participant_id}
    values |= {"created_at": moment(), "expires_at": moment(DAYS * 86400)}
    statement = insert(session, ParticipantSession).values(**values)
    kept = {name: statement.excluded[name] for name in ("participant_id", "created_at", "expires_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["token_hash", "contest_id"], set_=kept))
    return token


def find_participant(session: Session, token: str, contest_id: int) -> Participant | None:
    """Whom this browser belongs to in a contest."""
    if not token:
        return None
    query = sa.select(Participant).join(ParticipantSession, ParticipantSession.participant_id == Participant.id)
    return session.scalar(
        query.where(
            ParticipantSession.token_hash == digest(token),
            ParticipantSession.contest_id == contest_id,
            ParticipantSession.expires_at > moment(),
            Participant.deleted_at.is_(None),
        )
    )


def find_owner(session: Session, token: str, public_id: str) -> Owner | None:
    """The contest and participant of an attempt, if it is this browser's; None for everybody else's and for none."""
    if not token:
        return None
    keys = {"token_hash": digest(token), "public_id": public_id}
    row = run(session, _owner(), keys).one_or_none()
    return None if row is None else Owner(*row)


@cache
def _owner() -> sa.Select[Any]:
    attempt, own = table_of(Attempt), table_of(ParticipantSession)
    tables = attempt.join(own, own.c.participant_id == attempt.c.participant_id)
    return (
        sa.select(attempt.c.contest_id, attempt.c.participant_id)
        .select_from(tables)
        .where(
            attempt.c.public_id == sa.bindparam("public_id"),
            own.c.token_hash == sa.bindparam("token_hash"),
            own.c.contest_id == attempt.c.contest_id,
            own.c.expires_at > moment(),
        )
    )


def end_session(session: Session, token: str, contest_id: int) -> None:
    """Forget this browser in one contest."""
    own = (ParticipantSession.token_hash == digest(token), ParticipantSession.contest_id == contest_id)
    session.execute(sa.delete(ParticipantSession).where(*own))


def end_other_sessions(session: Session, token: str, participant_id: int) -> None:
    """Forget all other browsers of a participant."""
    others = (ParticipantSession.participant_id == participant_id, ParticipantSession.token_hash != digest(token))
    session.execute(sa.delete(ParticipantSession).where(*others))


def forget_sessions(session: Session) -> int:
    """Delete what has ended; returns how many."""
    statement = sa.delete(ParticipantSession).where(ParticipantSession.expires_at <= moment())
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it
