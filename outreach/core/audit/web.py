"""The log as requests use it: who acts, and entries that stay although the request is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask import has_request_context, request

from outreach.core.audit.models import Outcome
from outreach.core.audit.recording import Actor, Target, record
from outreach.core.db import db, transaction_mode


class Person(Protocol):
    """A member of the staff as far as the log is concerned."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


def network() -> str:
    """The address that the request came from; empty outside of requests."""
    return (request.remote_addr or "") if has_request_context() else ""


def actor_of(staff: Person | None) -> Actor:
    """Who acts in this request: the signed-in person, or somebody unknown."""
    if staff is None:
        return Actor("public", None, "", network())
    return Actor("staff", staff.id, staff.name, network())


def record_at_once(
    *,
    actor: Actor,
    action: str,
    target: Target,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    outcome: Outcome = Outcome.DENIED,
) -> int:
    """Record in a transaction of its own, for what leads to no change: refusals, and reading that must be known.

    What the request wrote and did not commit is undone first. Returns the entry's number.
    """
    db.session.rollback()
    mode = transaction_mode.set("IMMEDIATE")
    try:
        with db.sessionmaker.begin() as session:
            entry = record(
                session, actor=actor, action=action, target=target, after=after, reason=reason, outcome=outcome
            )
            return entry.number
    finally:
        transaction_mode.reset(mode)
