"""Rankings as they are shown: snapshots, a participant's own place, and whether anything may be shown at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import (
    BestScore,
    Contest,
    CurrentSnapshot,
    HistogramBin,
    RankingRow,
    RankingSnapshot,
    ScoreDelta,
)
from outreach.quiz.moments import moment
from outreach.quiz.rules.order import Result


@dataclass(frozen=True, slots=True)
class Standing:
    """A participant's own place by the clock ``as_of``, among ``total`` participants."""

    place: int
    total: int
    centipoints: int
    rank_ms: int
    as_of: datetime


def is_frozen(session: Session, contest_id: int) -> bool:
    """Whether no ranking newer than the freeze may be shown, on any page, in any API and export."""
    query = sa.select(sa.literal(1)).where(
        Contest.id == contest_id, Contest.freeze_at <= moment(), Contest.unfrozen_at.is_(None)
    )
    return session.scalar(query) is not None


def public_snapshot(session: Session, contest_id: int) -> RankingSnapshot | None:
    """The snapshot that everybody may see."""
    query = sa.select(RankingSnapshot).join(CurrentSnapshot, CurrentSnapshot.public_id == RankingSnapshot.id)
    return session.scalar(query.where(CurrentSnapshot.contest_id == contest_id))


def list_rows(
    session: Session, snapshot_id: int, board: str, scope: str, *, start: int = 1, size: int = 100
) -> Sequence[RankingRow]:
    """Lines ``start`` and following of one ranking."""
    query = sa.select(RankingRow).where(
        RankingRow.snapshot_id == snapshot_id,
        RankingRow.board == board,
        RankingRow.scope == scope,
        RankingRow.place >= start,
    )
    return session.scalars(query.order_by(RankingRow.place).limit(size)).all()


def standing(session: Session, contest_id: int, participant_id: int, *, bracket: str | None = None) -> Standing | None:
    """The participant's exact place now: better bins, what the folder has yet to take, and the own bin row by row.

    None without a result, and while rankings are frozen. ``bracket``: the place within it instead of among all.
    """
    if is_frozen(session, contest_id):
        return None
    own = _own_result(session, contest_id, participant_id)
    if own is None:
        return None
    points, second = own.centipoints, own.second
    better = _sum_of_bins(contest_id, bracket, points, second)
    pending = _pending_change(contest_id, bracket, points, second)
    before = _before_in_bin(contest_id, bracket, own)
    row = session.execute(
        sa.select(
            better + pending + before,
            _sum_of_bins(contest_id, bracket) + _pending_change(contest_id, bracket),
            moment(),
        )
    ).one()
    return Standing(int(row[0]) + 1, int(row[1]), points, own.rank_ms, row[2])


def _own_result(session: Session, contest_id: int, participant_id: int) -> Result | None:
    best = session.get(BestScore, (contest_id, participant_id), populate_existing=True)
    return None if best is None else Result(best.attempt_id, best.centipoints, best.rank_ms, best.submitted_at)


def _sum_of_bins(
    contest_id: int, bracket: str | None, points: int | None = None, second: int = 0
) -> sa.ScalarSelect[int]:
    """Participants in better bins, or in all of them."""
    query = sa.select(sa.func.coalesce(sa.func.sum(HistogramBin.count), 0)).where(HistogramBin.contest_id == contest_id)
    if bracket is not None:
        query = query.where(HistogramBin.bracket == bracket)
    if points is not None:
        query = query.where(_is_better(HistogramBin.centipoints, HistogramBin.second, points, second))
    return query.scalar_subquery()


def _is_better(points_column: object, second_column: object, points: int, second: int) -> sa.ColumnElement[bool]:
    by_points: sa.ColumnElement[int] = points_column  # type: ignore[assignment]  # mapped columns are column elements
    by_second: sa.ColumnElement[int] = second_column  # type: ignore[assignment]  # mapped columns are column elements
    return sa.or_(by_points > points, sa.and_(by_points == points, by_second < second))


def _pending_change(
    contest_id: int, bracket: str | None, points: int | None = None, second: int = 0
) -> sa.ColumnElement[int]:
    """By how much deltas that are not folded yet change that sum."""
    won: sa.ColumnElement[bool] = ScoreDelta.new_centipoints.is_not(None)
    lost: sa.ColumnElement[bool] = ScoreDelta.old_centipoints.is_not(None)
    if points is not None:
        won = sa.and_(won, _is_better(ScoreDelta.new_centipoints, ScoreDelta.new_second, points, second))
        lost = sa.and_(lost, _is_better(ScoreDelta.old_centipoints, ScoreDelta.old_second, points, second))
    change = sa.case((won, 1), else_=0) - sa.case((lost, 1), else_=0)
    query = sa.select(sa.func.coalesce(sa.func.sum(change), 0)).where(
        ScoreDelta.contest_id == contest_id, ScoreDelta.fold_id.is_(None)
    )
    if bracket is not None:
        query = query.where(ScoreDelta.bracket == bracket)
    return query.scalar_subquery()


def _before_in_bin(contest_id: int, bracket: str | None, own: Result) -> sa.ScalarSelect[int]:
    """Participants of the same bin that stand before, by the rest of the total order."""
    at = sa.literal(own.submitted_at, BestScore.submitted_at.type)
    earlier = sa.or_(
        BestScore.submitted_at < at, sa.and_(BestScore.submitted_at == at, BestScore.attempt_id < own.attempt_id)
    )
    query = sa.select(sa.func.count()).where(
        BestScore.contest_id == contest_id,
        BestScore.centipoints == own.centipoints,
        BestScore.rank_ms >= own.second * 1000,
        sa.or_(BestScore.rank_ms < own.rank_ms, sa.and_(BestScore.rank_ms == own.rank_ms, earlier)),
    )
    if bracket is not None:
        query = query.where(BestScore.bracket == bracket)
    return query.scalar_subquery()
