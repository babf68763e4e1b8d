"""By which a browser is known as a participant's."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base


class ParticipantSession(Base):
    """A browser's random token (its SHA-256) for one contest; a browser may take part in several."""

    __tablename__ = "quiz_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_participant.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
