"""The registry: scheme → edition → category and subtype → metric → grade rule → registration → measured values.

Standards (schemes to grade rules) are loaded from ``content/standards``; registrations come from imported registers.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name, ordered_text


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


class RegistrationStatus(StrEnum):
    """State of a registration. Every number that was ever published keeps resolving, whatever its state."""

    LISTED = "listed"
    #: A newer filing of the same maker and model under the same edition exists.
    SUPERSEDED = "superseded"
    #: No longer in the newest file of its source.
    DELISTED = "delisted"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class GradeCheck(StrEnum):
    """How the declared grade stands against the one computed from the measured values."""

    SAME = "same"
    DIFFERS = "differs"
    #: No rule, or not all measured values: nothing is claimed.
    NOT_COMPUTABLE = "not-computable"


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


class Maker(Base):
    """Who made or imported a product, under the name that the register prints."""

    __tablename__ = "maker"

    id: Mapped[IntPk]
    name: Mapped[Name]
    #: The folded name (``core.search.text.fold``), which decides identity.
    name_key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    #: What people call the company: 方太 for 宁波方太厨具有限公司; empty when none can be told.
    short_name: Mapped[str] = mapped_column(sa.String(100), default="", index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: The maker that this one was found to be; then nothing rests on this row but its name and its address. No foreign
    #: key: SQLite adds none to a table that is there.
    merged_into_id: Mapped[int | None] = mapped_column(index=True, default=None)


class Brand(Base):
    """A brand as registers print it, where they print one."""

    __tablename__ = "brand"

    id: Mapped[IntPk]
    name: Mapped[Name]
    name_key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)


class ProductName(Base):
    """A marketing or type name. Kept once, because registers repeat it; the text index holds these, not products."""

    __tablename__ = "product_name"

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(sa.String(500))
    name_key: Mapped[str] = mapped_column(sa.String(500), unique=True)


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


class Registration(Base):
    """A product's entry in a register. The number is the key; the same model may be filed many times."""

    __tablename__ = "registration"
    __table_args__ = (
        sa.CheckConstraint("number <> ''", name="number_not_empty"),
        sa.Index("ix_registration_model_key", "model_key"),
        sa.Index("ix_registration_number_key", "number_key"),
        sa.Index("ix_registration_maker_id_model_key", "maker_id", "model_key"),
        sa.Index("ix_registration_edition_id", "edition_id"),
        sa.Index("ix_registration_category_id", "category_id"),
    )

    id: Mapped[IntPk]
    #: Filing or registration number as printed; foreign registers get a prefix so that numbers never collide.
    number: Mapped[str] = mapped_column(ordered_text(80), unique=True)
    #: ``core.search.text.code_key`` of the number, for look-ups by parts.
    number_key: Mapped[str] = mapped_column(ordered_text(80))
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("scheme.id"))
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    subtype_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subtype.id"))
    maker_id: Mapped[int] = mapped_column(sa.ForeignKey("maker.id"))
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brand.id"))
    product_name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product_name.id"))
    model: Mapped[Name]
    #: ``core.search.text.code_key`` of the model.
    model_key: Mapped[str] = mapped_column(ordered_text(300))
    declared_grade_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grade.id"))
    computed_grade_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grade.id"))
    grade_check: Mapped[GradeCheck]
    announced_on: Mapped[date | None]
    status: Mapped[RegistrationStatus]
    #: The main water figure, copied from the measured values for sorting, in ``water_metric``'s unit.
    water_use: Mapped[float | None]
    water_metric_id: Mapped[int | None] = mapped_column(sa.ForeignKey("metric.id"))
    #: The source's row as it was, before any repair.
    raw: Mapped[dict[str, Any]]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id"), index=True)
    row_number: Mapped[int]
    is_demo: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]

    scheme: Mapped[Scheme] = relationship()
    edition: Mapped[Edition] = relationship()
    category: Mapped[Category] = relationship()
    subtype: Mapped[Subtype | None] = relationship()
    maker: Mapped[Maker] = relationship()
    brand: Mapped[Brand | None] = relationship()
    product_name: Mapped[ProductName | None] = relationship()
    declared_grade: Mapped[Grade | None] = relationship(foreign_keys=[declared_grade_id])
    computed_grade: Mapped[Grade | None] = relationship(foreign_keys=[computed_grade_id])
    water_metric: Mapped[Metric | None] = relationship()
    run: Mapped[ImportRun] = relationship()
    values: Mapped[list[MeasuredValue]] = relationship(back_populates="registration")
    events: Mapped[list[RegistrationEvent]] = relationship(
        back_populates="registration", order_by="RegistrationEvent.on, RegistrationEvent.id"
    )


