"""Leave to read personal data for a while, given for a stated reason."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, LongText


class AccessGrant(Base):
    """What one session may read of one object, until when, and why. It ends with the session."""

    __tablename__ = "access_grant"
    __table_args__ = (
        sa.Index("ix_access_grant_session_id_target_kind_target_key", "session_id", "target_kind", "target_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Session of the staff; no foreign key: sessions are deleted, the reason stays as long as this row
    session_id: Mapped[int]
    staff_id: Mapped[int]
    target_kind: Mapped[Code]
    target_key: Mapped[str] = mapped_column(sa.String(200))
    reason: Mapped[LongText]
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
