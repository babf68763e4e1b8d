"""What staff do to the registry: corrections, merged makers, uploads, and how things were before an import."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, JsonText, LongText, Name, ordered_text
from outreach.core.drafts import DraftState
from outreach.labels.models import GradeCheck, Maker, Registration, RegistrationStatus


class Correction(Base):
    """One field of a registration that stands otherwise here than in the register, decided by two people.

    ``field`` is spelt as in the details of events: a column's word, a metric's code, or ``status``. While it is not
    ended, imports take in ``value`` in the place of what the register says, and note what that was. A row is never
    changed but for its end, so taking an import back finds everything as it was.
    """

    __tablename__ = "label_correction"
    __table_args__ = (
        sa.Index(
            "uq_label_correction_active",
            "registration_id",
            "field",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_label_correction_registration_id", "registration_id"),
        sa.CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[IntPk]
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id", ondelete="CASCADE"))
    field: Mapped[Code]
    #: What the register says; JSON, so that a figure stays a figure. Empty: nothing.
    register_value: Mapped[Any] = mapped_column(JsonText, nullable=True)
    value: Mapped[Any] = mapped_column(JsonText, nullable=True)
    reason: Mapped[LongText]
    #: The paper that says so; a state always has one.
    document: Mapped[Name] = mapped_column(default="")
    #: Since when it holds.
    on: Mapped[date]
    decided_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    #: The import that carried it over when the register's own value changed; empty: a decision.
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_run.id"), index=True)
    ended_at: Mapped[datetime | None]
    #: The import that ended it; empty: a later decision.
    ended_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_run.id"), index=True)

    registration: Mapped[Registration] = relationship()


class MakerMerge(Base):
    """One maker taken for another: what moved, so that it can be taken apart again."""

    __tablename__ = "maker_merge"
    __table_args__ = (sa.CheckConstraint("maker_id <> into_id", name="two_makers"),)

    id: Mapped[IntPk]
    maker_id: Mapped[int] = mapped_column(sa.ForeignKey("maker.id"), index=True)
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("maker.id"), index=True)
    reason: Mapped[LongText]
    #: Ids of the registrations, certificates and earlier merged makers that moved.
    moved: Mapped[dict[str, Any]]
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)

    maker: Mapped[Maker] = relationship(foreign_keys=[maker_id])
    into: Mapped[Maker] = relationship(foreign_keys=[into_id])


class RegistrationBefore(Base):
    """A registration as an import found it. ``is_changed``: more than the place in the file became another one."""

    __tablename__ = "registration_before"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    registration_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_changed: Mapped[bool]
    #: Whether its measured values were replaced; those are in ``measured_value_before``.
    has_values: Mapped[bool]
    earlier_run_id: Mapped[int] = mapped_column(index=True)
    row_number: Mapped[int]
    #: Empty: the raw row did not change.
    raw: Mapped[dict[str, Any] | None]
    edition_id: Mapped[int]
    subtype_id: Mapped[int | None]
    maker_id: Mapped[int]
    brand_id: Mapped[int | None]
    product_name_id: Mapped[int | None]
    model: Mapped[Name]
    declared_grade_id: Mapped[int | None]
    computed_grade_id: Mapped[int | None]
    grade_check: Mapped[GradeCheck]
    announced_on: Mapped[date | None]
    scheme_id: Mapped[int]
    category_id: Mapped[int]
    model_key: Mapped[str] = mapped_column(ordered_text(300))
    status: Mapped[RegistrationStatus]
    water_use: Mapped[float | None]
    water_metric_id: Mapped[int | None]
    updated_at: Mapped[datetime]


class MeasuredValueBefore(Base):
    """A measured value as an import found it."""

    __tablename__ = "measured_value_before"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    registration_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    metric_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[float]
    raw_text: Mapped[str] = mapped_column(sa.String(100))


class RetiredNumber(Base):
    """A number that was public until the import that brought it was taken back. It keeps resolving, with this."""

    __tablename__ = "retired_number"

    id: Mapped[IntPk]
    number: Mapped[str] = mapped_column(ordered_text(80), unique=True)
    number_key: Mapped[str] = mapped_column(ordered_text(80), index=True)
    model: Mapped[Name]
    maker_name: Mapped[Name]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id"), index=True)
    is_demo: Mapped[bool]
    retired_at: Mapped[datetime]


class ImportDraft(Base):
    """An uploaded register with what it would do, until somebody applies or discards it."""

    __tablename__ = "import_draft"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[IntPk]
    source: Mapped[Code]
    file_id: Mapped[int] = mapped_column(index=True)
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    as_of_on: Mapped[date | None]
    is_partial: Mapped[bool]
    is_strict: Mapped[bool]
    is_forced: Mapped[bool]
    state: Mapped[DraftState]
    fault: Mapped[LongText]
    #: Token of the registry that the preview was made on.
    generation: Mapped[Code]
    #: The sums of the preview.
    report: Mapped[dict[str, Any] | None]
    created_by_id: Mapped[int]
    created_by_name: Mapped[Name]
    created_at: Mapped[datetime]
    #: The job that reads or applies it, when one does.
    job_id: Mapped[int | None]
    #: What came of it.
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_run.id"), index=True)


class ImportDraftRow(Base):
    """What an uploaded register would do with one row, unless it is unchanged and nothing was noticed."""

    __tablename__ = "import_draft_row"
    __table_args__ = (sa.Index("ix_import_draft_row_draft_id_outcome", "draft_id", "outcome", "id"),)

    id: Mapped[IntPk]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id", ondelete="CASCADE"))
    #: 0 where the file has no row: what would disappear.
    row_number: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(80))
    outcome: Mapped[Code]
    has_remarks: Mapped[bool]
    #: Sentences of the remarks, one a line.
    remarks: Mapped[LongText]
    #: What would change: field → [before, after].
    changes: Mapped[dict[str, Any]]
