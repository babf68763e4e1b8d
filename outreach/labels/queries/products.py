"""One registration with everything that its page tells, each part read by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, raiseload, selectinload

from outreach.core.search.text import clean, code_key
from outreach.labels.models import (
    Certificate,
    CertificateModel,
    Edition,
    Grade,
    ImportRemark,
    Maker,
    MeasuredValue,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
    SpotCheck,
)
from outreach.labels.queries.published import published

#: Longest number that can be recorded.
NUMBER_LENGTH: Final = 80
#: Other filings that a product page lists; a model with more is better searched for.
MOST_FILINGS: Final = 50
MOST_EVENTS: Final = 100
#: Numbers that differ in nothing but hyphens and case.
MOST_TWINS: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A published registration by its id, with its number as printed."""

    id: int
    number: str


def find_number(session: Session, requested: str) -> Found | None:
    """The published registration that ``requested`` names. Case, width and hyphens of a number do not matter.

    None when there is no such number, and when several numbers differ in nothing else and none is written just so.
    """
    key = code_key(clean(requested, NUMBER_LENGTH))
    if not key:
        return None
    query = sa.select(Registration.id, Registration.number).where(Registration.number_key == key, published(session))
    found = [Found(*row) for row in session.execute(query.limit(MOST_TWINS))]
    return found[0] if len(found) == 1 else next((item for item in found if item.number == requested), None)


def load_product(session: Session, registration_id: int) -> Registration:
    """A registration with all that belongs to it; whatever is not loaded raises when it is touched."""
    query = sa.select(Registration).where(Registration.id == registration_id).options(*_WHOLE)
    return session.scalars(query).unique().one()


_WHOLE: Final = (
    joinedload(Registration.scheme),
    joinedload(Registration.edition).selectinload(Edition.grades),
    joinedload(Registration.category),
    joinedload(Registration.subtype),
    joinedload(Registration.maker),
    joinedload(Registration.brand),
    joinedload(Registration.product_name),
    joinedload(Registration.declared_grade),
    joinedload(Registration.computed_grade),
    joinedload(Registration.water_metric),
    joinedload(Registration.run),
    selectinload(Registration.values).joinedload(MeasuredValue.metric),
    raiseload("*"),
)


def list_events(session: Session, registration_id: int) -> list[RegistrationEvent]:
    """The dated steps of a registration's life, newest first."""
    query = (
        sa.select(RegistrationEvent)
        .where(RegistrationEvent.registration_id == registration_id)
        .order_by(RegistrationEvent.on.desc(), RegistrationEvent.id.desc())
        .limit(MOST_EVENTS)
        .options(raiseload("*"))
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Filing:
    """Another filing of the same maker and model."""

    number: str
    edition_code: str
    standard_no: str
    grade_name: str
    grade_name_en: str
    announced_on: date | None
    status: RegistrationStatus
    is_same_edition: bool


def list_other_filings(session: Session, registration: Registration) -> list[Filing]:
    """Other filings of the same maker and model, those of the same edition first, then newest first."""
    query = (
        sa.select(
            Registration.number,
            Edition.code,
            Edition.standard_no,
            Grade.name,
            Grade.name_en,
            Registration.announced_on,
            Registration.status,
            Registration.edition_id == registration.edition_id,
        )
        .join(Edition, Edition.id == Registration.edition_id)
        .outerjoin(Grade, Grade.id == Registration.declared_grade_id)
        .where(
            Registration.maker_id == registration.maker_id,
            Registration.model_key == registration.model_key,
            Registration.id != registration.id,
            Registration.is_demo.is_(registration.is_demo),
        )
        .order_by(
            (Registration.edition_id != registration.edition_id),
            Registration.announced_on.desc().nulls_last(),
            Registration.id.desc(),
        )
        .limit(MOST_FILINGS)
    )
    return [
        Filing(row[0], row[1], row[2], row[3] or "", row[4] or "", row[5], row[6], bool(row[7]))
        for row in session.execute(query)
    ]


def newer_filing(filings: list[Filing]) -> Filing | None:
    """The filing that stands in the place of a superseded one: the newest listed of the same edition."""
    return next((item for item in filings if item.is_same_edition and item.status is RegistrationStatus.LISTED), None)


def list_certificates_of(session: Session, registration: Registration) -> list[Certificate]:
    """Certificates of the same maker that name this model, the longest valid first."""
    query = (
        sa.select(Certificate)
        .join(CertificateModel, CertificateModel.certificate_id == Certificate.id)
        .where(
            CertificateModel.model_key == registration.model_key,
            Certificate.maker_id == registration.maker_id,
            Certificate.is_demo.is_(registration.is_demo),
        )
        .order_by(Certificate.valid_to.desc().nulls_last(), Certificate.number)
        .options(raiseload("*"))
    )
    return list(session.scalars(query))


def list_spot_checks(session: Session, registration: Registration) -> list[SpotCheck]:
    """Published spot checks of this registration, newest first."""
    query = (
        sa.select(SpotCheck)
        .where(SpotCheck.registration_id == registration.id, SpotCheck.is_demo.is_(registration.is_demo))
        .order_by(SpotCheck.published_on.desc(), SpotCheck.id.desc())
        .options(raiseload("*"))
    )
    return list(session.scalars(query))


def list_remarks(session: Session, registration: Registration) -> list[ImportRemark]:
    """What the import noticed or repaired in the row that the registration stands in."""
    query = (
        sa.select(ImportRemark)
        .where(
            ImportRemark.run_id == registration.run_id,
            ImportRemark.row_number == registration.row_number,
            ImportRemark.is_refused.is_(False),
        )
        .order_by(ImportRemark.id)
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Example:
    """A registration named beside others, with the figure it is named for."""

    number: str
    model: str
    maker_name: str
    figure: float


def list_examples(session: Session, figures: Sequence[tuple[int, float]]) -> list[Example]:
    """The registrations with these ids, in the order given."""
    query = (
        sa.select(Registration.id, Registration.number, Registration.model, Maker.name, Maker.short_name)
        .join(Maker, Maker.id == Registration.maker_id)
        .where(Registration.id.in_([registration_id for registration_id, _figure in figures]))
    )
    found = {row[0]: row for row in session.execute(query)} if figures else {}
    return [
        Example(found[key][1], found[key][2], found[key][4] or found[key][3], figure)
        for key, figure in figures
        if key in found
    ]
