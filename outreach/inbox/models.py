"""Letters from the public, what the staff did with them, and how many come from one network."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText


class Letter(Base):
    """One letter. Who wrote it is not known; what they left to be reached by is encrypted and goes after its term."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('received', 'assigned', 'answered', 'closed', 'rejected', 'merged')", name="state_known"
        ),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
        sa.CheckConstraint("contact = '' OR consented_at IS NOT NULL", name="contact_has_consent"),
        sa.CheckConstraint(
            "(state IN ('closed', 'rejected', 'merged')) = (ended_at IS NOT NULL)", name="ended_has_time"
        ),
        sa.Index("ix_letter_state_due_on", "state", "due_on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[IntPk]
    #: ``2026-00031``: what staff call it. Opens nothing.
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    #: SHA-256 of the receipt code, which only the writer has.
    code_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[Code] = mapped_column(index=True)
    #: What it is about: a number, a place, an address
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[LongText]
    #: Language of the page that it was written on
    locale: Mapped[str] = mapped_column(sa.String(8))
    #: Encrypted; empty when none was left, or when its term is over
    contact: Mapped[LongText] = mapped_column(default="")
    consented_at: Mapped[datetime | None]
    #: Which wording was agreed to
    consent_version: Mapped[str] = mapped_column(sa.String(32), default="")
    #: When contact and attachment were deleted before or at the end of their term
    forgotten_at: Mapped[datetime | None]
    #: A stored file; no foreign key: files have tables of their own in ``core``
    attachment_id: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(index=True)
    #: Last day for the answer
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(16), default="received")
    #: Counts the changes: who answers says which one they saw
    version: Mapped[int] = mapped_column(default=1)
    assignee_id: Mapped[int | None] = mapped_column(index=True)
    assignee_name: Mapped[str] = mapped_column(sa.String(100), default="")
    assigned_at: Mapped[datetime | None]
    #: Shown on the status page of this letter
    answer: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"), index=True)

    steps: Mapped[list[LetterStep]] = relationship(order_by="LetterStep.id", back_populates="letter")
    merged_into: Mapped[Letter | None] = relationship(remote_side="Letter.id")


class LetterStep(Base):
    """What somebody of the staff did with a letter, or noted about it. Never shown to the public."""

    __tablename__ = "letter_step"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[IntPk]
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(sa.String(16))
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(sa.String(100))
    text: Mapped[LongText]
    made_at: Mapped[datetime]

    letter: Mapped[Letter] = relationship(back_populates="steps")


class LetterQuota(Base):
    """How much one network sent within one hour or day. ``network`` is a keyed digest; the row goes after two days."""

    __tablename__ = "letter_quota"
    __table_args__ = (sa.CheckConstraint("count > 0", name="count_positive"),)

    network: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    #: ``letter`` or ``draft`` with the hour or day, such as ``letter:2026-11-25T10``
    window: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    count: Mapped[int]
    since_at: Mapped[datetime] = mapped_column(index=True)
