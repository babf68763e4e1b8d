"""Contests, attempts and answers as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import (
    Answer,
    Appeal,
    Attempt,
    Certificate,
    Contest,
    ContestStatus,
    ContestUnit,
    DrawEntrant,
    DrawRecord,
    KeyRule,
    Participant,
    ParticipantSession,
    RankingRow,
)
from outreach.quiz.moments import database_now, millis_between, moment
from outreach.quiz.rules import deadlines
from outreach.quiz.rules.deadlines import Phase

#: What the public sees.
SHOWN: Final = (ContestStatus.PUBLISHED, ContestStatus.FINAL)


@dataclass(frozen=True, slots=True)
class Standing:
    """A contest with where it stands by the database's clock."""

    contest: Contest
    phase: Phase
    now: datetime

    @property
    def is_over(self) -> bool:
        return self.now >= self.contest.ends_at

    @property
    def may_join(self) -> bool:
        return self.contest.status is ContestStatus.PUBLISHED and not self.is_over


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """What is left of an open paper, by the database's clock."""

    attempt: Attempt
    remaining_ms: int
    is_paused: bool

    @property
    def is_over(self) -> bool:
        return self.remaining_ms <= 0 and not self.is_paused


def list_standings(session: Session) -> list[Standing]:
    """All public contests: those that are not over first, then the newest."""
    now = database_now(session)
    query = sa.select(Contest).where(Contest.status.in_(SHOWN)).order_by(Contest.opens_at.desc(), Contest.id)
    found = [standing_of(contest, now) for contest in session.scalars(query)]
    return sorted(found, key=lambda one: one.is_over)


def find_standing(session: Session, slug: str) -> Standing | None:
    """A public contest by its slug."""
    query = sa.select(Contest, moment()).where(Contest.slug == slug, Contest.status.in_(SHOWN))
    row = session.execute(query).one_or_none()
    return None if row is None else standing_of(row[0], row[1])


def standing_of(contest: Contest, now: datetime) -> Standing:
    """Where a contest stands at ``now``."""
    phase = deadlines.phase(
        now,
        study_from=contest.study_from,
        opens_at=contest.opens_at,
        ends_at=contest.ends_at,
        is_paused=contest.paused_at is not None,
        rounds=tuple((one.opens_at, one.closes_at) for one in contest.rounds),
        is_practice_after=contest.is_practice_after,
    )
    return Standing(contest, phase, now)


def may_show_key(contest: Contest, now: datetime) -> bool:
    """Whether participants may see the key of a paper that they handed in."""
    if contest.key_rule is KeyRule.AFTER_CLOSE:
        return now >= contest.ends_at
    return contest.key_rule is KeyRule.AFTER_SUBMIT


def find_attempt(session: Session, public_id: str, participant_id: int) -> Attempt | None:
    """The participant's own attempt."""
    query = sa.select(Attempt).where(Attempt.public_id == public_id, Attempt.participant_id == participant_id)
    return session.scalar(query)


def find_own_attempt(session: Session, token_hash: str, public_id: str) -> tuple[Contest, Attempt] | None:
    """An attempt with its contest, if it belongs to the browser with this token."""
    query = (
        sa.select(Contest, Attempt)
        .join(Attempt, Attempt.contest_id == Contest.id)
        .join(ParticipantSession, ParticipantSession.participant_id == Attempt.participant_id)
        .where(
            Attempt.public_id == public_id,
            ParticipantSession.token_hash == token_hash,
            ParticipantSession.contest_id == Attempt.contest_id,
            ParticipantSession.expires_at > moment(),
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def open_paper(session: Session, attempt: Attempt) -> OpenPaper:
    """How much time an open attempt has."""
    left = millis_between(Attempt.deadline_at, sa.func.coalesce(Contest.paused_at, moment()))
    query = sa.select(left, Contest.paused_at).join(Contest, Contest.id == Attempt.contest_id)
    row = session.execute(query.where(Attempt.id == attempt.id)).one()
    return OpenPaper(attempt, max(int(row[0]), 0), row[1] is not None)


def list_answers(session: Session, attempt_id: int) -> Mapping[int, Answer]:
    """What is stored of an attempt, by position."""
    return {one.position: one for one in session.scalars(sa.select(Answer).where(Answer.attempt_id == attempt_id))}


def list_attempts(session: Session, participant_id: int) -> Sequence[Attempt]:
    """A participant's attempts, the newest first."""
    query = sa.select(Attempt).where(attempts_of(participant_id))
    return session.scalars(query.order_by(Attempt.attempt_no.desc())).all()


def attempts_of(participant_id: int) -> sa.ColumnElement[bool]:
    """Which attempts are a participant's, in a form that the index over contest and participant answers."""
    contest = sa.select(Participant.contest_id).where(Participant.id == participant_id).scalar_subquery()
    return sa.and_(Attempt.contest_id == contest, Attempt.participant_id == participant_id)


def list_certificates(session: Session, attempt_ids: Sequence[int]) -> Mapping[int, Certificate]:
    """Certificates by attempt."""
    query = sa.select(Certificate).where(Certificate.attempt_id.in_(attempt_ids))
    return {one.attempt_id: one for one in session.scalars(query)}


def find_appeal(session: Session, attempt_id: int) -> Appeal | None:
    """The participant's objection to a voided attempt."""
    return session.scalar(sa.select(Appeal).where(Appeal.attempt_id == attempt_id))


def find_contest_of(session: Session, public_id: str) -> int:
    """The contest whose attempt has this id, for counting refused calls; 0 for none."""
    return session.scalar(sa.select(Attempt.contest_id).where(Attempt.public_id == public_id)) or 0


def list_scopes(session: Session, snapshot_id: int, board: str) -> Sequence[str]:
    """What a ranking of a snapshot is limited to."""
    query = sa.select(RankingRow.scope).where(RankingRow.snapshot_id == snapshot_id, RankingRow.board == board)
    return session.scalars(query.distinct().order_by(RankingRow.scope)).all()


def unit_names(session: Session, contest_id: int) -> Mapping[str, str]:
    """Names of a contest's units by their codes."""
    query = sa.select(ContestUnit.code, ContestUnit.name).where(ContestUnit.contest_id == contest_id)
    return {row.code: row.name for row in session.execute(query)}


def list_draws(session: Session, contest_id: int) -> Sequence[DrawRecord]:
    """All draws of a contest with their earlier turns, the newest first."""
    query = sa.select(DrawRecord).where(DrawRecord.contest_id == contest_id)
    return session.scalars(query.order_by(DrawRecord.committed_at.desc(), DrawRecord.turn.desc())).all()


def find_draw(session: Session, contest_id: int, name: str, turn: int) -> DrawRecord | None:
    """One draw."""
    query = sa.select(DrawRecord).where(
        DrawRecord.contest_id == contest_id, DrawRecord.name == name, DrawRecord.turn == turn
    )
    return session.scalar(query)


def my_draw_codes(session: Session, participant_id: int) -> Sequence[tuple[str, int, str]]:
    """Name and turn of draws that a participant is in, with the code that is theirs there."""
    query = sa.select(DrawRecord.name, DrawRecord.turn, DrawEntrant.code).join(
        DrawEntrant, DrawEntrant.draw_id == DrawRecord.id
    )
    rows = session.execute(query.where(DrawEntrant.participant_id == participant_id).order_by(DrawRecord.id))
    return [(row.name, row.turn, row.code) for row in rows]
