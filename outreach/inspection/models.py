"""What the self-inspection found, one row a run: the newest is shown, the older ones tell whether it gets better."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, IntPk, Name


class InspectionRun(Base):
    """One finished walk over the site. ``findings``: per check its value and its troubles (``rules.findings``)."""

    __tablename__ = "inspection_run"

    id: Mapped[IntPk]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(index=True)
    pages_checked: Mapped[int]
    #: Addresses that were known in the end; more than ``pages_checked`` where like pages were only sampled.
    pages_known: Mapped[int]
    links_checked: Mapped[int]
    findings: Mapped[dict[str, Any]]
    requested_by: Mapped[Name] = mapped_column(sa.String(300), default="")
