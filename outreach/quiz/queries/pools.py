"""The fixed pool of a contest, kept in the process under the hash of all it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Contest, ContestQuota, PoolEntry
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.rules import marking
from outreach.quiz.rules.papers import PoolItem, Quota

MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Pool:
    """What papers are drawn from, and by which quotas."""

    items: tuple[PoolItem, ...]
    quotas: tuple[Quota, ...]

    @property
    def hash(self) -> str:
        items = [astuple(item) for item in sorted(self.items, key=lambda item: item.version_id)]
        text = "\n".join(map(repr, [*items, *(astuple(quota) for quota in self.quotas)]))
        return hashlib.sha256(text.encode()).hexdigest()


_kept: dict[str, Pool] = {}


def forget() -> None:
    """Empty the memory; for tests, whose databases are undone."""
    _kept.clear()


def find_pool(session: Session, contest_id: int, pool_hash: str) -> Pool:
    """The pool of a published contest."""
    if pool_hash not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[pool_hash] = Pool(tuple(_items(session, contest_id)), list_quotas(session, contest_id))
    return _kept[pool_hash]


def _items(session: Session, contest_id: int) -> Sequence[PoolItem]:
    entries = session.scalars(sa.select(PoolEntry).where(PoolEntry.contest_id == contest_id)).all()
    blobs = list_blobs(session, [entry.version_id for entry in entries])
    return [
        PoolItem(
            entry.version_id,
            entry.question_id,
            entry.topic,
            entry.difficulty,
            entry.kind.value,
            marking.option_count(blobs[entry.version_id].content),
        )
        for entry in entries
    ]


def list_quotas(session: Session, contest_id: int) -> tuple[Quota, ...]:
    """The quotas of a contest in their order."""
    query = sa.select(ContestQuota).where(ContestQuota.contest_id == contest_id).order_by(ContestQuota.position)
    return tuple(Quota(q.count, q.points, q.topic, q.difficulty, q.kind) for q in session.scalars(query))


def contest_of(session: Session, slug: str) -> Contest | None:
    """The contest with this slug, whatever its state; for staff and commands."""
    return session.scalar(sa.select(Contest).where(Contest.slug == slug))
