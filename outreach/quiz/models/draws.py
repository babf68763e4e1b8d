"""The draw, its winners, and certificates."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk, LongText, Name


class DrawState(StrEnum):
    """Committed: both hashes are public. Revealed: so are the seed and the winners."""

    COMMITTED = "committed"
    REVEALED = "revealed"
    #: Replaced by a redraw, with two people and a reason.
    SUPERSEDED = "superseded"


class WinnerState(StrEnum):
    """What became of a prize."""

    OFFERED = "offered"
    CLAIMED = "claimed"
    #: Not claimed in time, or five wrong tries.
    FORFEITED = "forfeited"


class DrawRecord(Base):
    """One draw of a contest: ``name`` is ``final`` or a day. There is one for each name and turn."""

    __tablename__ = "quiz_draw"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "name", "turn"),
        sa.CheckConstraint("(state = 'committed') = (seed = '')", name="seed_is_public_when_revealed"),
        sa.CheckConstraint(
            "turn = 1 OR (redraw_reason <> '' AND approved_by <> '' AND approved_by <> committed_by)",
            name="redraw_needs_two_people_and_a_reason",
        ),
    )

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    name: Mapped[Code]
    turn: Mapped[int] = mapped_column(default=1)
    state: Mapped[DrawState] = mapped_column(default=DrawState.COMMITTED)
    #: ``rules.draw.DrawPlan`` as a dict: who is eligible, and the prizes.
    plan: Mapped[dict[str, Any]]
    entrant_count: Mapped[int]
    entrants_hash: Mapped[str] = mapped_column(sa.String(64))
    seed_hash: Mapped[str] = mapped_column(sa.String(64))
    #: The secret seed, encrypted until it is revealed.
    sealed_seed: Mapped[LongText]
    seed: Mapped[str] = mapped_column(sa.String(64), default="")
    #: What everybody will know only later and is mixed in, such as a closing figure of a coming day; empty: nothing.
    public_source: Mapped[Name] = mapped_column(default="")
    public_value: Mapped[Name] = mapped_column(default="")
    committed_by: Mapped[Name]
    committed_at: Mapped[datetime]
    revealed_by: Mapped[Name] = mapped_column(default="")
    revealed_at: Mapped[datetime | None]
    approved_by: Mapped[Name] = mapped_column(default="")
    redraw_reason: Mapped[LongText] = mapped_column(default="")


class DrawEntrant(Base):
    """One chance of one person, under a code that says nothing of who it is."""

    __tablename__ = "quiz_draw_entrant"

    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_draw.id"), primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_participant.id"), index=True)


class DrawWinner(Base):
    """One prize and who won it. The contact is encrypted and deleted after the term."""

    __tablename__ = "quiz_draw_winner"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "code"),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name="five_tries"),
        sa.CheckConstraint("state <> 'claimed' OR claimed_at IS NOT NULL", name="claimed_has_a_moment"),
    )

    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_draw.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(32))
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_participant.id"))
    prize: Mapped[Name]
    state: Mapped[WinnerState] = mapped_column(default=WinnerState.OFFERED)
    #: Keyed hash of the single-use claim code; empty once it is used.
    claim_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    claim_expires_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sealed_contact: Mapped[LongText] = mapped_column(default="")
    contact_delete_after: Mapped[datetime | None]


class Certificate(Base):
    """Proof of a passed attempt; the code is unguessable and is all that a check needs."""

    __tablename__ = "quiz_certificate"
    __table_args__ = (sa.CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name="revoking_has_a_reason"),)

    id: Mapped[IntPk]
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"), unique=True)
    name: Mapped[Name]
    centipoints: Mapped[int]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[LongText] = mapped_column(default="")
