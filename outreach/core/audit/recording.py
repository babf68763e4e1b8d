"""Writing the audit log, in the transaction of the change itself: both are kept, or neither is.

Record after the writes, as the last thing before the commit: the head of the log is one row, and who holds it lets
everybody else who records wait. Several objects in one action go through ``record_all``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import sqlalchemy as sa
from flask import current_app, has_request_context, request
from sqlalchemy.orm import Session

from outreach.core.audit.chain import Keyring, hash_of
from outreach.core.audit.models import AuditEntry, AuditHead, Outcome
from outreach.core.audit.values import clean, plain
from outreach.core.database_clock import database_now
from outreach.core.edge import REQUEST_ID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``id`` is the person's of the staff; ``network`` the address that the action came from."""

    kind: Literal["staff", "system", "public"]
    id: int | None
    name: str
    network: str = ""


_HEAD = cast(sa.Table, AuditHead.__table__)
#: What the site does by itself: due publications, sweeps, commands.
SYSTEM = Actor("system", None, "system")


@dataclass(frozen=True, slots=True)
class Target:
    """What is acted on: its kind (``registration``), its key (a number that people know), and how it is called."""

    kind: str
    key: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One object of an action on several."""

    target: Target
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    target: Target,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
) -> AuditEntry:
    """Add one entry to the log. Personal values must be ``masked`` before."""
    events = [Event(target, before, after)]
    return record_all(session, actor=actor, action=action, events=events, reason=reason, outcome=outcome)[0]


def record_all(
    session: Session,
    *,
    actor: Actor,
    action: str,
    events: Sequence[Event],
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
) -> list[AuditEntry]:
    """Add one entry for each object of an action, next to each other."""
    if not events:
        return []
    session.flush()
    last, previous_hash, moment = _count(session, len(events))
    keys: Keyring = current_app.extensions["audit_keys"]
    entries = []
    for number, one in enumerate(events, start=last - len(events) + 1):
        entry = _entry(actor, action, one, reason, outcome)
        entry.number, entry.recorded_at, entry.previous_hash = number, moment, previous_hash
        entry.hash = previous_hash = hash_of(entry)
        entry.key_id, entry.seal = keys.sealing_id, keys.seal(entry.hash)
        entries.append(entry)
    session.add_all(entries)
    session.flush()
    session.execute(sa.update(_HEAD).where(_HEAD.c.id == 1, _HEAD.c.number == last).values(hash=previous_hash))
    return entries


def _count(session: Session, count: int) -> tuple[int, str, Any]:
    """Take ``count`` numbers. The update locks the head until the transaction ends, so numbers have no gaps."""
    taken = session.execute(
        sa.update(_HEAD)
        .where(_HEAD.c.id == 1)
        .values(number=_HEAD.c.number + count)
        .returning(_HEAD.c.number, _HEAD.c.hash, database_now())
    ).one()
    return taken[0], taken[1], taken[2]


def _entry(actor: Actor, action: str, one: Event, reason: str, outcome: Outcome) -> AuditEntry:
    return AuditEntry(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=clean(actor.name, 300),
        network=clean(actor.network, 64),
        action=clean(action, 64),
        target_kind=clean(one.target.kind, 64),
        target_key=clean(one.target.key, 200),
        target_label=clean(str(one.target.label), 300),
        before=None if one.before is None else plain(one.before),
        after=None if one.after is None else plain(one.after),
        reason=clean(reason),
        outcome=outcome,
        request_id=clean(request.environ.get(REQUEST_ID, ""), 64) if has_request_context() else "",
    )
