"""The county registry: divisions and how they changed, batches, dated steps of the procedure, and printed totals.

A unit is what can be named 节水型社会建设达标县(区): a county-level division, or a unit without a division code, such
as a development zone. Its state is never stored: it follows from the dated events (``rules.states``), on any day.
Divisions, batches and totals are loaded from ``content/counties``; events come from there and from imported lists.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name


class Certainty(StrEnum):
    """How sure a recorded fact is; anything but ``sourced`` is shown with 「待核实」."""

    SOURCED = "sourced"
    #: Rests on a single source.
    SINGLE_SOURCE = "single-source"
    RECALLED = "recalled"


class DatePrecision(StrEnum):
    """How much of a date its source prints. The stored day is the first one of the month or year."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    #: Not even the year is known; the stored day is empty.
    UNKNOWN = "unknown"


class Region(StrEnum):
    """North or south as the targets use it. No source defines the two: always shown with 「待核实」."""

    NORTH = "north"
    SOUTH = "south"


class UnitKind(StrEnum):
    """What kind of place a unit is."""

    #: A county-level division with a code of GB/T 2260.
    COUNTY = "county"
    #: A development zone, a town or another unit without a county code, named in a batch all the same.
    OTHER = "other"


class ChangeKind(StrEnum):
    """What happened to a division."""

    CREATED = "created"
    RENAMED = "renamed"
    #: 县 became 区 or 市, usually with a new code.
    CONVERTED = "converted"
    MERGED = "merged"
    SPLIT = "split"
    ABOLISHED = "abolished"


class Stage(StrEnum):
    """Steps of the procedure, in its order, and what can follow the naming."""

    #: 建设申报
    APPLIED = "applied"
    #: 预审备案
    PREFILED = "prefiled"
    #: 审核认定
    REVIEWED = "reviewed"
    #: 发布: named in a batch of the Ministry.
    DESIGNATED = "designated"
    #: 复核: a look back (回头看) or the assessment after five full years.
    RECHECKED = "rechecked"
    #: 保持: the re-check was passed.
    KEPT = "kept"
    #: 限期整改
    RECTIFYING = "rectifying"
    #: 取消命名
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """Who wrote a batch or an event: what the files of ``content/counties`` wrote, they may take back."""

    FACTS = "facts"
    IMPORT = "import"
    STAFF = "staff"


class Province(Base):
    """A province-level division of the mainland."""

    __tablename__ = "county_province"

    id: Mapped[IntPk]
    #: Six digits, such as ``370000``.
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    #: As used in everyday speech: 山东, 内蒙古.
    short_name: Mapped[str] = mapped_column(sa.String(32))
    region: Mapped[Region]
    region_certainty: Mapped[Certainty]
    position: Mapped[int]


class Prefecture(Base):
    """A prefecture-level division."""

    __tablename__ = "county_prefecture"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    province_id: Mapped[int] = mapped_column(sa.ForeignKey("county_province.id"), index=True)


class CountyUnit(Base):
    """A unit that can be named. ``slug`` is its address for ever: the code, or a word where there is none."""

    __tablename__ = "county_unit"

    id: Mapped[IntPk]
    slug: Mapped[Code] = mapped_column(unique=True)
    #: Division code of GB/T 2260; empty for units without one.
    code: Mapped[str | None] = mapped_column(sa.String(6), unique=True)
    kind: Mapped[UnitKind]
    #: Its present name, or the last one of a unit that is no more.
    name: Mapped[Name]
    #: Toneless pinyin with the English generic, or the usual English name; names of autonomous places may be pinyin.
    name_en: Mapped[Name]
    #: Toneless pinyin in one word and its initials, for the search.
    pinyin: Mapped[str] = mapped_column(sa.String(200))
    initials: Mapped[str] = mapped_column(sa.String(64))
    province_id: Mapped[int] = mapped_column(sa.ForeignKey("county_province.id"), index=True)
    prefecture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_prefecture.id"), index=True)
    #: False for a division that was merged away or abolished.
    is_current: Mapped[bool] = mapped_column(default=True)
    certainty: Mapped[Certainty]
    note: Mapped[LongText] = mapped_column(default="")
    note_en: Mapped[LongText] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: Shown where there is no address, or none that is fit to be shown.
    source_name: Mapped[Name] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    province: Mapped[Province] = relationship()
    prefecture: Mapped[Prefecture | None] = relationship()