class MeasuredValue(Base):
    """One figure of a registration, with the text it was read from."""

    __tablename__ = "measured_value"

    registration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metric.id"), primary_key=True, autoincrement=False)
    value: Mapped[float]
    raw_text: Mapped[str] = mapped_column(sa.String(100))

    registration: Mapped[Registration] = relationship(back_populates="values")
    metric: Mapped[Metric] = relationship()


class RegistrationEvent(Base):
    """A dated step in a registration's life, such as its announcement or its disappearance from the source."""

    __tablename__ = "registration_event"
    __table_args__ = (
        sa.Index("ix_registration_event_registration_id", "registration_id"),
        sa.Index("ix_registration_event_on_id", "on", "id"),
    )

    id: Mapped[IntPk]
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id", ondelete="CASCADE"))
    on: Mapped[date]
    #: The state from this day on.
    status: Mapped[RegistrationStatus]
    #: ``announced``, ``updated``, ``relisted``, or the name of the state that began.
    kind: Mapped[Code]
    #: What changed, as data: ``{"field": [before, after]}``, or the number that supersedes.
    details: Mapped[dict[str, Any]]
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_run.id"))

    registration: Mapped[Registration] = relationship(back_populates="events")


class CertificateStatus(StrEnum):
    """State of a voluntary water-saving certificate."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Certificate(Base):
    """A 节水产品认证 certificate: voluntary, issued by a body, valid for a time. Another thing than the label."""

    __tablename__ = "certificate"

    id: Mapped[IntPk]
    #: Free text: the bodies' numbering is not confirmed.
    number: Mapped[str] = mapped_column(ordered_text(80), unique=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), index=True)
    applicant: Mapped[Name]
    maker_id: Mapped[int] = mapped_column(sa.ForeignKey("maker.id"), index=True)
    factory: Mapped[Name] = mapped_column(default="")
    product: Mapped[Name]
    #: Models as the certificate prints them, one a line.
    models: Mapped[LongText]
    standard: Mapped[Name]
    mode: Mapped[Name] = mapped_column(default="")
    body: Mapped[Name]
    first_issued_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    status: Mapped[CertificateStatus]
    source: Mapped[LongText]
    is_demo: Mapped[bool] = mapped_column(default=False)

    category: Mapped[Category] = relationship()
    maker: Mapped[Maker] = relationship()


class CertificateModel(Base):
    """One model of a certificate, with the key that ties it to registrations of the same maker."""

    __tablename__ = "certificate_model"
    __table_args__ = (sa.Index("ix_certificate_model_model_key", "model_key"),)

    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    model_key: Mapped[str] = mapped_column(ordered_text(300), primary_key=True)


class SpotCheckResult(StrEnum):
    """Outcome of a market spot check."""

    PASSED = "passed"
    FAILED = "failed"


class SpotCheck(Base):
    """A market spot check (监督抽查) of one registered product, with the paper that published it."""

    __tablename__ = "spot_check"

    id: Mapped[IntPk]
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    published_on: Mapped[date]
    authority: Mapped[Name]
    result: Mapped[SpotCheckResult]
    #: What failed, in the paper's words; empty when passed.
    finding: Mapped[LongText] = mapped_column(default="")
    document: Mapped[Name]
    source_url: Mapped[str] = mapped_column(sa.String(500), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    registration: Mapped[Registration] = relationship()
