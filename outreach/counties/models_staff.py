"""What staff and counties add to the registry: corrections with what stood there before, yearly figures, uploads.

Corrections are kept for ever, so that the public page can say what was corrected, when and why, and so that loading
``content/counties`` anew takes nothing of them back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name
from outreach.core.drafts import DraftState
from outreach.counties.models import Batch, Certainty, CountyImportRun, DatePrecision, Stage


class UnitCorrection(Base):
    """One corrected field of a unit. Append-only: the newest row of a field says what it is, whatever the files say."""

    __tablename__ = "county_unit_correction"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("county_unit.id"), index=True)
    field: Mapped[Code]
    before: Mapped[LongText]
    after: Mapped[LongText]
    reason: Mapped[LongText]
    proposal_id: Mapped[int]
    corrected_at: Mapped[datetime]


class CorrectedStep(Base):
    """What a step of the procedure said before it was corrected, or struck out. It counts for nothing any more."""

    __tablename__ = "county_corrected_step"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("county_unit.id"), index=True)
    #: The row that says now what is right; a number without a row when the step was struck out.
    event_id: Mapped[int] = mapped_column(index=True)
    is_removed: Mapped[bool]
    stage: Mapped[Stage]
    happened_on: Mapped[date | None]
    precision: Mapped[DatePrecision]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_batch.id"), index=True)
    name_as_published: Mapped[str] = mapped_column(sa.String(300))
    document: Mapped[Name]
    source_url: Mapped[str] = mapped_column(sa.String(500))
    source_name: Mapped[Name]
    certainty: Mapped[Certainty]
    note: Mapped[LongText]
    #: Import that the step came from; what was decided on top of it keeps the import from being undone.
    import_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_import_run.id"), index=True)
    reason: Mapped[LongText]
    proposal_id: Mapped[int]
    corrected_at: Mapped[datetime]

    batch: Mapped[Batch | None] = relationship()


class YearlyFigure(Base):
    """One figure that a county handed in for one year, as it was approved. Names are those of the table of that day."""

    __tablename__ = "county_yearly_figure"
    __table_args__ = (sa.UniqueConstraint("unit_id", "year", "code"),)

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("county_unit.id"), index=True)
    year: Mapped[int]
    #: The indicator's code, or ``remark``.
    code: Mapped[Code]
    kind: Mapped[Code]
    name: Mapped[Name]
    name_en: Mapped[Name]
    value: Mapped[LongText]
    value_en: Mapped[LongText]
    unit_word: Mapped[Name]
    unit_word_en: Mapped[Name]
    position: Mapped[int]
    proposal_id: Mapped[int]
    approved_at: Mapped[datetime]


class CountyImportDraft(Base):
    """An uploaded list with its preview; nothing of it is in the registry before it is applied."""

    __tablename__ = "county_import_draft"

    id: Mapped[IntPk]
    file_id: Mapped[int]
    file_name: Mapped[Name]
    state: Mapped[DraftState]
    is_strict: Mapped[bool]
    #: Generation of the registry that the preview was made on.
    generation: Mapped[Code]
    report: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    fault: Mapped[LongText]
    job_id: Mapped[int | None]
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_import_run.id"), index=True)
    created_by_id: Mapped[int]
    created_by_name: Mapped[Name]
    created_at: Mapped[datetime]


class CountyImportUndo(Base):
    """An import that was taken back: by whom, when, why, and how much went with it."""

    __tablename__ = "county_import_undo"

    id: Mapped[IntPk]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("county_import_run.id"), unique=True)
    events: Mapped[int]
    reviews: Mapped[int]
    batches: Mapped[int]
    reason: Mapped[LongText]
    undone_by_name: Mapped[Name]
    undone_at: Mapped[datetime]

    run: Mapped[CountyImportRun] = relationship()
