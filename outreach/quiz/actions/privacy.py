"""A participant's own data: out whole, and away for good. Results stay without the person, so counts stay right."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz import seams
from outreach.quiz.actions.closing import submit
from outreach.quiz.actions.scores import lock_participant
from outreach.quiz.models import (
    IS_OPEN,
    Answer,
    Appeal,
    Attempt,
    AttemptState,
    Certificate,
    Contest,
    DrawWinner,
    Participant,
    ParticipantDeletion,
    ParticipantSession,
    RankingRow,
    Ticket,
)
from outreach.quiz.moments import database_now, moment, moved
from outreach.quiz.queries.showing import attempts_of, may_show_key
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import tokens
from outreach.quiz.writing import insert


@dataclass(frozen=True, slots=True)
class Deletion:
    """That it was done, with a receipt to keep."""

    receipt: str
    deleted_at: datetime


def export_participant(session: Session, participant_id: int) -> dict[str, Any]:
    """Everything that is kept about a participant, as plain JSON values. Raises ``Refused``."""
    person = session.get(Participant, participant_id)
    if person is None or person.deleted_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    is_key_shown = may_show_key(session.get_one(Contest, person.contest_id), database_now(session))
    attempts = session.scalars(sa.select(Attempt).where(attempts_of(participant_id)).order_by(Attempt.id))
    certificates = sa.select(Certificate).join(Attempt, Attempt.id == Certificate.attempt_id)
    prizes = sa.select(DrawWinner).where(DrawWinner.participant_id == participant_id)
    return {
        "participant": _columns(person, but={"id", "contest_id", "recovery_hash"}),
        "attempts": [_attempt(session, attempt, is_key_shown=is_key_shown) for attempt in attempts],
        "certificates": [
            _columns(one, but={"id", "contest_id", "attempt_id"})
            for one in session.scalars(certificates.where(attempts_of(participant_id)))
        ],
        "prizes": [
            _columns(one, but={"participant_id", "claim_hash", "sealed_contact"}) for one in session.scalars(prizes)
        ],
    }


#: Columns in which staff sign with name and number.
_SIGNED: Final = ("voided_by", "decided_by")


def _attempt(session: Session, attempt: Attempt, *, is_key_shown: bool) -> dict[str, Any]:
    """One attempt with its answers; the seed would tell the option ids' order and is no data about a person.

    The marks of the single questions tell which answers are right, so they come with the key and not before it.
    """
    answers = session.scalars(sa.select(Answer).where(Answer.attempt_id == attempt.id).order_by(Answer.position))
    hidden = {"id", "contest_id", "participant_id", "seed", "paper"}
    if attempt.state is AttemptState.OPEN or not is_key_shown:
        hidden |= {"marks"}
    values = _columns(attempt, but=hidden)
    values["answers"] = [_columns(answer, but={"attempt_id"}) for answer in answers]
    appeal = session.scalar(sa.select(Appeal).where(Appeal.attempt_id == attempt.id))
    if appeal is not None:
        values["appeal"] = _columns(appeal, but={"id", "attempt_id"})
    return values


def _columns(row: Any, *, but: set[str]) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in row.__table__.c if column.name not in but}
    values |= {name: seams.public_name(values[name]) for name in _SIGNED if values.get(name)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def delete_participant(session: Session, participant_id: int) -> Deletion:
    """Forget the person: name, codes, device, contact, texts; an open paper is handed in first. Raises ``Refused``.

    What stays are results under a new random id, because counts and other people's places rest on them.
    """
    person = lock_participant(session, participant_id)
    if person is None or person.deleted_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    _hand_in(session, person)
    now = database_now(session)
    deletion = Deletion(secrets.token_hex(8), now)
    digest = hashlib.sha256(person.public_id.encode()).hexdigest()
    values = {"public_id_hash": digest, "contest_id": person.contest_id}
    statement = insert(session, ParticipantDeletion).values(receipt=deletion.receipt, deleted_at=now, **values)
    session.execute(statement.on_conflict_do_nothing())
    person.public_id = tokens.new_public_id()
    person.nickname = ""
    person.recovery_hash = None
    person.device_hash = person.network_hash = ""
    person.deleted_at = now
    session.flush()
    _forget_traces(session, participant_id)
    return deletion


def _hand_in(session: Session, person: Participant) -> None:
    open_paper = sa.select(Attempt.public_id).where(
        Attempt.contest_id == person.contest_id, Attempt.participant_id == person.id, IS_OPEN
    )
    public_id = session.scalar(open_paper)
    if public_id is not None:
        submit(session, public_id, person.id)


def _forget_traces(session: Session, participant_id: int) -> None:
    own_attempts = sa.select(Attempt.id).where(attempts_of(participant_id))
    key = str(participant_id)
    steps: tuple[sa.UpdateBase, ...] = (
        sa.update(RankingRow).where(RankingRow.board == "people", RankingRow.key == key).values(label=""),
        sa.update(Certificate)
        .where(Certificate.attempt_id.in_(own_attempts))
        .values(name="", revoked_at=moment(), revoke_reason="deleted"),
        sa.update(Appeal).where(Appeal.attempt_id.in_(own_attempts)).values(text=""),
        sa.update(DrawWinner)
        .where(DrawWinner.participant_id == participant_id)
        .values(sealed_contact="", claim_hash=""),
        sa.delete(Ticket).where(Ticket.participant_id == participant_id),
        sa.delete(ParticipantSession).where(ParticipantSession.participant_id == participant_id),
    )
    for step in steps:
        session.execute(step.execution_options(synchronize_session=False))


def replay_deletions(session: Session) -> int:
    """After a restore: forget again everybody who is in the list of deletions; returns how many."""
    known = set(session.scalars(sa.select(ParticipantDeletion.public_id_hash)))
    if not known:
        return 0
    people = session.execute(sa.select(Participant.id, Participant.public_id).where(Participant.deleted_at.is_(None)))
    found = [row.id for row in people if hashlib.sha256(row.public_id.encode()).hexdigest() in known]
    for participant_id in found:
        delete_participant(session, participant_id)
    return len(found)


def forget_after_term(session: Session, *, limit: int = 500) -> int:
    """Forget participants of contests whose term is over; returns how many. Call until it returns 0."""
    end = sa.func.coalesce(Contest.extended_to, Contest.closes_at)
    people = (
        sa.select(Participant.id)
        .join(Contest, Contest.id == Participant.contest_id)
        .where(Participant.deleted_at.is_(None), moved(end, Contest.kept_days * 86400) <= moment())
        .order_by(Participant.id)
        .limit(limit)
    )
    found = session.scalars(people).all()
    for participant_id in found:
        delete_participant(session, participant_id)
    return len(found)
