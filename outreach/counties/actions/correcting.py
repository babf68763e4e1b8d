"""Corrections that a second person has agreed to. What stood before is kept; nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.decisions import AlreadyNamed, BatchUnknown, NewStep
from outreach.counties.actions.facts import GENERATION
from outreach.counties.actions.histories import list_histories
from outreach.counties.models import Batch, Certainty, CountyUnit, DatePrecision, Origin, Stage, StageEvent
from outreach.counties.models_staff import CorrectedStep, UnitCorrection
from outreach.counties.rules.states import DatedStage, check_transition

#: What a step said, as it is kept.
_KEPT: Final = (
    "stage",
    "happened_on",
    "precision",
    "batch_id",
    "name_as_published",
    "document",
    "source_url",
    "source_name",
    "certainty",
    "note",
    "import_run_id",
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why something is corrected, and the proposal by which."""

    reason: str
    proposal_id: int


def correct_fields(session: Session, unit: CountyUnit, values: Mapping[str, Any], grounds: Grounds) -> None:
    """Give fields of a unit other values; loading the facts anew leaves them so."""
    moment = now()
    for name, value in values.items():
        before = getattr(unit, name)
        given = Certainty(value) if name == "certainty" else value
        if given == before:
            continue
        session.add(
            UnitCorrection(
                unit_id=unit.id,
                field=name,
                before=str(before),
                after=str(given),
                reason=grounds.reason,
                proposal_id=grounds.proposal_id,
                corrected_at=moment,
            )
        )
        setattr(unit, name, given)
    touch_generation(session, GENERATION)
    session.flush()


def check_step(session: Session, event: StageEvent, step: NewStep | None) -> Batch | None:
    """Whether the history is still possible with ``step`` in place of ``event`` (None: without it); its batch.

    Raises ``TransitionImpossible``, ``BatchUnknown``, ``AlreadyNamed``.
    """
    rest = [one for one in list_histories(session, [event.unit_id]).get(event.unit_id, []) if one.order != event.id]
    if step is None:
        if rest:
            check_transition(rest[:-1], rest[-1])
        return None
    batch = _batch_of(session, event, step)
    on = step.printed.on or (batch.announced_on if batch else None)
    precision = step.printed.precision if step.printed.on or not batch else batch.precision.value
    check_transition(rest, DatedStage(step.stage.value, on, precision, event.id))
    return batch


def _batch_of(session: Session, event: StageEvent, step: NewStep) -> Batch | None:
    if step.stage is not Stage.DESIGNATED:
        return None
    batch = session.scalar(sa.select(Batch).where(Batch.number == step.batch))
    if batch is None:
        raise BatchUnknown(step.batch)
    others = sa.select(StageEvent.id).where(
        StageEvent.unit_id == event.unit_id, StageEvent.batch_id == batch.id, StageEvent.id != event.id
    )
    if session.scalar(others) is not None:
        raise AlreadyNamed(step.batch)
    return batch


def correct_step(session: Session, event: StageEvent, step: NewStep, grounds: Grounds) -> None:
    """Let a wrong step say what is right. Raises what ``check_step`` raises."""
    batch = check_step(session, event, step)
    session.add(_kept(event, grounds, is_removed=False))
    event.stage, event.happened_on = step.stage, step.printed.on
    event.precision, event.batch_id = DatePrecision(step.printed.precision), batch.id if batch else None
    event.name_as_published = event.name_as_published if batch else ""
    event.document, event.source_name, event.source_url = step.document, step.source_name, step.source_url
    event.note, event.origin = step.note, Origin.STAFF
    event.certainty = Certainty.SOURCED if step.document else Certainty.SINGLE_SOURCE
    event.recorded_at = now()
    touch_generation(session, GENERATION)
    session.flush()


def remove_step(session: Session, event: StageEvent, grounds: Grounds) -> None:
    """Strike out a step that never happened. Raises what ``check_step`` raises."""
    check_step(session, event, None)
    session.add(_kept(event, grounds, is_removed=True))
    session.delete(event)
    touch_generation(session, GENERATION)
    session.flush()


def _kept(event: StageEvent, grounds: Grounds, *, is_removed: bool) -> CorrectedStep:
    return CorrectedStep(
        unit_id=event.unit_id,
        event_id=event.id,
        is_removed=is_removed,
        reason=grounds.reason,
        proposal_id=grounds.proposal_id,
        corrected_at=now(),
        **{name: getattr(event, name) for name in _KEPT},
    )
