"""Notes of what changed, written in the transaction that changes it: outbox rows, generation tokens, the epoch.

Nothing here commits. The indexer reads the rows after the commit; pages and caches compare the tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.models import DataGeneration, OutboxOperation, SearchEpoch, SearchOutbox

#: Rows sent to the database in one call.
BATCH = 10_000


def record_changes(
    session: Session, kind: str, ids: Iterable[int], operation: OutboxOperation = OutboxOperation.UPSERT
) -> int:
    """Note that the objects ``ids`` of ``kind`` were written or deleted; returns how many. Costs no read per object."""
    created_at = now()
    rows = [
        {"kind": kind, "object_id": object_id, "operation": operation, "created_at": created_at} for object_id in ids
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(SearchOutbox).inline(), rows[start : start + BATCH])
    if rows:
        ensure_epoch(session)
    return len(rows)


def record_reload(session: Session, kind: str) -> None:
    """Note that so much of ``kind`` changed that the index is better rebuilt than followed."""
    record_changes(session, kind, [0], OutboxOperation.RELOAD)


def touch_generation(session: Session, name: str) -> str:
    """Give the body of data ``name`` a new random token, so that every cache that hangs on it is stale. Returns it."""
    token = secrets.token_hex(16)
    values = {"name": name, "token": token, "changed_at": now()}
    statement = _insert(session, DataGeneration).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"token": statement.excluded.token, "changed_at": statement.excluded.changed_at},
        )
    )
    return token


def generation(session: Session, name: str) -> str:
    """The token of ``name`` as the session sees it; empty when that data was never written."""
    return session.scalar(sa.select(DataGeneration.token).where(DataGeneration.name == name)) or ""


def epoch(session: Session) -> str:
    """Which history this database belongs to; empty until something was recorded. A restore must change it."""
    return session.scalar(sa.select(SearchEpoch.epoch)) or ""


def ensure_epoch(session: Session) -> None:
    """Give a database that has no epoch one. Part of every recorded change, so it is there before any index."""
    if not epoch(session):
        session.execute(
            _insert(session, SearchEpoch).values(id=1, epoch=secrets.token_hex(16)).on_conflict_do_nothing()
        )


def renew_epoch(session: Session) -> str:
    """Begin a new history, as after a restore: an index made before it is discarded. Returns the new epoch."""
    token = secrets.token_hex(16)
    statement = _insert(session, SearchEpoch).values(id=1, epoch=token)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"epoch": statement.excluded.epoch}))
    return token


def _insert(session: Session, model: type[Any]) -> Any:
    """An INSERT that can say ON CONFLICT, in the dialect of the session's database."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model)
