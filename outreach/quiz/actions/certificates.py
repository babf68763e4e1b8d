"""Certificates: one for an attempt that passed, found again by an unguessable code."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.models import Attempt, Certificate, Contest, Participant
from outreach.quiz.moments import moment
from outreach.quiz.queries.counted import COUNTED
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import tokens
from outreach.quiz.seams import Act, Actor
from outreach.quiz.writing import insert

#: 24 letters of 32: 120 bits.
CODE_LENGTH = 24


def issue(session: Session, public_id: str, participant_id: int, name: str) -> Certificate:
    """The certificate of a passed attempt; asking again gives the same one. Raises ``Refused``.

    ``name``: what is printed, the nickname unless the participant gives another; it is checked by the caller's form.
    """
    row = session.execute(
        sa.select(Attempt.id, Attempt.contest_id, Attempt.centipoints)
        .join(Contest, Contest.id == Attempt.contest_id)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(
            Attempt.public_id == public_id,
            Attempt.participant_id == participant_id,
            Attempt.state.in_(COUNTED),
            Attempt.centipoints >= Contest.pass_centipoints,
            Participant.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise Refused(Refusal.NOT_FOUND)
    statement = insert(session, Certificate).values(
        code=tokens.new_code(CODE_LENGTH).replace("-", ""),
        contest_id=row.contest_id,
        attempt_id=row.id,
        name=name,
        centipoints=row.centipoints,
        issued_at=moment(),
        revoke_reason="",
    )
    session.execute(statement.on_conflict_do_nothing())
    return session.scalars(sa.select(Certificate).where(Certificate.attempt_id == row.id)).one()


def find_certificate(session: Session, code: str) -> Certificate | None:
    """The certificate of a code, however it was typed; revoked ones too, so that the page can say so."""
    return session.scalar(sa.select(Certificate).where(Certificate.code == tokens.code_key(code)))


def revoke(session: Session, certificate: Certificate, actor: Actor, reason: str) -> None:
    """Declare a certificate void, with a reason. Raises ``Refused``."""
    if not reason.strip():
        raise Refused(Refusal.MALFORMED, "reason")
    statement = sa.update(Certificate).where(Certificate.id == certificate.id, Certificate.revoked_at.is_(None))
    session.execute(statement.values(revoked_at=moment(), revoke_reason=reason))
    session.refresh(certificate)
    seams.record(session, actor, Act("quiz:certificate-revoked", f"certificate:{certificate.id}", reason))
