"""Proposals: changes that a second person decides on before they count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, LongText, Name
from outreach.core.review.rules import State

#: States in which somebody must have decided.
_DECIDED = "'approved', 'scheduled', 'published', 'corrected'"


class Proposal(Base):
    """One change of one object: what it is before and after, who proposes, who decided, when it is published.

    ``before`` and ``after`` hold the same fields; ``before`` is what the author saw, so a target that somebody else
    changed meanwhile is noticed. The database itself refuses authors as deciders.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("decided_by_id <> author_id", name="second_person"),
        sa.CheckConstraint(f"state NOT IN ({_DECIDED}) OR decided_by_id IS NOT NULL", name="decided"),
        sa.CheckConstraint("state <> 'scheduled' OR publish_at IS NOT NULL", name="scheduled"),
        sa.CheckConstraint("state NOT IN ('published', 'corrected') OR published_at IS NOT NULL", name="published"),
        sa.Index("ix_proposal_state_publish_at", "state", "publish_at"),
        sa.Index("ix_proposal_target_kind_target_key", "target_kind", "target_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Kind that a slice handed over; decides on rights and effect
    kind: Mapped[Code]
    target_kind: Mapped[Code]
    target_key: Mapped[str] = mapped_column(sa.String(200))
    target_label: Mapped[Name]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    #: Ids of stored files that belong to it
    files: Mapped[list[Any]]
    #: What the author says about it
    note: Mapped[LongText]
    state: Mapped[State]
    #: Counts every change, so that nobody decides on what they have not seen
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(index=True)
    author_name: Mapped[Name]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]
    decided_by_name: Mapped[Name]
    decided_at: Mapped[datetime | None]
    #: When it shall count; empty: as soon as it is approved
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    #: Last attempt of a due publication that failed, and why
    attempted_at: Mapped[datetime | None]
    fault: Mapped[LongText]
    #: The published proposal that this one corrects
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)

    comments: Mapped[list[ProposalComment]] = relationship(
        order_by="ProposalComment.id", back_populates="proposal", lazy="select"
    )


class ProposalComment(Base):
    """What somebody said about a proposal; the comment of a decision names the state that it led to."""

    __tablename__ = "proposal_comment"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    author_id: Mapped[int | None]
    author_name: Mapped[Name]
    #: State that the step led to; empty for a mere comment
    state: Mapped[State | None]
    text: Mapped[LongText]
    created_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="comments")
