"""Registrations with their measured values, their history, and market spot checks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, Code, IntPk, LongText, Name, ordered_text
from outreach.labels.models.imports import ImportRun
from outreach.labels.models.names import Brand, Maker, ProductName
from outreach.labels.models.standards import Category, Edition, Grade, Metric, Scheme, Subtype


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
