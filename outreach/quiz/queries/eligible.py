"""Who has a chance in a draw, counted from the raw attempts: one chance a person, whatever the counts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, Contest, IntegritySignal, Participant, ScoreMode, SignalState
from outreach.quiz.queries.counted import COUNTED, best_from_attempts
from outreach.quiz.rules.draw import DrawPlan


def list_eligible(session: Session, contest: Contest, plan: DrawPlan) -> Sequence[tuple[int, str]]:
    """Participant ids and public ids, in the order of the ids. Confirmed signals and deleted people have no chance.

    One attempt must fulfil the plan; where rounds are added up, their sum must, but for the draw of a single day.
    """
    is_flagged = sa.exists().where(
        IntegritySignal.attempt_id == Attempt.id, IntegritySignal.state == SignalState.CONFIRMED
    )
    if contest.score_mode is ScoreMode.SUM and not plan.day:
        return _by_sum(session, contest, plan, ~is_flagged)
    conditions: list[sa.ColumnElement[bool]] = [
        Attempt.contest_id == contest.id,
        Attempt.state.in_(COUNTED),
        Attempt.centipoints >= max(plan.minimum_centipoints, 0),
        Participant.deleted_at.is_(None),
        ~is_flagged,
    ]
    if plan.is_full_only:
        conditions.append(Attempt.is_full.is_(True))
    if plan.day:
        conditions.append(Attempt.day == date.fromisoformat(plan.day))
    query = (
        sa.select(Participant.id, Participant.public_id)
        .join(Attempt, Attempt.participant_id == Participant.id)
        .where(*conditions)
        .distinct()
        .order_by(Participant.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _by_sum(
    session: Session, contest: Contest, plan: DrawPlan, is_fair: sa.ColumnElement[bool]
) -> Sequence[tuple[int, str]]:
    best = best_from_attempts(contest.id, contest.score_mode, is_fair)
    query = (
        sa.select(Participant.id, Participant.public_id)
        .join(best, best.c.participant_id == Participant.id)
        .where(best.c.centipoints >= max(plan.minimum_centipoints, 0), Participant.deleted_at.is_(None))
        .order_by(Participant.id)
    )
    if plan.is_full_only:
        query = query.where(best.c.is_full)
    return [(row[0], row[1]) for row in session.execute(query)]
