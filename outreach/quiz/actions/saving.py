"""Saving answers: in batches, as often as one likes. The higher sequence number wins, whatever arrives when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions.locking import LockedAttempt, lock_attempt
from outreach.quiz.models import Answer, Attempt, AttemptState
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import grading, receipts, wording
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.writing import INSERTS, run, stale, table_of


@dataclass(frozen=True, slots=True)
class SaveResult:
    """``accepted``: positions that were taken now; the others had the same or a newer answer already."""

    accepted: tuple[int, ...]
    receipt: str
    remaining_ms: int


def save(
    session: Session, public_id: str, participant_id: int, batch: Sequence[SavedAnswer], *, waited_s: float = 0.0
) -> SaveResult:
    """Store answers of an open attempt. Raises ``Refused`` and stores nothing when closed, late, paused, senseless."""
    attempt = lock_attempt(session, public_id, participant_id, waited_s=waited_s)
    check_writable(attempt)
    check_batch(session, attempt, batch)
    return store(session, attempt, batch)


def check_writable(attempt: LockedAttempt) -> None:
    """Raises ``Refused`` unless answers count now."""
    if attempt.state is not AttemptState.OPEN:
        raise Refused(Refusal.ALREADY_CLOSED)
    if attempt.is_paused:
        raise Refused(Refusal.PAUSED)
    if not attempt.is_in_time:
        raise Refused(Refusal.LATE)


def check_batch(session: Session, attempt: LockedAttempt, batch: Sequence[SavedAnswer]) -> None:
    """Raises ``Refused`` when an answer names a question or an option that this paper has not."""
    blobs = list_blobs(session, [question.version_id for question in attempt.paper])
    for answer in batch:
        if not (0 <= answer.position < len(attempt.paper) and 1 <= answer.sequence <= receipts.LAST_SEQUENCE):
            raise Refused(Refusal.MALFORMED, "position")
        question = attempt.paper[answer.position]
        content = blobs[question.version_id].content
        is_readable = not any(wording.unreadable(text) for text in answer.value)
        if not (is_readable and grading.is_wellformed(question, answer.position, attempt.seed, content, answer.value)):
            raise Refused(Refusal.MALFORMED, "value")


def store(session: Session, attempt: LockedAttempt, batch: Sequence[SavedAnswer]) -> SaveResult:
    """Write the answers that are newer than what is stored, and lengthen the chain of receipts by them."""
    candidates = receipts.newest(batch)
    if not candidates:
        return SaveResult((), attempt.receipt, attempt.remaining_ms)
    rows = [
        {
            "attempt_id": attempt.id,
            "position": answer.position,
            "sequence": answer.sequence,
            "value": list(answer.value),
            "saved_at": attempt.arrived_at,
        }
        for answer in candidates
    ]
    taken = set(run(session, _upsert, rows if len(rows) > 1 else rows[0]).scalars())
    accepted = [answer for answer in candidates if answer.position in taken]
    if not accepted:
        return SaveResult((), attempt.receipt, attempt.remaining_ms)
    receipt = receipts.next_link(attempt.receipt, accepted)
    run(session, _lengthen(), {"attempt_id": attempt.id, "new_receipt": receipt})
    stale(session, Attempt, attempt.id)
    return SaveResult(tuple(answer.position for answer in accepted), receipt, attempt.remaining_ms)


@cache
def _upsert(dialect: str) -> Any:
    """Insert an answer, or replace an older one; returns the positions that were written."""
    table = table_of(Answer)
    statement = INSERTS[dialect](table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["attempt_id", "position"],
        set_={"sequence": new.sequence, "value": new.value, "saved_at": new.saved_at},
        where=new.sequence > table.c.sequence,
    ).returning(table.c.position)


@cache
def _lengthen() -> sa.Update:
    table = table_of(Attempt)
    return (
        sa.update(table)
        .where(table.c.id == sa.bindparam("attempt_id"), table.c.state == AttemptState.OPEN)
        .values(receipt=sa.bindparam("new_receipt"), save_count=table.c.save_count + 1)
    )
