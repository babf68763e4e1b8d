"""A registration as staff work on it: its values by field, what the register says beside them, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, raiseload, selectinload

from outreach.labels.models import (
    Edition,
    Grade,
    GradeRule,
    ImportRemark,
    ImportRun,
    MeasuredValue,
    Metric,
    Registration,
    Subtype,
)
from outreach.labels.models_upkeep import Correction, RegistrationBefore, RetiredNumber

#: Fields of a registration that may be corrected, beside its figures, in the order of the form.
TEXT_FIELDS: Final = ("maker", "brand", "product_name", "model")
FIELDS: Final = (*TEXT_FIELDS, "subtype", "declared_grade", "announced_on")


def find_registration(session: Session, number: str, *, is_locked: bool = False) -> Registration | None:
    """The registration with this number, fictional or not; ``is_locked``: for this transaction alone."""
    if is_locked:
        session.execute(sa.select(Registration.id).where(Registration.number == number).with_for_update())
    whole = (
        joinedload(Registration.scheme),
        joinedload(Registration.edition).selectinload(Edition.grades),
        joinedload(Registration.category),
        joinedload(Registration.subtype),
        joinedload(Registration.maker),
        joinedload(Registration.brand),
        joinedload(Registration.product_name),
        joinedload(Registration.declared_grade),
        joinedload(Registration.computed_grade),
        joinedload(Registration.run),
        selectinload(Registration.values).joinedload(MeasuredValue.metric),
    )
    query = sa.select(Registration).where(Registration.number == number).options(*whole)
    return session.scalars(query, execution_options={"populate_existing": True}).unique().one_or_none()


def values_by_field(registration: Registration) -> dict[str, Any]:
    """Every field as corrections and events spell it; None: nothing. Figures by the codes of their metrics."""
    grade, subtype, announced = registration.declared_grade, registration.subtype, registration.announced_on
    texts = {
        "maker": registration.maker.name,
        "brand": registration.brand.name if registration.brand else None,
        "product_name": registration.product_name.name if registration.product_name else None,
        "model": registration.model,
        "subtype": subtype.code if subtype else None,
        "declared_grade": grade.code if grade else None,
        "announced_on": announced.isoformat() if announced else None,
    }
    return texts | {item.metric.code: item.value for item in registration.values}


def list_metrics_of(session: Session, registration: Registration) -> list[Metric]:
    """Metrics that the registration has a figure of, or that its edition grades by, in their order."""
    graded = (
        sa.select(GradeRule.metric_id)
        .join(Grade, Grade.id == GradeRule.grade_id)
        .where(Grade.edition_id == registration.edition_id)
    )
    measured = sa.select(MeasuredValue.metric_id).where(MeasuredValue.registration_id == registration.id)
    wanted = Metric.id.in_(graded) | Metric.id.in_(measured)
    return list(session.scalars(sa.select(Metric).where(wanted).order_by(Metric.position, Metric.id)))


def list_subtypes(session: Session, category_id: int) -> list[Subtype]:
    """Parts of a category that have limits of their own."""
    return list(session.scalars(sa.select(Subtype).where(Subtype.category_id == category_id).order_by(Subtype.code)))


def metric_names(session: Session) -> Mapping[str, tuple[str, str]]:
    """Names of all metrics by code: Chinese, English."""
    rows = session.execute(sa.select(Metric.code, Metric.name, Metric.name_en))
    return {row[0]: (row[1], row[2]) for row in rows}


def list_corrections(session: Session, registration_id: int, *, is_active: bool = True) -> list[Correction]:
    """Corrections that hold, by field; or all that ever were, the newest first."""
    query = sa.select(Correction).where(Correction.registration_id == registration_id)
    if is_active:
        query = query.where(Correction.ended_at.is_(None)).order_by(Correction.field)
    else:
        query = query.order_by(Correction.id.desc())
    return list(session.scalars(query.options(raiseload("*"))))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One import that a registration came with, or was changed or moved by."""

    run: ImportRun
    row_number: int
    is_changed: bool


def list_import_history(session: Session, registration: Registration) -> list[HistoryLine]:
    """The imports behind a registration as far as they are kept, the newest first."""
    before = RegistrationBefore
    query = (
        sa.select(ImportRun, before.row_number, before.is_changed)
        .join(before, before.earlier_run_id == ImportRun.id)
        .where(before.registration_id == registration.id)
        .order_by(before.run_id.desc())
    )
    newest = HistoryLine(registration.run, registration.row_number, is_changed=True)
    return [newest, *(HistoryLine(*row) for row in session.execute(query))]


def list_remarks_of(session: Session, number: str, limit: int = 50) -> Sequence[ImportRemark]:
    """What imports ever noticed of a number, the newest first."""
    query = sa.select(ImportRemark).where(ImportRemark.number == number).order_by(ImportRemark.id.desc())
    return session.scalars(query.limit(limit)).all()


def find_retired(session: Session, number: str, key: str) -> RetiredNumber | None:
    """The number that was public until its import was taken back: as printed, else in another spelling."""
    exact = session.scalar(sa.select(RetiredNumber).where(RetiredNumber.number == number))
    if exact is not None or not key:
        return exact
    return session.scalars(sa.select(RetiredNumber).where(RetiredNumber.number_key == key).limit(1)).first()
