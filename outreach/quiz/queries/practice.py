"""Questions for practice: the whole bank but what running contests ask, so that practice is no way to their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import IS_OPEN, Attempt, Contest, ContestStatus, PoolEntry, Question, QuestionVersion
from outreach.quiz.moments import moment
from outreach.quiz.queries.contents import list_blobs, marking_keys
from outreach.quiz.rules.questions import QuestionContent


@dataclass(frozen=True, slots=True)
class PracticeBank:
    """What may be practised now: version ids by code, in the order of the codes, and how many are held back."""

    versions: Mapping[str, int]
    topics: Mapping[str, Sequence[str]]
    held_back: int

    def codes(self, topic: str) -> Sequence[str]:
        """Codes of a topic; all for none."""
        return self.topics.get(topic, ()) if topic else list(self.versions)


def practice_bank(session: Session) -> PracticeBank:
    """The newest version of every question that is not retired and not in the pool of a running contest."""
    newest = sa.select(sa.func.max(QuestionVersion.id)).group_by(QuestionVersion.question_id)
    query = (
        sa.select(Question.id, Question.code, QuestionVersion.id.label("version_id"), QuestionVersion.topic)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(newest), Question.retired_at.is_(None))
        .order_by(Question.code)
    )
    rows = session.execute(query).all()
    held = _held_back(session)
    versions: dict[str, int] = {}
    topics: dict[str, list[str]] = {}
    for row in rows:
        if row.id not in held:
            versions[row.code] = row.version_id
            topics.setdefault(row.topic, []).append(row.code)
    return PracticeBank(versions, dict(sorted(topics.items())), len(rows) - len(versions))


def _held_back(session: Session) -> set[int]:
    """Questions of contests from their opening until their end; after it as long as papers are open."""
    end = sa.func.coalesce(Contest.extended_to, Contest.closes_at)
    open_paper = sa.exists().where(Attempt.contest_id == Contest.id, IS_OPEN)
    running = sa.select(Contest.id).where(
        Contest.status == ContestStatus.PUBLISHED, Contest.opens_at <= moment(), sa.or_(end > moment(), open_paper)
    )
    query = sa.select(PoolEntry.question_id).where(PoolEntry.contest_id.in_(running)).distinct()
    return set(session.scalars(query))


def find_question(session: Session, version_id: int) -> QuestionContent:
    """The question as it is marked now."""
    list_blobs(session, [version_id])
    return marking_keys(session, [version_id])[version_id].content
