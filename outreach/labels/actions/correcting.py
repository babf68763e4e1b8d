"""Writing what two people decided on a registration: corrected fields, and states with their day and document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now, today
from outreach.core.search.outbox import touch_generation
from outreach.core.search.text import code_key
from outreach.labels.actions.import_names import NameBook
from outreach.labels.actions.import_records import RAW_TEXT_LENGTH
from outreach.labels.actions.regrading import regrade
from outreach.labels.actions.superseding import renew_superseded
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import (
    Brand,
    Grade,
    Maker,
    MeasuredValue,
    Metric,
    ProductName,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
    Subtype,
)
from outreach.labels.models_upkeep import Correction
from outreach.labels.queries.upkeep import values_by_field

NAMES: Mapping[str, type[Maker | Brand | ProductName]] = {"maker": Maker, "brand": Brand, "product_name": ProductName}


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something is written, by which proposal, with which paper; ``on``: since when it holds (None: today)."""

    reason: str
    proposal_id: int | None = None
    document: str = ""
    on: date | None = None


def correct(session: Session, registration: Registration, values: Mapping[str, Any], decision: Decision) -> None:
    """Give fields their decided values. What the register says is kept beside them; its own value ends a correction."""
    before = values_by_field(registration)
    changed = {field: value for field, value in values.items() if before.get(field) != value}
    if not changed:
        return
    for field, value in changed.items():
        _write(session, registration, field, value)
        _note(session, registration, field, before.get(field), value, decision)
    _renew_water(session, registration)
    details = {field: [before.get(field), value] for field, value in changed.items()}
    _add_event(session, registration, registration.status, "corrected", details, today())
    _finish(session, registration)


def set_status(session: Session, registration: Registration, status: RegistrationStatus, decision: Decision) -> None:
    """Lead a registration to a state from a day on. It stands until another decision, whatever registers say."""
    before, day = registration.status, decision.on or today()
    _note(session, registration, "status", before.value, status.value, decision)
    registration.status = status
    kind = "relisted" if status is RegistrationStatus.LISTED else status.value
    _add_event(session, registration, status, kind, {"document": decision.document, "reason": decision.reason}, day)
    _finish(session, registration)


def _write(session: Session, registration: Registration, field: str, value: Any) -> None:
    """Put one value where it belongs."""
    if field in NAMES:
        book = NameBook(session, NAMES[field])
        book.learn([value or ""], is_demo=registration.is_demo)
        setattr(registration, f"{field}_id", book.id(value or ""))
    elif field == "model":
        registration.model, registration.model_key = value, code_key(value)
    elif field == "subtype":
        own = (Subtype.category_id == registration.category_id, Subtype.code == value)
        registration.subtype_id = session.scalar(sa.select(Subtype.id).where(*own))
    elif field == "declared_grade":
        step = (Grade.edition_id == registration.edition_id, Grade.code == value)
        registration.declared_grade_id = session.scalar(sa.select(Grade.id).where(*step))
    elif field == "announced_on":
        registration.announced_on = date.fromisoformat(value) if value else None
    else:
        _write_figure(session, registration.id, field, value)
    session.flush()


def _write_figure(session: Session, registration_id: int, metric: str, value: float | None) -> None:
    metric_id = session.scalars(sa.select(Metric.id).where(Metric.code == metric)).one()
    found = session.get(MeasuredValue, (registration_id, metric_id))
    if value is None:
        if found is not None:
            session.delete(found)
    elif found is not None:
        found.value = value
    else:
        text = str(value)[:RAW_TEXT_LENGTH]
        session.add(MeasuredValue(registration_id=registration_id, metric_id=metric_id, value=value, raw_text=text))


def _note(
    session: Session, registration: Registration, field: str, before: Any, value: Any, decision: Decision
) -> None:
    """End the correction that holds, and begin another one, unless the value is the register's own."""
    active = session.scalars(
        sa.select(Correction).where(
            Correction.registration_id == registration.id, Correction.field == field, Correction.ended_at.is_(None)
        )
    ).one_or_none()
    register_value = before if active is None else active.register_value
    if active is not None:
        active.ended_at = now()
        session.flush()
    if value == register_value:
        return
    session.add(
        Correction(
            registration_id=registration.id,
            field=field,
            register_value=register_value,
            value=value,
            reason=decision.reason,
            document=decision.document,
            on=decision.on or today(),
            decided_at=now(),
            proposal_id=decision.proposal_id,
            run_id=None,
            ended_at=None,
            ended_run_id=None,
        )
    )
    session.flush()


def _renew_water(session: Session, registration: Registration) -> None:
    """The figure that 「用水量」 sorts by follows the measured values."""
    query = (
        sa.select(MeasuredValue.value, Metric.id)
        .join(Metric, Metric.id == MeasuredValue.metric_id)
        .where(MeasuredValue.registration_id == registration.id, Metric.is_water_use)
        .order_by(Metric.position)
    )
    found = session.execute(query.limit(1)).one_or_none()
    registration.water_use, registration.water_metric_id = (found[0], found[1]) if found else (None, None)


def _add_event(
    session: Session,
    registration: Registration,
    status: RegistrationStatus,
    kind: str,
    details: dict[str, Any],
    day: date,
) -> None:
    session.add(
        RegistrationEvent(
            registration_id=registration.id, on=day, status=status, kind=kind, details=details, run_id=None
        )
    )


def _finish(session: Session, registration: Registration) -> None:
    """What follows from the new content: grade, superseded filings, every page that shows it."""
    registration.updated_at = now()
    session.flush()
    regrade(session, [registration.id])
    source = SOURCES.get(registration.run.source)
    if source is not None and source.is_refiled:
        renew_superseded(session, [registration.edition_id], run_id=None, day=today())
    touch_generation(session, "labels")
    session.expire(registration)
