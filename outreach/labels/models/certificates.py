"""Voluntary water-saving certificates."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.core.db import Base, IntPk, LongText, Name, ordered_text
from outreach.labels.models.names import Maker
from outreach.labels.models.standards import Category


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
