"""Voluntary water-saving certificates (节水产品认证): the list with its filters, and single ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, raiseload

from outreach.core.search.text import clean
from outreach.labels.forms_certificates import PAGE_SIZE, CertificateQuery
from outreach.labels.models import Category, Certificate, CertificateModel, CertificateStatus, Registration
from outreach.labels.queries.published import published

NUMBER_LENGTH = 80


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """One page of the list. ``total`` is exact."""

    query: CertificateQuery
    total: int
    items: tuple[Certificate, ...]
    pages: int


def effective_status(certificate: Certificate, today: date) -> CertificateStatus:
    """The state on ``today``: what is recorded as valid ends with its last day."""
    is_over = certificate.valid_to is not None and certificate.valid_to < today
    is_ended = certificate.status is CertificateStatus.VALID and is_over
    return CertificateStatus.EXPIRED if is_ended else certificate.status


def search_certificates(session: Session, query: CertificateQuery, today: date) -> CertificatePage:
    """Certificates that hold the words in number, product, model or names, the longest valid first."""
    conditions = [published(session, Certificate), *_conditions(query, today)]
    total = session.scalar(sa.select(sa.func.count()).select_from(Certificate).where(*conditions)) or 0
    rows = (
        sa.select(Certificate)
        .where(*conditions)
        .options(joinedload(Certificate.category), joinedload(Certificate.maker), raiseload("*"))
        .order_by(Certificate.valid_to.desc().nulls_last(), Certificate.number)
        .limit(PAGE_SIZE)
        .offset((query.page - 1) * PAGE_SIZE)
    )
    return CertificatePage(query, total, tuple(session.scalars(rows)), -(-total // PAGE_SIZE))


def _conditions(query: CertificateQuery, today: date) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if query.category:
        found.append(
            Certificate.category_id == sa.select(Category.id).where(Category.code == query.category).scalar_subquery()
        )
    if query.status:
        found.append(_has_status(CertificateStatus(query.status), today))
    for word in query.text.split():
        columns = (Certificate.number, Certificate.product, Certificate.applicant, Certificate.models, Certificate.body)
        found.append(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found


def _has_status(status: CertificateStatus, today: date) -> sa.ColumnElement[bool]:
    is_over = sa.and_(Certificate.status == CertificateStatus.VALID, Certificate.valid_to < today)
    if status is CertificateStatus.EXPIRED:
        return sa.or_(Certificate.status == status, is_over)
    if status is CertificateStatus.VALID:
        return sa.and_(
            Certificate.status == status, sa.or_(Certificate.valid_to.is_(None), Certificate.valid_to >= today)
        )
    return Certificate.status == status


def find_certificate(session: Session, number: str) -> Certificate | None:
    """The published certificate with this number, with category and maker."""
    query = (
        sa.select(Certificate)
        .where(Certificate.number == clean(number, NUMBER_LENGTH), published(session, Certificate))
        .options(joinedload(Certificate.category), joinedload(Certificate.maker), raiseload("*"))
    )
    return session.scalars(query).one_or_none()


def list_registrations_of(session: Session, certificate: Certificate) -> list[Registration]:
    """Registrations of the certificate's maker whose model the certificate names, newest first."""
    keys = sa.select(CertificateModel.model_key).where(CertificateModel.certificate_id == certificate.id)
    query = (
        sa.select(Registration)
        .where(
            Registration.maker_id == certificate.maker_id,
            Registration.model_key.in_(keys),
            Registration.is_demo.is_(certificate.is_demo),
        )
        .options(joinedload(Registration.edition), joinedload(Registration.declared_grade), raiseload("*"))
        .order_by(Registration.announced_on.desc().nulls_last(), Registration.id.desc())
        .limit(100)
    )
    return list(session.scalars(query))
