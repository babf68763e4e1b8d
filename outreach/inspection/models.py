"""What the self-inspection found, one row a run: the newest is shown, the older ones tell whether it gets better."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, IntPk, Name


class InspectionRun(Base):
    """One finished walk over the site."""

    __tablename__ = "inspection_run"

    id: Mapped[IntPk]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(index=True)
    pages_checked: Mapped[int]
    files_checked: Mapped[int]
    #: Addresses that were asked, those of pages and files included.
    addresses_asked: Mapped[int]
    #: Addresses that are known; more than were asked where like pages were only sampled.
    addresses_known: Mapped[int]
    #: Nothing was left to ask when the walk ended.
    is_complete: Mapped[bool]
    #: Files whose words could not be read, so that nothing is said about them: path and reason (``rules.reading``).
    unread: Mapped[list[Any]]
    #: Value by check, those of the clocks included, as they were then; None where nothing was measured.
    measured: Mapped[dict[str, Any]]
    #: Per check of the walk its value and its troubles (``rules.findings``). Long, so only read where it is shown.
    findings: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    requested_by: Mapped[Name] = mapped_column(sa.String(300), default="")
