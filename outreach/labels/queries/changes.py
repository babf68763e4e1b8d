"""The steps in the life of all registrations, newest first, for the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Edition, Maker, Registration, RegistrationEvent
from outreach.labels.queries.published import published

NEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded step of a registration."""

    event_id: int
    on: date
    kind: str
    number: str
    model: str
    maker_name: str
    standard_no: str
    is_demo: bool


def list_changes(session: Session) -> list[Change]:
    """The newest steps of published registrations."""
    query = (
        sa.select(
            RegistrationEvent.id,
            RegistrationEvent.on,
            RegistrationEvent.kind,
            Registration.number,
            Registration.model,
            Maker.name,
            Edition.standard_no,
            Registration.is_demo,
        )
        .join(Registration, Registration.id == RegistrationEvent.registration_id)
        .join(Maker, Maker.id == Registration.maker_id)
        .join(Edition, Edition.id == Registration.edition_id)
        .where(published(session))
        .order_by(RegistrationEvent.on.desc(), RegistrationEvent.id.desc())
        .limit(NEWEST)
    )
    return [Change(*row) for row in session.execute(query)]
