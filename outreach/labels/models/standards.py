"""Standards: scheme → edition → category and subtype → metric → grade → grade rule, from ``content/standards``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name


class Certainty(StrEnum):
    """How sure a recorded limit is; anything but ``sourced`` is shown with 「待核实」 and its reason."""

    SOURCED = "sourced"
    #: Worked out from real filings.
    DATA = "data"
    #: Worked out from real filings, with a step of reasoning that they do not prove.
    DATA_INFERRED = "data-inferred"
    RECALLED = "recalled"
    DISPUTED = "disputed"


class Better(StrEnum):
    """Which direction of a metric is better for saving water (or for the user)."""

    LOWER = "lower"
    HIGHER = "higher"


class RuleRole(StrEnum):
    """What a limit means beside being the edge of a grade."""

    GRADE = "grade"
    #: 限定值, the market-entry line.
    LIMIT = "limit"
    #: 节水评价值, the usual bar of the voluntary certification.
    EVALUATION = "evaluation"


class Scheme(Base):
    """A labelling scheme, such as China's water efficiency label."""

    __tablename__ = "scheme"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    #: ISO 3166 alpha-2.
    country: Mapped[str] = mapped_column(sa.String(2))
    authority: Mapped[Name]
    authority_en: Mapped[Name]
    is_mandatory: Mapped[bool]
    #: Where the public can query the official register; empty when there is none.
    query_url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: What the site must say about the scheme's figures; empty when nothing.
    note: Mapped[LongText] = mapped_column(default="")
    note_en: Mapped[LongText] = mapped_column(default="")
    position: Mapped[int]


class Category(Base):
    """A kind of product with its everyday names in ``content/synonyms.csv``."""

    __tablename__ = "category"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    position: Mapped[int]


class Metric(Base):
    """A measured quantity. ``unit`` is printed as it stands; ``test_condition`` belongs to the meaning."""

    __tablename__ = "metric"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    unit: Mapped[str] = mapped_column(sa.String(32))
    unit_en: Mapped[str] = mapped_column(sa.String(32))
    decimals: Mapped[int]
    better: Mapped[Better | None]
    test_condition: Mapped[str] = mapped_column(sa.String(200), default="")
    #: True for the litres (or litres per minute, per kilogram) that 「用水量」 sorts by.
    is_water_use: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class Edition(Base):
    """One edition of a standard for one category. Grades of different editions are never compared unsaid."""

    __tablename__ = "edition"

    id: Mapped[IntPk]
    code: Mapped[Code] = mapped_column(unique=True)
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("scheme.id"), index=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), index=True)
    #: As printed, such as ``GB 38383-2019``.
    standard_no: Mapped[Code]
    title: Mapped[Name]
    title_en: Mapped[Name]
    #: 实施规则编号, such as ``CWL 03-2020``; empty when unknown.
    rule_no: Mapped[str] = mapped_column(sa.String(64), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    #: First day that genuine filings bear, where earlier ones are the filing site's own tests; empty when unknown.
    filings_from: Mapped[date | None] = mapped_column(default=None)
    #: False where the standard grades by further metrics that are not recorded: a computed grade is a best case then.
    is_complete: Mapped[bool] = mapped_column(default=True)
    #: What is known of the dates in words, with what is not.
    date_note: Mapped[LongText] = mapped_column(default="")
    date_note_en: Mapped[LongText] = mapped_column(default="")
    certainty: Mapped[Certainty]
    source: Mapped[LongText]

    scheme: Mapped[Scheme] = relationship()
    category: Mapped[Category] = relationship()
    grades: Mapped[list[Grade]] = relationship(back_populates="edition", order_by="Grade.rank")


class Subtype(Base):
    """A part of a category that has limits of its own, such as hand-held showers."""

    __tablename__ = "subtype"
    __table_args__ = (sa.UniqueConstraint("category_id", "code"),)

    id: Mapped[IntPk]
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    name_en: Mapped[Name]


class Grade(Base):
    """One step of an edition's scale; ``rank`` 1 is the best of its own edition."""

    __tablename__ = "grade"
    __table_args__ = (sa.UniqueConstraint("edition_id", "code"), sa.CheckConstraint("rank >= 1", name="rank_from_one"))

    id: Mapped[IntPk]
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    code: Mapped[str] = mapped_column(sa.String(16))
    name: Mapped[Name]
    name_en: Mapped[Name]
    rank: Mapped[int]
    #: How sure it is that the scale has this step.
    certainty: Mapped[Certainty] = mapped_column(default=Certainty.SOURCED)
    source: Mapped[LongText] = mapped_column(default="")

    edition: Mapped[Edition] = relationship(back_populates="grades")
    rules: Mapped[list[GradeRule]] = relationship(back_populates="grade")


class GradeRule(Base):
    """One condition of a grade: a metric inside a band. A grade needs every one of its conditions.

    A missing bound is open. ``subtype_id`` empty: the condition holds for the whole category.
    """

    __tablename__ = "grade_rule"
    __table_args__ = (
        sa.CheckConstraint("low IS NOT NULL OR high IS NOT NULL", name="has_a_bound"),
        sa.Index("ix_grade_rule_grade_id", "grade_id"),
    )

    id: Mapped[IntPk]
    grade_id: Mapped[int] = mapped_column(sa.ForeignKey("grade.id"))
    subtype_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subtype.id"))
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metric.id"))
    low: Mapped[float | None]
    is_low_inclusive: Mapped[bool] = mapped_column(default=True)
    high: Mapped[float | None]
    is_high_inclusive: Mapped[bool] = mapped_column(default=True)
    role: Mapped[RuleRole]
    certainty: Mapped[Certainty]
    source: Mapped[LongText]

    grade: Mapped[Grade] = relationship(back_populates="rules")
    metric: Mapped[Metric] = relationship()
    subtype: Mapped[Subtype | None] = relationship()
