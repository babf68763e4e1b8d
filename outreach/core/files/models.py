"""Uploaded files in the database: every machine sees them, they commit with what they belong to, backups hold them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code


class StoredFile(Base):
    """One uploaded file: what it is by its content, who brought it, what for, and how long it is kept."""

    __tablename__ = "stored_file"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="size_positive"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: As the uploader called it, made harmless, with the ending of what it is
    name: Mapped[str] = mapped_column(sa.String(200))
    #: By its content, never by its name
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    purpose: Mapped[Code] = mapped_column(index=True)
    #: Person of the staff; empty: somebody of the public
    created_by_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    #: When it may be deleted; empty: it belongs to something that is kept
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class StoredFilePiece(Base):
    """A part of a stored file's content, in order."""

    __tablename__ = "stored_file_piece"

    file_id: Mapped[int] = mapped_column(
        sa.ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
