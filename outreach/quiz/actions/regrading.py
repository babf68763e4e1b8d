"""A key is corrected: papers that hold the version are marked again, in steps that may be killed and repeated.

Each step locks its attempts, so one that is being submitted at this moment is waited for, and one that is submitted
later is marked by the corrected key anyway. The old and the new score of every change are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.actions.closing import mark
from outreach.quiz.actions.locking import LockedAttempt, lock_by_id
from outreach.quiz.actions.scores import COUNTED, settle
from outreach.quiz.models import (
    Attempt,
    AttemptState,
    KeyCorrection,
    PoolEntry,
    QuestionVersion,
    RegradeChange,
    RegradeRun,
)
from outreach.quiz.moments import database_now, moment
from outreach.quiz.rules import questions
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
    for attempt_id, may_hold in found:
        if may_hold:
            run.changed += _regrade(session, run.id, attempt_id, correction.version_id)
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


def _regrade(session: Session, run_id: int, attempt_id: int, version_id: int) -> bool:
    """Mark one attempt again; True when its score changed."""
    attempt = lock_by_id(session, attempt_id)
    if attempt is None or attempt.state is AttemptState.OPEN:
        return False
    if version_id not in [question.version_id for question in attempt.paper]:
        return False
    marks = mark(session, attempt)
    row = session.execute(sa.select(Attempt.centipoints, Attempt.marks).where(Attempt.id == attempt_id)).one()
    if list(marks.marks) == row.marks:
        return False
    values = {"centipoints": marks.total, "marks": list(marks.marks), "is_full": marks.is_full}
    session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(**values))
    _keep(session, run_id, attempt, row.centipoints, marks.total)
    if attempt.state in COUNTED:
        settle(session, attempt.contest_id, attempt.participant_id)
    return True


def _keep(session: Session, run_id: int, attempt: LockedAttempt, old: int | None, new: int) -> None:
    values = {"run_id": run_id, "attempt_id": attempt.id, "old_centipoints": old or 0, "new_centipoints": new}
    session.execute(insert(session, RegradeChange).values(at=moment(), **values).on_conflict_do_nothing())


def unfinished_runs(session: Session) -> Sequence[int]:
    """Runs that were begun and not ended, the oldest first."""
    return session.scalars(
        sa.select(RegradeRun.id).where(RegradeRun.finished_at.is_(None)).order_by(RegradeRun.id)
    ).all()
