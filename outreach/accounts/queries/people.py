"""Accounts as the security administrator looks at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from outreach.accounts.models import Invitation, StaffRole, StaffSession, StaffUser, Stage
from outreach.accounts.rules.logins import folded_login
from outreach.core.database_clock import database_now
from outreach.core.permissions import Role

PAGE_SIZE: Final = 50
#: Columns that the list can be sorted by.
SORTS: Final[Mapping[str, InstrumentedAttribute[Any]]] = {
    "login": StaffUser.login,
    "name": StaffUser.name,
    "created": StaffUser.created_at,
}
STATES: Final = ("active", "invited", "disabled", "no-factor")


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """What the list shows. Empty fields ask for nothing."""

    words: str = ""
    role: Role | None = None
    state: str = ""
    sort: str = "login"
    is_descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list."""

    people: Sequence[StaffUser]
    total: int
    page: int
    last_seen: Mapping[int, datetime]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def find_person(session: Session, staff_id: int) -> StaffUser | None:
    return session.get(StaffUser, staff_id)


def find_by_login(session: Session, typed: str) -> StaffUser | None:
    return session.scalar(sa.select(StaffUser).filter_by(login=folded_login(typed)))


def search_people(session: Session, query: PeopleQuery) -> PeoplePage:
    """The accounts that match, in a stable order."""
    matching = sa.select(StaffUser).where(*_conditions(query))
    total = session.scalar(sa.select(sa.func.count()).select_from(matching.subquery())) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    column = SORTS[query.sort]
    ordered = matching.order_by(column.desc() if query.is_descending else column.asc(), StaffUser.id)
    rows = ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE).options(selectinload("*"))
    people = session.scalars(rows).all()
    return PeoplePage(people, total, page, _last_seen(session, [person.id for person in people]))


def _conditions(query: PeopleQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if query.words:
        words = query.words.casefold()
        conditions.append(
            sa.or_(StaffUser.login.contains(words, autoescape=True), StaffUser.name.icontains(words, autoescape=True))
        )
    if query.role:
        conditions.append(StaffUser.roles.any(StaffRole.role == query.role.value))
    if query.state:
        conditions.append(_state(query.state))
    return conditions


def _state(name: str) -> sa.ColumnElement[bool]:
    is_disabled = StaffUser.disabled_at.is_not(None)
    has_password = StaffUser.password_hash != ""
    return {
        "active": sa.and_(~is_disabled, has_password, StaffUser.totp_secret != ""),
        "invited": sa.and_(~is_disabled, ~has_password),
        "disabled": is_disabled,
        "no-factor": sa.and_(~is_disabled, has_password, StaffUser.totp_secret == ""),
    }[name]


def state_of(person: StaffUser) -> str:
    """The state of an account, one of ``STATES``."""
    if person.disabled_at is not None:
        return "disabled"
    if not person.password_hash:
        return "invited"
    return "active" if person.totp_secret else "no-factor"


def _last_seen(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    query = (
        sa.select(StaffSession.staff_id, sa.func.max(StaffSession.seen_at, type_=StaffSession.seen_at.type))
        .where(StaffSession.staff_id.in_(ids), StaffSession.stage == Stage.OPEN)
        .group_by(StaffSession.staff_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def invitation_expiry(session: Session, staff_id: int) -> datetime | None:
    """Until when the person's present link is valid; nothing when there is none."""
    valid = (Invitation.staff_id == staff_id, Invitation.used_at.is_(None), Invitation.expires_at > database_now())
    return session.scalar(sa.select(Invitation.expires_at).where(*valid).order_by(Invitation.id.desc()).limit(1))


def list_people(session: Session) -> Sequence[StaffUser]:
    """Every account, by login."""
    return session.scalars(sa.select(StaffUser).order_by(StaffUser.login)).all()
