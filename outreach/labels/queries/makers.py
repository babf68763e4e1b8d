"""Makers as the register prints them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, raiseload

from outreach.labels.models import Certificate, Maker, Registration, SpotCheck
from outreach.labels.queries.published import published


def find_maker(session: Session, maker_id: int) -> Maker | None:
    """The published maker with this id."""
    return session.scalars(sa.select(Maker).where(Maker.id == maker_id, published(session, Maker))).one_or_none()


def list_certificates_of_maker(session: Session, maker: Maker) -> list[Certificate]:
    """The maker's certificates, the longest valid first."""
    query = (
        sa.select(Certificate)
        .where(Certificate.maker_id == maker.id, Certificate.is_demo.is_(maker.is_demo))
        .order_by(Certificate.valid_to.desc().nulls_last(), Certificate.number)
        .limit(100)
        .options(joinedload(Certificate.category), raiseload("*"))
    )
    return list(session.scalars(query))


def list_spot_checks_of_maker(session: Session, maker: Maker) -> list[SpotCheck]:
    """Published spot checks of the maker's products, newest first, with their registrations."""
    query = (
        sa.select(SpotCheck)
        .join(SpotCheck.registration)
        .where(Registration.maker_id == maker.id, SpotCheck.is_demo.is_(maker.is_demo))
        .order_by(SpotCheck.published_on.desc(), SpotCheck.id.desc())
        .limit(100)
        .options(joinedload(SpotCheck.registration), raiseload("*"))
    )
    return list(session.scalars(query))
