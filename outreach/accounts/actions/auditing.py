"""What accounts write into the audit log, in one spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from outreach.accounts.models import StaffUser
from outreach.core.audit.models import Outcome
from outreach.core.audit.recording import Actor, Target, record

__all__ = ["Actor", "Outcome", "about", "note", "person_state"]


def about(person: StaffUser | None) -> Target:
    """The account that something is done to. Whoever is unknown stays so: people type passwords into that field."""
    return Target("account", person.login, person.name) if person else Target("account", "unknown")


def note(
    session: Session,
    actor: Actor,
    action: str,
    person: StaffUser | None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Add ``accounts.<action>`` to the log, in the transaction of the change."""
    record(
        session,
        actor=actor,
        action=f"accounts.{action}",
        target=about(person),
        before=before,
        after=after,
        reason=reason,
        outcome=outcome,
    )


def person_state(person: StaffUser) -> dict[str, Any]:
    """What the log keeps of an account: its name and rights, nothing secret."""
    return {
        "name": person.name,
        "roles": sorted(item.role for item in person.roles),
        "counties": sorted(item.county_slug for item in person.counties),
        "is_disabled": person.disabled_at is not None,
    }
