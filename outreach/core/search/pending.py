"""The reading side of the outbox: which recorded changes an index has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.db import db, transaction_mode
from outreach.core.search.models import OutboxOperation, SearchOutbox

#: Changes that an index takes in before it commits.
BATCH = 20_000
#: Changes that are cheaper to follow than to rebuild for, however small the index is.
ALWAYS_FOLLOWED = 50_000
#: How long seen rows are kept: longer than any rebuild takes, which reads the rows of its time at the end.
RETENTION = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the outbox. ``mark`` tells rows of equal ``seq`` in different histories of a database apart."""

    seq: int
    kind: str
    object_id: int
    mark: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What an index that has seen everything up to some row has not seen."""

    count: int
    seconds: float
    wants_rebuild: bool


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session for reading only, on one state of the database; it never waits for writers."""
    token = transaction_mode.set("DEFERRED")
    session = db.sessionmaker()
    try:
        yield session
    finally:
        session.close()
        transaction_mode.reset(token)


def list_changes(session: Session, after: int, limit: int = BATCH) -> list[Change]:
    """The next rows behind ``after`` in the order of their writing."""
    rows = session.execute(_rows().where(SearchOutbox.seq > after).order_by(SearchOutbox.seq).limit(limit))
    return [_change(row) for row in rows]


def find_change(session: Session, seq: int) -> Change | None:
    row = session.execute(_rows().where(SearchOutbox.seq == seq)).one_or_none()
    return None if row is None else _change(row)


def newest_change(session: Session) -> Change | None:
    row = session.execute(_rows().order_by(SearchOutbox.seq.desc()).limit(1)).one_or_none()
    return None if row is None else _change(row)


def oldest_seq(session: Session) -> int:
    """The lowest retained number; 0 in an empty outbox."""
    return session.scalar(sa.select(sa.func.min(SearchOutbox.seq))) or 0


def backlog(session: Session, after: int, documents: int) -> Backlog:
    """How far an index of ``documents`` documents is behind. Following costs more than rebuilding past a half."""
    unseen = SearchOutbox.seq > after
    count, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(SearchOutbox.created_at)).where(unseen)
    ).one()
    reloads = sa.select(SearchOutbox.seq).where(unseen, SearchOutbox.operation == OutboxOperation.RELOAD).limit(1)
    wants_rebuild = count > max(ALWAYS_FOLLOWED, documents // 2) or (count and session.scalar(reloads) is not None)
    seconds = (now() - oldest).total_seconds() if oldest else 0.0
    return Backlog(count, max(seconds, 0.0), bool(wants_rebuild))


def group_by_kind(changes: Sequence[Change]) -> dict[str, list[int]]:
    """Object ids by kind, each once, ascending. Writing and deleting look alike: the database says what there is."""
    found: dict[str, set[int]] = {}
    for change in changes:
        found.setdefault(change.kind, set()).add(change.object_id)
    return {kind: sorted(ids) for kind, ids in found.items()}


def prune(seen: int) -> int:
    """Delete rows that were seen long ago, about as many as returned; ``seen`` itself stays as this history's mark."""
    outdated = (SearchOutbox.seq < seen) & (SearchOutbox.created_at < now() - RETENTION)
    with snapshot() as session:
        first, last = session.execute(
            sa.select(sa.func.min(SearchOutbox.seq), sa.func.max(SearchOutbox.seq)).where(outdated)
        ).one()
    if first is None:
        return 0
    for start in range(first, last + 1, BATCH):  # in pieces, so that writers never wait long
        with db.sessionmaker.begin() as session:
            session.execute(sa.delete(SearchOutbox).where(outdated, SearchOutbox.seq < start + BATCH))
    return int(last - first + 1)


def _rows() -> sa.Select[int, str, int, datetime]:
    return sa.select(SearchOutbox.seq, SearchOutbox.kind, SearchOutbox.object_id, SearchOutbox.created_at)


def _change(row: sa.Row[int, str, int, datetime]) -> Change:
    seq, kind, object_id, created_at = row
    return Change(seq, kind, object_id, f"{kind}:{object_id}:{created_at.isoformat()}")
