"""Imported files, and what was noticed in their rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk, LongText, Name


class ImportRun(Base):
    """One imported file: where the figures on a product page come from, and when."""

    __tablename__ = "import_run"

    id: Mapped[IntPk]
    #: ``cn-waterlabel``, ``us-energystar``, ``au-energyrating``, ``outreach`` or ``demo``.
    source: Mapped[Code] = mapped_column(index=True)
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    #: The day the file shows, from its name or the command; unknown when neither says.
    as_of_on: Mapped[date | None]
    imported_at: Mapped[datetime]
    rows_total: Mapped[int]
    rows_accepted: Mapped[int]
    rows_remarked: Mapped[int]
    rows_refused: Mapped[int]
    registrations_added: Mapped[int]
    registrations_updated: Mapped[int]
    registrations_unchanged: Mapped[int]
    registrations_delisted: Mapped[int]
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: Who imported it; empty: a command did.
    created_by_name: Mapped[Name] = mapped_column(default="", server_default=sa.text("''"))
    #: When somebody had looked at its remarks and refused rows, and who.
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    looked_by_name: Mapped[Name] = mapped_column(default="", server_default=sa.text("''"))
    #: When it was taken back, by whom and why; then nothing rests on it any more.
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_name: Mapped[Name] = mapped_column(default="", server_default=sa.text("''"))
    undo_reason: Mapped[LongText] = mapped_column(default="", server_default=sa.text("''"))


class ImportRemark(Base):
    """What an import has to say of one row: why it was refused, or what was noticed or repaired; with the raw row."""

    __tablename__ = "import_remark"
    __table_args__ = (
        sa.Index("ix_import_remark_run_id_row_number", "run_id", "row_number"),
        sa.Index("ix_import_remark_number", "number"),
    )

    id: Mapped[IntPk]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id", ondelete="CASCADE"))
    #: 1 is the header line, as spreadsheets count.
    row_number: Mapped[int]
    is_refused: Mapped[bool]
    #: Registration number when the row has one.
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    field: Mapped[str] = mapped_column(sa.String(100), default="")
    #: Code of the reason, see ``labels/imports``.
    code: Mapped[Code]
    message: Mapped[LongText]
    raw: Mapped[dict[str, Any]]
