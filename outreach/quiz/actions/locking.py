"""An attempt under its lock, with what the database's clock says of it in the same statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, AttemptState, Contest, Participant
from outreach.quiz.moments import millis_between, moment
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import deadlines, papers
from outreach.quiz.rules.papers import PaperQuestion

GRACE_S: Final = deadlines.GRACE.total_seconds()


@dataclass(frozen=True, slots=True)
class LockedAttempt:
    """The row, and the clock's verdict on a request that arrived at ``arrived_at``."""

    id: int
    public_id: str
    contest_id: int
    participant_id: int
    state: AttemptState
    seed: str
    paper: tuple[PaperQuestion, ...]
    started_at: datetime
    deadline_at: datetime
    receipt: str
    is_extended: bool
    seconds_per_paper: int
    score_mode: str
    is_paused: bool
    is_in_time: bool
    arrived_at: datetime
    elapsed_ms: int
    allowed_ms: int
    remaining_ms: int


def lock_attempt(
    session: Session, public_id: str, participant_id: int, *, waited_s: float = 0.0, is_scored: bool = False
) -> LockedAttempt:
    """The participant's attempt, locked until the transaction ends. Raises ``Refused`` for anybody else's.

    ``waited_s``: how long ago the request arrived at this machine (it may have waited for the database).
    ``is_scored``: the participant is locked too, because counts will change.
    """
    found = _lock(
        session,
        (Attempt.public_id == public_id, Attempt.participant_id == participant_id),
        waited_s=waited_s,
        is_scored=is_scored,
    )
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


def lock_by_id(session: Session, attempt_id: int) -> LockedAttempt | None:
    """The same for sweeps and staff, participant included."""
    return _lock(session, (Attempt.id == attempt_id,), waited_s=0.0, is_scored=True)


def _lock(
    session: Session, conditions: tuple[sa.ColumnElement[bool], ...], *, waited_s: float, is_scored: bool
) -> LockedAttempt | None:
    waited = min(max(waited_s, 0.0), deadlines.LONGEST_WAIT.total_seconds())
    arrived = moment(-waited)
    query = (
        sa.select(
            Attempt.id,
            Attempt.public_id,
            Attempt.contest_id,
            Attempt.participant_id,
            Attempt.state,
            Attempt.seed,
            Attempt.paper,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.receipt,
            Attempt.is_extended,
            Contest.seconds_per_paper,
            Contest.score_mode,
            Contest.paused_at.is_not(None),
            Attempt.deadline_at >= moment(-waited - GRACE_S),
            arrived,
            millis_between(arrived, Attempt.started_at) - Attempt.paused_ms,
            millis_between(Attempt.deadline_at, Attempt.started_at) - Attempt.paused_ms,
            millis_between(Attempt.deadline_at, moment()),
        )
        .join(Contest, Contest.id == Attempt.contest_id)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(*conditions)
        .with_for_update(of=[Attempt, Participant] if is_scored else Attempt, key_share=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    values = [*row]
    values[6] = papers.from_rows(row[6])
    values[16], values[18] = max(row[16], 0), max(row[18], 0)
    return LockedAttempt(*values)
