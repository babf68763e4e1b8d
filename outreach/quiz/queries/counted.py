"""Results counted from the raw attempts: what every other count must equal."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from outreach.quiz.models import Attempt, AttemptState, ContestRound, Participant, ScoreMode

COUNTED: Final = (AttemptState.SUBMITTED, AttemptState.EXPIRED)


def best_from_attempts(contest_id: int, mode: ScoreMode, *conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    """What counts for every participant, with the columns of ``BestScore``; ``conditions``: on the attempts."""
    orders: dict[ScoreMode, tuple[Any, ...]] = {
        ScoreMode.BEST: (Attempt.centipoints.desc(), Attempt.rank_ms, Attempt.submitted_at, Attempt.id),
        ScoreMode.FIRST: (Attempt.id,),
        ScoreMode.LAST: (Attempt.id.desc(),),
    }
    orders[ScoreMode.SUM] = orders[ScoreMode.BEST]
    among = [Attempt.participant_id, *([Attempt.round_no] if mode is ScoreMode.SUM else [])]
    turn = sa.func.row_number().over(partition_by=among, order_by=orders[mode]).label("turn")
    inner = (
        sa.select(
            Attempt.contest_id,
            Attempt.participant_id,
            Attempt.id.label("attempt_id"),
            Attempt.centipoints,
            Attempt.rank_ms,
            Attempt.submitted_at,
            Attempt.is_full,
            turn,
        )
        .where(Attempt.contest_id == contest_id, Attempt.state.in_(COUNTED), *conditions)
        .subquery()
    )
    counting = _added_up(inner, contest_id) if mode is ScoreMode.SUM else _first(inner)
    groups = (Participant.county_code, Participant.unit_code, Participant.bracket)
    return (
        sa.select(*counting.c, *groups)
        .join_from(counting, Participant, Participant.id == counting.c.participant_id)
        .subquery()
    )


def _first(inner: sa.Subquery) -> sa.Subquery:
    return sa.select(*[column for column in inner.c if column.name != "turn"]).where(inner.c.turn == 1).subquery()


def _added_up(inner: sa.Subquery, contest_id: int) -> sa.Subquery:
    """The rounds' best as one result; ``rules.order.added_up`` says the same. Full: full marks in every round."""
    rounds = sa.select(sa.func.count()).where(ContestRound.contest_id == contest_id).scalar_subquery()
    return (
        sa.select(
            inner.c.contest_id,
            inner.c.participant_id,
            sa.func.max(inner.c.attempt_id).label("attempt_id"),
            sa.cast(sa.func.sum(inner.c.centipoints), sa.Integer).label("centipoints"),
            sa.cast(sa.func.sum(inner.c.rank_ms), sa.Integer).label("rank_ms"),
            sa.func.max(inner.c.submitted_at).label("submitted_at"),
            (sa.func.sum(sa.case((inner.c.is_full, 1), else_=0)) == rounds).label("is_full"),
        )
        .where(inner.c.turn == 1)
        .group_by(inner.c.contest_id, inner.c.participant_id)
        .subquery()
    )
