"""What other slices may know of accounts: who could take something on."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from outreach.accounts.models import StaffUser
from outreach.core.permissions import Permission, known_roles, permissions_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as colleagues see them."""

    id: int
    name: str


def list_colleagues(session: Session, permission: Permission) -> list[Colleague]:
    """Everybody whose account is open and who holds the right, by name."""
    people = session.scalars(
        sa.select(StaffUser).where(StaffUser.disabled_at.is_(None)).options(selectinload(StaffUser.roles))
    )
    found = [
        Colleague(one.id, one.name)
        for one in people
        if permission in permissions_of(known_roles(role.role for role in one.roles))
    ]
    return sorted(found, key=lambda one: (one.name, one.id))
