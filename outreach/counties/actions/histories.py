"""Recorded events as the plain steps that the rules read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.models import Batch, DatePrecision, Stage, StageEvent
from outreach.counties.rules.states import DatedStage


def dated_stage(stage: Stage, on: date | None, precision: DatePrecision, order: int) -> DatedStage:
    return DatedStage(stage.value, on, precision.value, order)


def list_histories(session: Session, unit_ids: Collection[int] | None = None) -> dict[int, list[DatedStage]]:
    """The steps of each unit that has any. A naming without a date of its own has its batch's."""
    query = (
        sa.select(StageEvent, Batch.announced_on, Batch.precision)
        .outerjoin(Batch, Batch.id == StageEvent.batch_id)
        .order_by(StageEvent.id)
    )
    if unit_ids is not None:
        query = query.where(StageEvent.unit_id.in_(unit_ids))
    found: dict[int, list[DatedStage]] = {}
    for event, announced_on, precision in session.execute(query):
        on = event.happened_on or announced_on
        known = event.precision if event.happened_on or not announced_on else precision
        found.setdefault(event.unit_id, []).append(dated_stage(event.stage, on, known, event.id))
    return found
