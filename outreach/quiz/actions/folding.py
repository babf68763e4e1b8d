"""Folding deltas into counts, every second or two. One folder at a time; nobody who submits waits for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.db import Base
from outreach.quiz.models import CountyStat, FoldState, HistogramBin, ScoreDelta, UnitStat
from outreach.quiz.moments import moment
from outreach.quiz.writing import insert

#: Deltas of one transaction.
BATCH: Final = 5000
_COUNTS: Final = ("attempts", "participants", "centipoints", "full_marks")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """One round: how many deltas it took, and its number."""

    fold_id: int
    deltas: int


def fold(session: Session, *, limit: int = BATCH) -> Folded:
    """Take up to ``limit`` deltas into the counts. Commit after each round; call again while it was full.

    A delta is taken exactly once, however late its transaction committed: what is taken is marked, not counted past.
    """
    fold_id = _begin(session)
    waiting = (
        sa.select(ScoreDelta.id).where(ScoreDelta.fold_id.is_(None)).order_by(ScoreDelta.id).limit(limit)
    ).scalar_subquery()
    deltas = session.execute(
        sa.update(ScoreDelta)
        .where(ScoreDelta.id.in_(waiting))
        .values(fold_id=fold_id)
        .returning(*(column for column in ScoreDelta.__table__.c if column.name not in ("id", "at", "fold_id")))
        .execution_options(synchronize_session=False)
    ).all()
    _add_counts(session, CountyStat, _grouped(deltas, "county_code"), "county_code")
    _add_counts(session, UnitStat, _grouped([one for one in deltas if one.unit_code], "unit_code"), "unit_code")
    _add_bins(session, deltas)
    state = {"deltas": FoldState.deltas + len(deltas), "folded_at": moment()}
    session.execute(sa.update(FoldState).where(FoldState.id == 1).values(**state))
    return Folded(fold_id, len(deltas))


def _begin(session: Session) -> int:
    """The next fold's number; its row keeps other folders out until the transaction ends."""
    first = insert(session, FoldState).values(id=1, fold_id=0, deltas=0, folded_at=moment())
    session.execute(first.on_conflict_do_nothing())
    counting = sa.update(FoldState).where(FoldState.id == 1).values(fold_id=FoldState.fold_id + 1)
    return session.scalars(counting.returning(FoldState.fold_id)).one()


def _grouped(deltas: Iterable[Any], name: str) -> dict[Key, list[int]]:
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for delta in deltas:
        total = sums[delta.contest_id, getattr(delta, name)]
        for index, count in enumerate(_COUNTS):
            total[index] += getattr(delta, count)
    return sums


def _add_counts(session: Session, model: type[Base], sums: dict[Key, list[int]], name: str) -> None:
    """In key order, so that two writers can never wait for each other."""
    columns = model.__table__.c
    for (contest_id, code), counts in sorted(sums.items()):
        key = {"contest_id": contest_id, name: code}
        _add(session, model, key, dict(zip(_COUNTS, counts, strict=True)), columns)


def _add_bins(session: Session, deltas: Sequence[Any]) -> None:
    changes: dict[Key, int] = defaultdict(int)
    for delta in deltas:
        if delta.old_centipoints is not None:
            changes[delta.contest_id, delta.bracket, delta.old_centipoints, delta.old_second] -= 1
        if delta.new_centipoints is not None:
            changes[delta.contest_id, delta.bracket, delta.new_centipoints, delta.new_second] += 1
    columns = HistogramBin.__table__.c
    for key, change in sorted(changes.items()):
        if change:
            names = ("contest_id", "bracket", "centipoints", "second")
            _add(session, HistogramBin, dict(zip(names, key, strict=True)), {"count": change}, columns)


def _add(session: Session, model: type[Base], key: dict[str, Any], changes: dict[str, int], columns: Any) -> None:
    """Add to an existing row, or make it. An UPDATE first: a proposed row may not be negative even for a moment."""
    where = [columns[name] == value for name, value in key.items()]
    added = {name: columns[name] + change for name, change in changes.items()}
    updated = session.execute(sa.update(model).where(*where).values(**added))
    if updated.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result has it
        session.execute(sa.insert(model).values(**key, **changes))
