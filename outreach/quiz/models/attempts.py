"""Papers and answers: the only truth that every ranking is counted from."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk, LongText, Name


class AttemptState(StrEnum):
    """An attempt is open until exactly one call or sweep closes it."""

    OPEN = "open"
    SUBMITTED = "submitted"
    #: Time ran out; what was saved counts.
    EXPIRED = "expired"
    #: Taken out of the count by a person, with a reason.
    VOID = "void"


class SignalState(StrEnum):
    """What a person decided about a signal."""

    WAITING = "waiting"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"


_OPEN = sa.text("state = 'open'")
_VOID = sa.text("state = 'void'")


class Attempt(Base):
    """One paper of one participant. All times are the database's clock."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "participant_id", "attempt_no"),
        sa.UniqueConstraint("contest_id", "participant_id", "day", "day_no"),
        sa.Index(
            "uq_quiz_attempt_one_open",
            "contest_id",
            "participant_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_quiz_attempt_open_deadline_at", "deadline_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_quiz_attempt_void_contest_id", "contest_id", "state", sqlite_where=_VOID, postgresql_where=_VOID),
        sa.Index("ix_quiz_attempt_contest_id_id", "contest_id", "id"),
        sa.CheckConstraint("attempt_no >= 1 AND day_no >= 1", name="numbers_from_one"),
        sa.CheckConstraint("deadline_at > started_at", name="ends_after_it_starts"),
        sa.CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="closed_has_a_moment"),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'expired') OR (centipoints IS NOT NULL AND elapsed_ms IS NOT NULL)",
            name="closed_is_marked",
        ),
        sa.CheckConstraint("centipoints IS NULL OR centipoints >= 0", name="score_not_negative"),
        sa.CheckConstraint("elapsed_ms IS NULL OR elapsed_ms >= 0", name="elapsed_not_negative"),
        sa.CheckConstraint("state <> 'void' OR void_reason <> ''", name="void_has_a_reason"),
    )

    id: Mapped[IntPk]
    #: Random; the token of addresses is this with a signature (``rules.tokens``).
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    round_no: Mapped[int] = mapped_column(default=1)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_participant.id"))
    attempt_no: Mapped[int]
    #: The day of the start in China, and which attempt of that day it is.
    day: Mapped[date]
    day_no: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.OPEN)
    #: Hexadecimal; question order, option order and option ids come from it.
    seed: Mapped[str] = mapped_column(sa.String(64))
    #: ``[[version id, points, [option order]], …]``, see ``rules.papers``.
    paper: Mapped[list[Any]]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    #: How long the contest stood still while this was open; the deadline has moved by it.
    paused_ms: Mapped[int] = mapped_column(default=0)
    is_extended: Mapped[bool] = mapped_column(default=False)
    save_count: Mapped[int] = mapped_column(default=0)
    #: Head of the hash chain over everything saved (``rules.receipts``).
    receipt: Mapped[str] = mapped_column(sa.String(64), default="")
    submitted_at: Mapped[datetime | None]
    elapsed_ms: Mapped[int | None]
    #: What ties are broken by: the elapsed time, or the whole usual time when the paper was extended.
    rank_ms: Mapped[int | None]
    centipoints: Mapped[int | None]
    is_full: Mapped[bool] = mapped_column(default=False)
    #: Centipoints of each question in the paper's order.
    marks: Mapped[list[Any] | None]
    void_reason: Mapped[LongText] = mapped_column(default="")
    voided_by: Mapped[Name] = mapped_column(default="")
    voided_at: Mapped[datetime | None]


#: The states that have an index of their own. The value stands in the statement: a plan that PostgreSQL keeps for every
#: value of a parameter cannot use an index that holds one of them.
IS_OPEN: Final = Attempt.state == sa.literal_column("'open'")
IS_VOID: Final = Attempt.state == sa.literal_column("'void'")


class Answer(Base):
    """The newest answer to one question of a paper: a higher ``sequence`` wins, whatever order they arrive in."""

    __tablename__ = "quiz_answer"
    __table_args__ = (sa.CheckConstraint("sequence >= 1", name="sequence_from_one"),)

    attempt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: From 0, in the paper's order.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    #: Option ids (a list of texts), or one text for a fill-in.
    value: Mapped[list[Any]]
    saved_at: Mapped[datetime]


class Appeal(Base):
    """A participant's objection to a voided attempt, and what a person answered."""

    __tablename__ = "quiz_appeal"
    __table_args__ = (sa.CheckConstraint("decided_at IS NULL OR answer <> ''", name="decision_has_an_answer"),)

    id: Mapped[IntPk]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"), unique=True)
    text: Mapped[LongText]
    made_at: Mapped[datetime]
    is_granted: Mapped[bool | None]
    answer: Mapped[LongText] = mapped_column(default="")
    decided_by: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class IntegritySignal(Base):
    """Something unusual about an attempt, for a person to look at. A signal alone never changes a result."""

    __tablename__ = "quiz_integrity_signal"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "kind"),)

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"))
    kind: Mapped[Code]
    #: 1 to 100, how unusual.
    weight: Mapped[int]
    details: Mapped[dict[str, Any]]
    state: Mapped[SignalState] = mapped_column(default=SignalState.WAITING)
    found_at: Mapped[datetime]
    note: Mapped[LongText] = mapped_column(default="")
    decided_by: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