class UnitChange(Base):
    """One dated change of a division: what it was called before, and which unit goes on.

    The former code keeps resolving: its address leads to ``unit``.
    """

    __tablename__ = "county_unit_change"

    id: Mapped[IntPk]
    #: The unit that exists afterwards (for a split, one row each).
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("county_unit.id"), index=True)
    kind: Mapped[ChangeKind]
    #: Empty when there was no unit before (``created``).
    former_name: Mapped[str] = mapped_column(sa.String(300), default="")
    former_code: Mapped[str | None] = mapped_column(sa.String(6), index=True)
    happened_on: Mapped[date | None]
    precision: Mapped[DatePrecision]
    document: Mapped[Name] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    source_name: Mapped[Name] = mapped_column(default="")
    certainty: Mapped[Certainty]
    note: Mapped[LongText] = mapped_column(default="")
    note_en: Mapped[LongText] = mapped_column(default="")

    unit: Mapped[CountyUnit] = relationship()


class Batch(Base):
    """One announcement of the Ministry with its number, and how many counties it says it names."""

    __tablename__ = "county_batch"

    id: Mapped[IntPk]
    number: Mapped[int] = mapped_column(unique=True)
    announced_on: Mapped[date | None]
    precision: Mapped[DatePrecision]
    #: Year in which the counties of the batch were built up; empty when not seen.
    construction_year: Mapped[int | None]
    document: Mapped[Name] = mapped_column(default="")
    #: As announced; what the registry holds of it is counted, never stored. Empty for a batch that is only known
    #: from an imported list.
    announced_count: Mapped[int | None]
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    source_name: Mapped[Name] = mapped_column(default="")
    certainty: Mapped[Certainty]
    origin: Mapped[Origin]
    note: Mapped[LongText] = mapped_column(default="")
    note_en: Mapped[LongText] = mapped_column(default="")


class StageEvent(Base):
    """One dated step of a unit. States are computed from these rows; a wrong row is corrected, never overwritten."""

    __tablename__ = "county_stage_event"
    __table_args__ = (
        sa.CheckConstraint("(stage = 'designated') = (batch_id IS NOT NULL)", name="batch_names"),
        sa.UniqueConstraint("unit_id", "batch_id"),
    )

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("county_unit.id"), index=True)
    stage: Mapped[Stage]
    happened_on: Mapped[date | None]
    precision: Mapped[DatePrecision]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_batch.id"), index=True)
    #: The name as the paper prints it, which may be a former one.
    name_as_published: Mapped[str] = mapped_column(sa.String(300), default="")
    document: Mapped[Name] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    source_name: Mapped[Name] = mapped_column(default="")
    certainty: Mapped[Certainty]
    origin: Mapped[Origin]
    note: Mapped[LongText] = mapped_column(default="")
    import_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_import_run.id"), index=True)
    recorded_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)

    unit: Mapped[CountyUnit] = relationship()
    batch: Mapped[Batch | None] = relationship()


class PublishedTotal(Base):
    """A total that a ministry, a basin commission or a province printed, as it was printed."""

    __tablename__ = "county_published_total"

    id: Mapped[IntPk]
    #: Who it counts, as printed: 全国, 山东省, 黄河流域9省份.
    scope: Mapped[Name]
    scope_en: Mapped[Name]
    province_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_province.id"), index=True)
    total: Mapped[int]
    as_of_on: Mapped[date | None]
    precision: Mapped[DatePrecision]
    #: The moment in words, such as 第六批后.
    as_of_note: Mapped[Name] = mapped_column(default="")
    as_of_note_en: Mapped[Name] = mapped_column(default="")
    #: Share in percent as printed, never computed by us; empty when none was printed.
    share_as_published: Mapped[str] = mapped_column(sa.String(32), default="")
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: Where the source is no address, or the address is not kept.
    source_name: Mapped[Name] = mapped_column(default="")
    certainty: Mapped[Certainty]


class CountyImportRun(Base):
    """One imported list with what became of each row (``report``), so that the same file is recognised."""

    __tablename__ = "county_import_run"

    id: Mapped[IntPk]
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    imported_at: Mapped[datetime]
    rows_total: Mapped[int]
    rows_accepted: Mapped[int]
    rows_known: Mapped[int]
    rows_review: Mapped[int]
    rows_refused: Mapped[int]
    report: Mapped[dict[str, Any]]
    is_demo: Mapped[bool] = mapped_column(default=False)


class ReviewState(StrEnum):
    """What became of an ambiguous row."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DISMISSED = "dismissed"


class NameReview(Base):
    """A published name that fits no unit, or more than one: a person decides, with the candidates beside it."""

    __tablename__ = "county_name_review"

    id: Mapped[IntPk]
    import_run_id: Mapped[int] = mapped_column(sa.ForeignKey("county_import_run.id"), index=True)
    row_number: Mapped[int]
    #: The row as the file has it, by heading.
    raw: Mapped[dict[str, Any]]
    #: The same row as the import understood it: batch, date, province, name, papers; what a decision needs.
    parsed: Mapped[dict[str, Any]]
    reason: Mapped[Code]
    #: Ids of the units that may be meant, the likeliest first.
    candidates: Mapped[list[Any]]
    state: Mapped[ReviewState]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("county_unit.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[LongText] = mapped_column(default="")
