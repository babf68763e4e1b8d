"""The question bank: a question has a code; what is asked are its versions, which never change."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    ORDERING = "ordering"
    FILL_IN = "fill_in"


class Question(Base):
    """A question under its code. Retired ones are drawn no more; papers that hold them keep them."""

    __tablename__ = "quiz_question"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    retired_at: Mapped[datetime | None]

    versions: Mapped[list[QuestionVersion]] = relationship(back_populates="question", order_by="QuestionVersion.number")


class QuestionVersion(Base):
    """One wording of a question with its key; papers point here. ``content`` is ``rules.questions`` as a dict."""

    __tablename__ = "quiz_question_version"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 3", name="difficulty_known"),
        sa.Index("ix_quiz_question_version_text_hash", "text_hash"),
    )

    id: Mapped[IntPk]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id"))
    number: Mapped[int]
    kind: Mapped[QuestionKind]
    topic: Mapped[Code]
    difficulty: Mapped[int]
    content: Mapped[dict[str, Any]]
    #: SHA-256 of the normalised stem and options: equal means the same question in other clothes.
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    #: SHA-256 of the whole content: equal means nothing was edited.
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[Name] = mapped_column(default="")

    question: Mapped[Question] = relationship(back_populates="versions")


class KeyCorrection(Base):
    """A mended key of a version that papers hold already. The newest one counts; the version itself stays as it was."""

    __tablename__ = "quiz_key_correction"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="has_a_reason"),)

    id: Mapped[IntPk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question_version.id"), index=True)
    #: The content with the right key; option texts and their order are those of the version.
    content: Mapped[dict[str, Any]]
    #: The question was faulty: everybody who was asked gets its full points.
    is_for_all: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[LongText]
    made_by: Mapped[Name]
    made_at: Mapped[datetime]


class RegradeRun(Base):
    """Marking again after a key correction, in repeatable steps: attempts up to ``last_attempt_id`` are done."""

    __tablename__ = "quiz_regrade_run"

    id: Mapped[IntPk]
    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_key_correction.id"), unique=True)
    last_attempt_id: Mapped[int] = mapped_column(default=0)
    checked: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RegradeChange(Base):
    """The old and the new score of one attempt, kept for ever."""

    __tablename__ = "quiz_regrade_change"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_regrade_run.id"), primary_key=True, autoincrement=False)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"), primary_key=True, autoincrement=False)
    old_centipoints: Mapped[int]
    new_centipoints: Mapped[int]
    at: Mapped[datetime]
