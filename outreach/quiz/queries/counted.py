"""Results counted from the raw attempts: what every other count must equal."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from outreach.quiz.models import Attempt, AttemptState, Participant, ScoreMode

COUNTED: Final = (AttemptState.SUBMITTED, AttemptState.EXPIRED)


def best_from_attempts(contest_id: int, mode: ScoreMode) -> sa.Subquery:
    """The counting attempt of every participant, with the columns of ``BestScore``."""
    orders: dict[ScoreMode, tuple[Any, ...]] = {
        ScoreMode.BEST: (Attempt.centipoints.desc(), Attempt.rank_ms, Attempt.submitted_at, Attempt.id),
        ScoreMode.FIRST: (Attempt.id,),
        ScoreMode.LAST: (Attempt.id.desc(),),
    }
    turn = sa.func.row_number().over(partition_by=Attempt.participant_id, order_by=orders[mode]).label("turn")
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
        .where(Attempt.contest_id == contest_id, Attempt.state.in_(COUNTED))
        .subquery()
    )
    groups = (Participant.county_code, Participant.unit_code, Participant.bracket)
    return (
        sa.select(*[column for column in inner.c if column.name != "turn"], *groups)
        .join_from(inner, Participant, Participant.id == inner.c.participant_id)
        .where(inner.c.turn == 1)
        .subquery()
    )
