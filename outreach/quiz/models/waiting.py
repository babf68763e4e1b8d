"""The waiting room: a ticket keeps its place, and a gate lets the next ones in at the set rate."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, IntPk

_WAITING = sa.text("admitted_at IS NULL")


class Ticket(Base):
    """A participant's place in the queue. There is one each, so that reloading neither loses nor wins a place."""

    __tablename__ = "quiz_ticket"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "participant_id"),
        sa.Index("ix_quiz_ticket_waiting", "contest_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[IntPk]
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"))
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_participant.id"))
    taken_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]


class Gate(Base):
    """How far a contest's queue has been let in."""

    __tablename__ = "quiz_gate"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    moved_at: Mapped[datetime]
    #: Admissions saved up, in thousandths; at most one second's worth.
    allowance_milli: Mapped[int]
