"""Closing an attempt, exactly once: by submitting, or by the sweep when the time is up.

The conditional UPDATE on ``state = 'open'`` decides who closes; marks, delta and best score are of the same
transaction. Whoever comes second gets what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.locking import GRACE_S, LockedAttempt, lock_attempt, lock_by_id
from outreach.quiz.actions.saving import check_batch, store
from outreach.quiz.actions.scores import Counted, Standing, add_result, standing_from, standing_query
from outreach.quiz.models import IS_OPEN, Answer, Attempt, AttemptState, Contest
from outreach.quiz.moments import moment
from outreach.quiz.queries.contents import Corrections, corrections_query, marking_keys
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import grading, order
from outreach.quiz.rules.order import Result
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.writing import run, stale, table_of


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What is stored. ``is_replay``: it was closed before; ``is_late``: what came with this call does not count."""

    attempt_id: int
    public_id: str
    state: AttemptState
    centipoints: int
    is_full: bool
    elapsed_ms: int
    submitted_at: datetime
    receipt: str
    is_replay: bool
    is_late: bool = False


def submit(
    session: Session,
    public_id: str,
    participant_id: int,
    batch: Sequence[SavedAnswer] = (),
    *,
    waited_s: float = 0.0,
) -> SubmitResult:
    """Close the attempt with the answers stored and those of ``batch``, or say how it was closed.

    After the time the attempt closes with what was saved in time. Raises ``Refused`` (unknown, paused, malformed).
    """
    attempt = lock_attempt(session, public_id, participant_id, waited_s=waited_s, is_scored=True)
    if attempt.state is not AttemptState.OPEN:
        return _stored(session, attempt.id)
    if attempt.is_paused:
        raise Refused(Refusal.PAUSED)
    if not attempt.is_in_time:
        return _close(session, attempt, AttemptState.EXPIRED)
    check_batch(session, attempt, batch)
    receipt = store(session, attempt, batch).receipt
    return _close(session, attempt, AttemptState.SUBMITTED, receipt=receipt)


def close_overdue(session: Session, attempt_id: int) -> SubmitResult | None:
    """Close one attempt whose time and grace are over; None when it is not so, or closed already."""
    attempt = lock_by_id(session, attempt_id)
    if attempt is None or attempt.state is not AttemptState.OPEN or attempt.is_paused or attempt.is_in_time:
        return None
    return _close(session, attempt, AttemptState.EXPIRED)


def overdue_ids(session: Session, limit: int) -> Sequence[int]:
    """Open attempts whose time and grace are over, the oldest first; none of a contest that stands still."""
    return session.scalars(
        sa.select(Attempt.id)
        .join(Contest, Contest.id == Attempt.contest_id)
        .where(IS_OPEN, Attempt.deadline_at < moment(-GRACE_S), Contest.paused_at.is_(None))
        .order_by(Attempt.deadline_at, Attempt.id)
        .limit(limit)
    ).all()


def _close(session: Session, attempt: LockedAttempt, state: AttemptState, *, receipt: str = "") -> SubmitResult:
    """Mark what is stored, then close: the caller holds the lock, and the condition holds it once more."""
    is_expired = state is AttemptState.EXPIRED
    elapsed_ms = max(attempt.allowed_ms, 0) if is_expired else attempt.elapsed_ms
    closed_at = attempt.deadline_at if is_expired else attempt.arrived_at
    marks, standing = _read_and_mark(session, attempt)
    rank_ms = order.rank_time_ms(elapsed_ms, attempt.seconds_per_paper, is_extended=attempt.is_extended)
    values = {
        "attempt_id": attempt.id,
        "new_state": state,
        "closed_at": closed_at,
        "new_elapsed_ms": elapsed_ms,
        "new_rank_ms": rank_ms,
        "new_centipoints": marks.total,
        "new_is_full": marks.is_full,
        "new_marks": list(marks.marks),
    }
    if run(session, _closing(), values).rowcount != 1:
        return _stored(session, attempt.id)
    stale(session, Attempt, attempt.id)
    new = Counted(Result(attempt.id, marks.total, rank_ms, closed_at), marks.is_full)
    add_result(session, attempt.contest_id, attempt.participant_id, new, mode=attempt.score_mode, standing=standing)
    return SubmitResult(
        attempt.id,
        attempt.public_id,
        state,
        marks.total,
        marks.is_full,
        elapsed_ms,
        closed_at,
        receipt or attempt.receipt,
        is_replay=False,
        is_late=is_expired,
    )


_A = table_of(Attempt)


@cache
def _closing() -> sa.Update:
    """Closes an open attempt; whoever finds it open no more changes nothing."""
    names = ("state", "elapsed_ms", "rank_ms", "centipoints", "is_full", "marks")
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}", type_=_A.c[name].type) for name in names}
    values["submitted_at"] = sa.bindparam("closed_at", type_=_A.c.submitted_at.type)
    where = (_A.c.id == sa.bindparam("attempt_id"), _A.c.state == AttemptState.OPEN)
    return sa.update(_A).where(*where).values(values)


@cache
def _reading() -> sa.Select[Any]:
    """Which corrections there are and what counts so far, with each answer; one row without one when there is none."""
    table, corrections, standing = table_of(Answer), corrections_query().subquery(), standing_query().subquery()
    own = table.c.attempt_id == sa.bindparam("attempt_id")
    columns = (*corrections.c, *standing.c, table.c.position, table.c.value)
    return sa.select(*columns).select_from(corrections.join(standing, sa.true()).outerjoin(table, own))


def _read_and_mark(session: Session, attempt: LockedAttempt) -> tuple[grading.Marks, Standing]:
    """The marks of what is stored, by the keys of this moment, and what counts so far for the participant.

    One statement, which may only run after the lock: a row that was waited for can be newer than its neighbours.
    """
    keys = {"attempt_id": attempt.id, "contest": attempt.contest_id, "participant": attempt.participant_id}
    rows = run(session, _reading(), keys).all()
    answers = {row.position: row.value for row in rows if row.position is not None}
    corrections, standing = Corrections(*rows[0][:3]), standing_from(rows[0][3:-2])
    versions = marking_keys(session, [question.version_id for question in attempt.paper], corrections)
    return grading.mark_paper(attempt.paper, attempt.seed, versions, answers), standing


def _stored(session: Session, attempt_id: int) -> SubmitResult:
    row = session.scalars(
        sa.select(Attempt).where(Attempt.id == attempt_id).execution_options(populate_existing=True)
    ).one()
    if row.submitted_at is None:
        raise Refused(Refusal.NOT_FOUND)
    return SubmitResult(
        row.id,
        row.public_id,
        row.state,
        row.centipoints or 0,
        row.is_full,
        row.elapsed_ms or 0,
        row.submitted_at,
        row.receipt,
        is_replay=True,
        is_late=row.state is AttemptState.EXPIRED,
    )
