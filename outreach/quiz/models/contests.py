"""A contest: its windows and limits, what its papers are drawn from, and what happened to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name
from outreach.quiz.models.questions import QuestionKind


class ContestStatus(StrEnum):
    """What people decided; whether a published contest is open now is decided by the clock."""

    DRAFT = "draft"
    PUBLISHED = "published"
    #: Results are final: nothing is counted any more.
    FINAL = "final"
    WITHDRAWN = "withdrawn"


class ScoreMode(StrEnum):
    """Which of a participant's attempts counts."""

    BEST = "best"
    FIRST = "first"
    LAST = "last"
    #: The best attempt of each round, added up.
    SUM = "sum"


class KeyRule(StrEnum):
    """When a participant may see the key and the explanations."""

    AFTER_SUBMIT = "after_submit"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


class Contest(Base):
    """One contest. Scores are kept in hundredths of a point (``centipoints``)."""

    __tablename__ = "quiz_contest"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint("study_from IS NULL OR study_from <= opens_at", name="study_comes_first"),
        sa.CheckConstraint("extended_to IS NULL OR extended_to > closes_at", name="extension_is_later"),
        sa.CheckConstraint("seconds_per_paper BETWEEN 30 AND 86400", name="paper_time_sensible"),
        sa.CheckConstraint("questions_per_paper BETWEEN 1 AND 200", name="paper_length_sensible"),
        sa.CheckConstraint("attempts_total BETWEEN 1 AND 1000", name="attempts_total_sensible"),
        sa.CheckConstraint("attempts_per_day BETWEEN 1 AND attempts_total", name="attempts_per_day_sensible"),
        sa.CheckConstraint("pass_centipoints >= 0", name="pass_mark_not_negative"),
        sa.CheckConstraint("minimum_sample >= 2", name="sample_hides_single_people"),
        sa.CheckConstraint("published_by = '' OR published_by <> created_by", name="published_by_a_second_person"),
    )

    id: Mapped[IntPk]
    slug: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Name]
    title_en: Mapped[Name]
    summary: Mapped[LongText] = mapped_column(default="")
    summary_en: Mapped[LongText] = mapped_column(default="")
    organiser: Mapped[Name] = mapped_column(default="")
    organiser_en: Mapped[Name] = mapped_column(default="")
    status: Mapped[ContestStatus] = mapped_column(default=ContestStatus.DRAFT)
    #: Practice with the contest's topics before it opens; empty: none.
    study_from: Mapped[datetime | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    #: The later end that an extension gave; ``ends_at`` is what counts.
    extended_to: Mapped[datetime | None]
    is_practice_after: Mapped[bool] = mapped_column(default=True)
    seconds_per_paper: Mapped[int]
    questions_per_paper: Mapped[int]
    attempts_per_day: Mapped[int]
    attempts_total: Mapped[int]
    is_repeat_avoided: Mapped[bool] = mapped_column(default=True)
    score_mode: Mapped[ScoreMode] = mapped_column(default=ScoreMode.BEST)
    pass_centipoints: Mapped[int]
    full_centipoints: Mapped[int]
    key_rule: Mapped[KeyRule] = mapped_column(default=KeyRule.AFTER_CLOSE)
    #: ``[{"code", "name", "name_en", "ages": [age band, …]}, …]``; empty: one bracket for all.
    brackets: Mapped[list[Any]] = mapped_column(default=list)
    consent_version: Mapped[Code]
    #: Nothing is said of fewer participants than this.
    minimum_sample: Mapped[int] = mapped_column(default=10)
    snapshot_every_s: Mapped[int] = mapped_column(default=60)
    #: Papers that may start in a second before a waiting room opens; 0: no waiting room.
    starts_per_second: Mapped[int] = mapped_column(default=0)
    #: Leading zero bits of the proof of work at joining; 0: none.
    work_bits: Mapped[int] = mapped_column(default=16)
    #: ``rules.draw.DrawPlan`` as a dict; empty: no draw.
    draw_plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Days after the end until participants' data are made anonymous.
    kept_days: Mapped[int] = mapped_column(default=180)
    #: Set while the contest stands still: no start, no answer, and the clock of open papers stops.
    paused_at: Mapped[datetime | None]
    #: Rankings shown to anybody stop here until ``unfrozen_at``; counting goes on.
    freeze_at: Mapped[datetime | None]
    unfrozen_at: Mapped[datetime | None]
    #: SHA-256 over the pool's version ids, set when the pool is fixed.
    pool_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[Name] = mapped_column(default="")
    published_by: Mapped[Name] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    rounds: Mapped[list[ContestRound]] = relationship(order_by="ContestRound.number", cascade="all, delete-orphan")
    quotas: Mapped[list[ContestQuota]] = relationship(order_by="ContestQuota.position", cascade="all, delete-orphan")

    @property
    def ends_at(self) -> datetime:
        """The end that counts."""
        return self.extended_to or self.closes_at


class ContestRound(Base):
    """A window in which papers start. Every contest has at least one; between rounds nothing starts."""

    __tablename__ = "quiz_round"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )

    contest_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[Name] = mapped_column(default="")
    title_en: Mapped[Name] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class ContestQuota(Base):
    """So many questions of a topic, difficulty and kind, each worth so many points. Empty (or 0) means any."""

    __tablename__ = "quiz_quota"
    __table_args__ = (
        sa.CheckConstraint("count >= 1", name="count_from_one"),
        sa.CheckConstraint("points BETWEEN 1 AND 100", name="points_sensible"),
        sa.CheckConstraint("difficulty BETWEEN 0 AND 3", name="difficulty_known"),
    )

    contest_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(sa.String(64), default="")
    difficulty: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(sa.String(32), default="")
    count: Mapped[int]
    points: Mapped[int]


class PoolEntry(Base):
    """A question version that the contest's papers may hold. The pool is fixed when the contest is published."""

    __tablename__ = "quiz_pool_entry"

    contest_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_question_version.id"), primary_key=True, autoincrement=False
    )
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id"))
    topic: Mapped[Code]
    difficulty: Mapped[int]
    kind: Mapped[QuestionKind]


class ContestUnit(Base):
    """A school or an organisation that takes part under a code of its own; ``roll``: how many people it has."""

    __tablename__ = "quiz_unit"

    contest_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[Name]
    county_code: Mapped[str] = mapped_column(sa.String(6), default="")
    roll: Mapped[int | None]


class ContestEvent(Base):
    """What was done to a contest while it ran: pause, extension, freeze, with reason and person. Only ever added."""

    __tablename__ = "quiz_contest_event"

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), index=True)
    kind: Mapped[Code]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[LongText] = mapped_column(default="")
    actor: Mapped[Name] = mapped_column(default="")
    at: Mapped[datetime]
