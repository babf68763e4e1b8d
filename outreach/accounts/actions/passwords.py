"""Setting passwords: by invitation, by the person, when they are too old."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.actions import sessions
from outreach.accounts.actions.auditing import Actor, note
from outreach.accounts.actions.hashing import hash_password
from outreach.accounts.actions.tokens import digest
from outreach.accounts.models import Invitation, StaffUser
from outreach.core.database_clock import database_now


def change(session: Session, actor: Actor, person: StaffUser, password: str, *, keep_session: int) -> None:
    """Set a new password and end every other session."""
    person.password_hash, person.password_set_at = hash_password(password), database_now()
    sessions.end_all(session, person.id, but=keep_session)
    note(session, actor, "change_password", person)


def accept(session: Session, actor: Actor, token: str, *, name: str, password: str) -> StaffUser | None:
    """Use an invitation up and set name and password; nothing when another request was faster, or it is void."""
    person_id = session.scalar(
        sa.update(Invitation)
        .where(Invitation.token_digest == digest(token), *_is_valid())
        .values(used_at=database_now())
        .returning(Invitation.staff_id)
    )
    person = session.get(StaffUser, person_id) if person_id is not None else None
    if person is None or person.disabled_at is not None:
        return None
    person.name = name
    person.password_hash, person.password_set_at = hash_password(password), database_now()
    sessions.end_all(session, person.id)
    note(session, Actor("staff", person.id, name, actor.network), "accept_invitation", person)
    return person


def find_invited(session: Session, token: str) -> StaffUser | None:
    """Whom a link invites, as long as it is valid."""
    query = sa.select(StaffUser).join(Invitation, Invitation.staff_id == StaffUser.id)
    return session.scalar(
        query.where(Invitation.token_digest == digest(token), StaffUser.disabled_at.is_(None), *_is_valid())
    )


def _is_valid() -> tuple[sa.ColumnElement[bool], ...]:
    return Invitation.used_at.is_(None), Invitation.expires_at > database_now()
