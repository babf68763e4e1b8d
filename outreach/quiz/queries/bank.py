"""The question bank as organisers look through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Contest, KeyCorrection, PoolEntry, Question, QuestionKind, QuestionVersion, RegradeRun
from outreach.quiz.rules import wording

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class BankQuery:
    """Which questions are shown. Empty fields ask for nothing."""

    words: str = ""
    topic: str = ""
    kind: QuestionKind | None = None
    difficulty: int = 0
    is_retired: bool = False
    page: int = 1

    def as_args(self, **changes: Any) -> dict[str, Any]:
        """The query as arguments of an address, without what asks for nothing."""
        given = {
            "words": self.words,
            "topic": self.topic,
            "kind": self.kind.value if self.kind else "",
            "difficulty": self.difficulty,
            "retired": "1" if self.is_retired else "",
            "page": self.page,
        } | changes
        return {name: value for name, value in given.items() if value not in ("", 0) and (name, value) != ("page", 1)}


@dataclass(frozen=True, slots=True)
class BankPage:
    """One page of the list."""

    rows: tuple[tuple[Question, QuestionVersion], ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def search_bank(session: Session, query: BankQuery) -> BankPage:
    """Newest versions that fit, in the order of the codes. Words are looked for in the text as it is compared."""
    found = [row for row in _newest(session, query) if _has_words(row[0].code, row[1], query.words)]
    page = min(query.page, max(1, -(-len(found) // PAGE)))
    return BankPage(tuple(found[(page - 1) * PAGE : page * PAGE]), len(found), page)


def _newest(session: Session, query: BankQuery) -> Sequence[tuple[Question, QuestionVersion]]:
    last = sa.select(sa.func.max(QuestionVersion.id)).group_by(QuestionVersion.question_id)
    statement = (
        sa.select(Question, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.id.in_(last))
        .order_by(Question.code)
    )
    statement = statement.where(Question.retired_at.is_not(None) if query.is_retired else Question.retired_at.is_(None))
    if query.topic:
        statement = statement.where(QuestionVersion.topic == query.topic)
    if query.kind:
        statement = statement.where(QuestionVersion.kind == query.kind)
    if query.difficulty:
        statement = statement.where(QuestionVersion.difficulty == query.difficulty)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _has_words(code: str, version: QuestionVersion, words: str) -> bool:
    if not words:
        return True
    content = version.content
    options = [text for option in content["options"] for text in (option["text"], option["text_en"])]
    text = "".join(wording.fold(" ".join([code, content["stem"], content["stem_en"], *options])).split())
    return all(word in text for word in wording.fold(words).split())


def list_topics(session: Session) -> list[str]:
    """Topics that any question has."""
    return list(session.scalars(sa.select(QuestionVersion.topic).distinct().order_by(QuestionVersion.topic)))


def strata(session: Session) -> dict[tuple[str, int, str], int]:
    """How many questions may be drawn, by topic, difficulty and kind."""
    last = sa.select(sa.func.max(QuestionVersion.id)).group_by(QuestionVersion.question_id)
    columns = (QuestionVersion.topic, QuestionVersion.difficulty, QuestionVersion.kind)
    query = (
        sa.select(*columns, sa.func.count())
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(last), Question.retired_at.is_(None))
        .group_by(*columns)
        .order_by(*columns)
    )
    return {(row[0], row[1], row[2].value): row[3] for row in session.execute(query)}


def find_question(session: Session, code: str) -> Question | None:
    return session.scalar(sa.select(Question).where(Question.code == code))


def find_version(session: Session, code: str, number: int) -> QuestionVersion | None:
    """One version of the question with this code."""
    query = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
    return session.scalar(query.where(Question.code == code, QuestionVersion.number == number))


def list_uses(session: Session, question_id: int) -> Sequence[tuple[Contest, int]]:
    """Contests whose pools hold a version of the question, with the version's number."""
    query = (
        sa.select(Contest, QuestionVersion.number)
        .join(PoolEntry, PoolEntry.contest_id == Contest.id)
        .join(QuestionVersion, QuestionVersion.id == PoolEntry.version_id)
        .where(PoolEntry.question_id == question_id)
        .order_by(Contest.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def list_corrections(session: Session, question_id: int) -> Sequence[tuple[KeyCorrection, RegradeRun, int]]:
    """Corrected keys of a question's versions with what the marking again did, the newest first."""
    query = (
        sa.select(KeyCorrection, RegradeRun, QuestionVersion.number)
        .join(RegradeRun, RegradeRun.correction_id == KeyCorrection.id)
        .join(QuestionVersion, QuestionVersion.id == KeyCorrection.version_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(KeyCorrection.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
