"""What the security administrator does to accounts. Rights that change end every session of the person at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.accounts.actions import second_factor, sessions
from outreach.accounts.actions.auditing import Actor, note, person_state
from outreach.accounts.actions.tokens import digest, new_token
from outreach.accounts.models import Invitation, StaffCounty, StaffRole, StaffUser
from outreach.core.database_clock import database_now
from outreach.core.permissions import Role, are_separated

#: How long an invitation can be accepted.
INVITATION_LASTS: Final = timedelta(hours=72)


class OwnAccount(Exception):
    """Nobody changes their own rights, and nobody locks themselves out."""


class NotSeparated(Exception):
    """The roles unite duties that must stay apart."""


class LoginTaken(Exception):
    """There is an account of this login already."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Roles of a person, and the counties they are for."""

    roles: frozenset[Role]
    county_slugs: frozenset[str] = frozenset()


def create(session: Session, actor: Actor, *, login: str, name: str, rights: Rights) -> tuple[StaffUser, str]:
    """Add an account without a password. Returns it with the token of its invitation."""
    _check_separation(rights.roles)
    person = StaffUser(login=login, name=name, created_at=database_now())
    _give(person, rights)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise LoginTaken(login) from error
    session.refresh(person)
    note(session, actor, "create", person, after=person_state(person))
    return person, _invite(session, person)


def renew_link(session: Session, actor: Actor, person: StaffUser) -> str:
    """Make a new link by which the person sets a new password; older links are void. Returns its token."""
    _check_other(actor, person)
    note(session, actor, "renew_link", person)
    return _invite(session, person)


def _invite(session: Session, person: StaffUser) -> str:
    unused = (Invitation.staff_id == person.id, Invitation.used_at.is_(None))
    session.execute(sa.update(Invitation).where(*unused).values(used_at=database_now()))
    token = new_token()
    times = {"created_at": database_now(), "expires_at": database_now(INVITATION_LASTS)}
    session.add(Invitation(staff_id=person.id, token_digest=digest(token), **times))
    session.flush()
    return token


def set_rights(session: Session, actor: Actor, person: StaffUser, rights: Rights, reason: str = "") -> bool:
    """Give a person exactly these rights. Returns whether anything changed."""
    _check_other(actor, person)
    _check_separation(rights.roles)
    before = person_state(person)
    _give(person, rights)
    session.flush()
    after = person_state(person)
    if before == after:
        return False
    sessions.end_all(session, person.id)
    note(session, actor, "set_rights", person, before=before, after=after, reason=reason)
    return True


def disable(session: Session, actor: Actor, person: StaffUser, reason: str = "") -> None:
    """Close an account: no sign-in, no session, no invitation."""
    _change(session, actor, person, "disable", reason, lambda: _set_disabled(session, person))


def _set_disabled(session: Session, person: StaffUser) -> None:
    person.disabled_at = database_now()
    unused = (Invitation.staff_id == person.id, Invitation.used_at.is_(None))
    session.execute(sa.update(Invitation).where(*unused).values(used_at=database_now()))


def enable(session: Session, actor: Actor, person: StaffUser, reason: str = "") -> None:
    """Open a closed account again, with the password and the second factor that it had."""

    def open_again() -> None:
        person.disabled_at = None

    _change(session, actor, person, "enable", reason, open_again)


def end_sessions(session: Session, actor: Actor, person: StaffUser, reason: str = "") -> None:
    """Sign a person out everywhere."""
    _change(session, actor, person, "end_sessions", reason, lambda: None)


def reset_second_factor(session: Session, actor: Actor, person: StaffUser, reason: str = "") -> None:
    """Take the second factor away after a loss; the next sign-in sets up a new one."""
    _change(session, actor, person, "reset_second_factor", reason, lambda: second_factor.take_away(session, person))


def _change(
    session: Session, actor: Actor, person: StaffUser, action: str, reason: str, act: Callable[[], None]
) -> None:
    """Do something to another person's account, end their sessions, and note it."""
    _check_other(actor, person)
    before = person_state(person)
    act()
    session.flush()
    session.refresh(person)
    sessions.end_all(session, person.id)
    note(session, actor, action, person, before=before, after=person_state(person), reason=reason)


def _give(person: StaffUser, rights: Rights) -> None:
    held = {item.role: item for item in person.roles}
    person.roles = [held.get(role) or StaffRole(role=role.value) for role in sorted(rights.roles)]
    looked_after = {item.county_slug: item for item in person.counties}
    slugs = sorted(rights.county_slugs) if Role.COUNTY_OFFICER in rights.roles else []
    person.counties = [looked_after.get(slug) or StaffCounty(county_slug=slug) for slug in slugs]


def _check_other(actor: Actor, person: StaffUser) -> None:
    if actor.kind == "staff" and actor.id == person.id:
        raise OwnAccount(person.login)


def _check_separation(roles: Iterable[Role]) -> None:
    if not are_separated(roles):
        raise NotSeparated
