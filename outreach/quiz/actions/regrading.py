"""A key is corrected: papers that hold the version are marked again, in steps that may be killed and repeated.

Each step locks its attempts, so one that is being submitted at this moment is waited for, and one that is submitted
later is marked by the corrected key anyway. The old and the new score of every change are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.actions.locking import LockedAttempt, lock_several
from outreach.quiz.actions.scores import COUNTED, settle
from outreach.quiz.models import (
    Answer,
    Attempt,
    AttemptState,
    KeyCorrection,
    PoolEntry,
    QuestionVersion,
    RegradeChange,
    RegradeRun,
)
from outreach.quiz.moments import database_now, moment
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.rules import questions
from outreach.quiz.rules.grading import Marks, mark_paper
from outreach.quiz.rules.questions import Fault, QuestionContent, from_dict
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert

#: Attempts of one transaction.
STEP: Final = 200


class CorrectionInvalid(Exception):
    """The corrected key is faulty, or changes more than the key."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field} {fault.code}" for fault in faults))


def correct_key(
    session: Session, version_id: int, content: QuestionContent, actor: Actor, reason: str, *, is_for_all: bool = False
) -> RegradeRun:
    """Record a corrected key and the run that will mark again; commit, then call ``regrade_step`` until it is done.

    Raises ``CorrectionInvalid``.
    """
    version = session.get_one(QuestionVersion, version_id)
    faults = [*questions.faults(content), *_beyond_the_key(from_dict(version.content), content)]
    if faults or not reason.strip():
        raise CorrectionInvalid(faults or [Fault("reason", questions.MISSING)])
    now = database_now(session)
    correction = KeyCorrection(
        version_id=version_id,
        content=content.as_dict(),
        is_for_all=is_for_all,
        reason=reason,
        made_by=actor.name,
        made_at=now,
    )
    session.add(correction)
    session.flush()
    run = RegradeRun(correction_id=correction.id, started_at=now)
    session.add(run)
    session.flush()
    seams.record(session, actor, Act("quiz:key-corrected", f"version:{version_id}", reason))
    return run


def _beyond_the_key(old: QuestionContent, new: QuestionContent) -> list[Fault]:
    """What a correction may not touch: what participants saw."""
    shown = [
        ("kind", old.kind, new.kind),
        ("stem", old.stem, new.stem),
        ("image", old.image and old.image.sha256, new.image and new.image.sha256),
        ("options", [one.text for one in old.options], [one.text for one in new.options]),
    ]
    return [Fault(name, questions.NOT_ALLOWED) for name, before, after in shown if before != after]


def regrade_step(session: Session, run_id: int, *, limit: int = STEP) -> bool:
    """Mark the next attempts again; True while there are more. One transaction each, committed by the caller."""
    run = session.scalars(sa.select(RegradeRun).where(RegradeRun.id == run_id).with_for_update()).one()
    if run.finished_at is not None:
        return False
    correction = session.get_one(KeyCorrection, run.correction_id)
    found = _next_attempts(session, correction.version_id, run.last_attempt_id, limit)
    held = [attempt_id for attempt_id, may_hold in found if may_hold]
    if held:
        run.changed += _regrade(session, run.id, held, correction.version_id)
    run.checked += len(found)
    if found:
        run.last_attempt_id = found[-1][0]
    if len(found) < limit:
        run.finished_at = database_now(session)
    session.flush()
    return run.finished_at is None


def _next_attempts(session: Session, version_id: int, after_id: int, limit: int) -> Sequence[tuple[int, bool]]:
    """Attempts of contests whose pool has the version, open ones included (they are waited for).

    With each: whether its paper may hold the version. A paper never changes, so the others need no lock; the text can
    only tell them apart roughly (an option order may begin with the same number), so the lock's holder looks again.
    """
    contests = sa.select(PoolEntry.contest_id).where(PoolEntry.version_id == version_id)
    may_hold = sa.type_coerce(Attempt.paper, sa.Text).contains(f"[{version_id},")
    query = sa.select(Attempt.id, may_hold).where(Attempt.contest_id.in_(contests), Attempt.id > after_id)
    return [(row[0], bool(row[1])) for row in session.execute(query.order_by(Attempt.id).limit(limit))]


def _regrade(session: Session, run_id: int, attempt_ids: Sequence[int], version_id: int) -> int:
    """Mark these attempts again; how many scores changed."""
    attempts = [one for one in lock_several(session, attempt_ids) if _is_marked_by(one, version_id)]
    marks, stored = _mark(session, attempts), _stored(session, attempts)
    changed = [one for one in attempts if list(marks[one.id].marks) != stored[one.id].marks]
    if not changed:
        return 0
    session.execute(sa.update(Attempt), [_new_values(one.id, marks[one.id]) for one in changed])
    changes = [
        {
            "run_id": run_id,
            "attempt_id": one.id,
            "old_centipoints": stored[one.id].centipoints or 0,
            "new_centipoints": marks[one.id].total,
        }
        for one in changed
    ]
    session.execute(insert(session, RegradeChange).values(at=moment()).on_conflict_do_nothing(), changes)
    counted = {(one.contest_id, one.participant_id) for one in changed if one.state in COUNTED}
    for contest_id, participant_id in sorted(counted):
        settle(session, contest_id, participant_id)
    return len(changed)


def _is_marked_by(attempt: LockedAttempt, version_id: int) -> bool:
    is_held = any(question.version_id == version_id for question in attempt.paper)
    return is_held and attempt.state is not AttemptState.OPEN


def _mark(session: Session, attempts: Sequence[LockedAttempt]) -> dict[int, Marks]:
    """The marks of what is stored, by the keys of this moment."""
    answers: dict[int, dict[int, Sequence[str]]] = {one.id: {} for one in attempts}
    query = sa.select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(answers))
    for attempt_id, position, value in session.execute(query):
        answers[attempt_id][position] = value
    keys = marking_keys(session, {question.version_id for one in attempts for question in one.paper})
    return {one.id: mark_paper(one.paper, one.seed, keys, answers[one.id]) for one in attempts}


def _stored(session: Session, attempts: Sequence[LockedAttempt]) -> dict[int, Any]:
    query = sa.select(Attempt.id, Attempt.centipoints, Attempt.marks).where(
        Attempt.id.in_([one.id for one in attempts])
    )
    return {row.id: row for row in session.execute(query)}


def _new_values(attempt_id: int, marks: Marks) -> dict[str, Any]:
    return {"id": attempt_id, "centipoints": marks.total, "marks": list(marks.marks), "is_full": marks.is_full}


def unfinished_runs(session: Session) -> Sequence[int]:
    """Runs that were begun and not ended, the oldest first."""
    return session.scalars(
        sa.select(RegradeRun.id).where(RegradeRun.finished_at.is_(None)).order_by(RegradeRun.id)
    ).all()
