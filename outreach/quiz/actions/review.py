"""What people decide about results: voiding with a reason, appeals, signals. Counts move with every decision."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.actions.locking import lock_by_id
from outreach.quiz.actions.scores import COUNTED, settle
from outreach.quiz.models import (
    Appeal,
    Attempt,
    AttemptState,
    Certificate,
    IntegritySignal,
    SignalState,
)
from outreach.quiz.moments import moment
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert


def void(session: Session, attempt_id: int, actor: Actor, reason: str) -> None:
    """Take a closed attempt out of the count; its marks stay on record. Raises ``Refused``."""
    attempt = lock_by_id(session, attempt_id)
    if attempt is None or not reason.strip():
        raise Refused(Refusal.NOT_FOUND if attempt is None else Refusal.MALFORMED, "reason")
    if attempt.state not in COUNTED:
        raise Refused(Refusal.ALREADY_CLOSED)
    values = {"state": AttemptState.VOID, "void_reason": reason, "voided_by": actor.name, "voided_at": moment()}
    session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(**values))
    settle(session, attempt.contest_id, attempt.participant_id, attempts_change=-1)
    revoking = sa.update(Certificate).where(Certificate.attempt_id == attempt_id, Certificate.revoked_at.is_(None))
    session.execute(revoking.values(revoked_at=moment(), revoke_reason=reason))
    seams.record(session, actor, Act("quiz:void", f"attempt:{attempt_id}", reason, {"state": attempt.state.value}))


def restore(session: Session, attempt_id: int, actor: Actor, reason: str) -> None:
    """Count a voided attempt again. Raises ``Refused``."""
    attempt = lock_by_id(session, attempt_id)
    if attempt is None or attempt.state is not AttemptState.VOID:
        raise Refused(Refusal.NOT_FOUND)
    expired = Attempt.submitted_at == Attempt.deadline_at
    state = sa.case((expired, AttemptState.EXPIRED.value), else_=AttemptState.SUBMITTED.value)
    session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(state=state, voided_at=None))
    settle(session, attempt.contest_id, attempt.participant_id, attempts_change=1)
    _give_back_certificate(session, attempt_id)
    seams.record(session, actor, Act("quiz:restore", f"attempt:{attempt_id}", reason))


def _give_back_certificate(session: Session, attempt_id: int) -> None:
    """The certificate that was revoked with the result holds again; not one that has a reason of its own."""
    reason = sa.select(Attempt.void_reason).where(Attempt.id == attempt_id).scalar_subquery()
    own = sa.update(Certificate).where(Certificate.attempt_id == attempt_id, Certificate.revoke_reason == reason)
    session.execute(own.values(revoked_at=None, revoke_reason="").execution_options(synchronize_session=False))


def appeal(session: Session, public_id: str, participant_id: int, text: str) -> Appeal:
    """The participant's objection to a voided attempt; one for each. Raises ``Refused``."""
    query = sa.select(Attempt.id).where(
        Attempt.public_id == public_id,
        Attempt.participant_id == participant_id,
        Attempt.state == AttemptState.VOID,
    )
    attempt_id = session.scalar(query)
    if attempt_id is None:
        raise Refused(Refusal.NOT_FOUND)
    values = {"attempt_id": attempt_id, "text": text, "made_at": moment(), "answer": "", "decided_by": ""}
    made = session.scalar(insert(session, Appeal).values(**values).on_conflict_do_nothing().returning(Appeal.id))
    if made is None:
        raise Refused(Refusal.ALREADY_CLOSED)
    return session.get_one(Appeal, made)


def decide_appeal(session: Session, appeal_id: int, actor: Actor, answer: str, *, is_granted: bool) -> None:
    """Answer an appeal; granting it restores the attempt. Who voided it may not decide. Raises ``Refused``."""
    found = session.execute(
        sa.select(Appeal.attempt_id, Attempt.voided_by)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .where(Appeal.id == appeal_id, Appeal.decided_at.is_(None))
    ).one_or_none()
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    if found.voided_by == actor.name or not answer.strip():
        raise Refused(Refusal.MALFORMED, "decider")
    values = {"is_granted": is_granted, "answer": answer, "decided_by": actor.name, "decided_at": moment()}
    session.execute(sa.update(Appeal).where(Appeal.id == appeal_id).values(**values))
    if is_granted:
        restore(session, found.attempt_id, actor, answer)
    seams.record(session, actor, Act("quiz:appeal", f"appeal:{appeal_id}", answer, after={"is_granted": is_granted}))


def decide_signal(session: Session, signal_id: int, actor: Actor, note: str, *, is_confirmed: bool) -> None:
    """What a person says of a signal. Voiding the attempt is a step of its own. Raises ``Refused``."""
    state = SignalState.CONFIRMED if is_confirmed else SignalState.CLEARED
    statement = sa.update(IntegritySignal).where(
        IntegritySignal.id == signal_id, IntegritySignal.state == SignalState.WAITING
    )
    values = {"state": state, "note": note, "decided_by": actor.name, "decided_at": moment()}
    if session.execute(statement.values(**values)).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Refused(Refusal.ALREADY_CLOSED)
    seams.record(session, actor, Act("quiz:signal", f"signal:{signal_id}", note, after={"state": state.value}))
