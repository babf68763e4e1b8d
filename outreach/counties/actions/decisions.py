"""What a person decides: who a published name means, and single steps of the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.batch_lists import naming_event
from outreach.counties.actions.facts import GENERATION
from outreach.counties.actions.histories import list_histories
from outreach.counties.imports.rows import ListRow
from outreach.counties.models import (
    Batch,
    Certainty,
    CountyUnit,
    DatePrecision,
    NameReview,
    Origin,
    ReviewState,
    Stage,
    StageEvent,
    UnitChange,
)
from outreach.counties.rules.dates import PrintedDate, parse_date
from outreach.counties.rules.states import DatedStage, TransitionImpossible, check_transition


class UnitUnknown(Exception):
    """No unit has this address, now or formerly."""


class ReviewUnknown(Exception):
    """There is no such review."""


class ReviewClosed(Exception):
    """The review was decided before."""


class BatchUnknown(Exception):
    """A naming needs a batch that the registry knows."""


class AlreadyNamed(Exception):
    """The unit has this very naming."""


#: Every way in which a decision can be refused.
REFUSALS: Final = (UnitUnknown, ReviewUnknown, ReviewClosed, BatchUnknown, AlreadyNamed, TransitionImpossible)


@dataclass(frozen=True, slots=True)
class NewStep:
    """One step to record: which, when, on what paper, from where; ``batch`` for a naming."""

    stage: Stage
    printed: PrintedDate
    document: str = ""
    source_name: str = ""
    source_url: str = ""
    note: str = ""
    batch: int | None = None


def find_unit(session: Session, slug: str) -> CountyUnit:
    """The unit with this address; by a former code the one unit that goes on. Raises ``UnitUnknown``."""
    unit = session.scalar(sa.select(CountyUnit).where(CountyUnit.slug == slug))
    if unit is not None:
        return unit
    query = sa.select(CountyUnit).join(UnitChange, UnitChange.unit_id == CountyUnit.id)
    found = session.scalars(query.where(UnitChange.former_code == slug).distinct()).all()
    if len(found) != 1:
        raise UnitUnknown(slug)
    return found[0]


def list_reviews(session: Session, *, is_open: bool = True) -> list[NameReview]:
    """Reviews in the order in which they came up."""
    query = sa.select(NameReview).order_by(NameReview.id)
    if is_open:
        query = query.where(NameReview.state == ReviewState.OPEN)
    return list(session.scalars(query))


def assign_review(session: Session, review_id: int, unit: CountyUnit) -> StageEvent:
    """Record the naming of ``unit`` that an open review asks about.

    Raises ``ReviewUnknown``, ``ReviewClosed``, ``AlreadyNamed``, ``BatchUnknown``, ``TransitionImpossible``.
    """
    review = _open_review(session, review_id)
    row = _row(review)
    batch = _batch(session, row.batch)
    if row.printed.on is None:
        printed = PrintedDate(batch.announced_on, batch.precision.value)
        row = _row(review, printed)
    _check(session, unit, Stage.DESIGNATED, row.printed, batch)
    event = naming_event(row, unit.id, batch.id, review.import_run_id)
    session.add(event)
    review.state, review.unit_id, review.decided_at = ReviewState.ASSIGNED, unit.id, now()
    touch_generation(session, GENERATION)
    session.flush()
    return event


def dismiss_review(session: Session, review_id: int, note: str) -> None:
    """Close an open review without a naming. Raises ``ReviewUnknown``, ``ReviewClosed``."""
    review = _open_review(session, review_id)
    review.state, review.note, review.decided_at = ReviewState.DISMISSED, note, now()
    session.flush()


def add_step(session: Session, unit: CountyUnit, step: NewStep) -> StageEvent:
    """Record one step of the procedure.

    Raises ``TransitionImpossible``, ``BatchUnknown``, ``AlreadyNamed``.
    """
    batch = check_new_step(session, unit, step)
    event = StageEvent(
        unit_id=unit.id,
        stage=step.stage,
        happened_on=step.printed.on,
        precision=DatePrecision(step.printed.precision),
        batch_id=batch.id if batch else None,
        name_as_published=unit.name if batch else "",
        document=step.document,
        source_url=step.source_url,
        source_name=step.source_name,
        certainty=Certainty.SOURCED if step.document else Certainty.SINGLE_SOURCE,
        origin=Origin.STAFF,
        note=step.note,
        recorded_at=now(),
    )
    session.add(event)
    touch_generation(session, GENERATION)
    session.flush()
    return event


def check_new_step(session: Session, unit: CountyUnit, step: NewStep) -> Batch | None:
    """The batch of a step that can be recorded. Raises what ``add_step`` raises."""
    batch = _batch(session, step.batch) if step.stage is Stage.DESIGNATED else None
    _check(session, unit, step.stage, step.printed, batch)
    return batch


def _open_review(session: Session, review_id: int) -> NameReview:
    review = session.get(NameReview, review_id)
    if review is None:
        raise ReviewUnknown(review_id)
    if review.state is not ReviewState.OPEN:
        raise ReviewClosed(review.state.value)
    return review


def _row(review: NameReview, printed: PrintedDate | None = None) -> ListRow:
    """The row that a review is about."""
    parsed = review.parsed
    return ListRow(
        row_number=review.row_number,
        batch=int(parsed["batch"]),
        printed=printed or parse_date(str(parsed["announced_on"])),
        province=str(parsed["province"]),
        name=str(parsed["name"]),
        document=str(parsed.get("document", "")),
        source_name=str(parsed.get("source_name", "")),
        source_url=str(parsed.get("source_url", "")),
        raw=review.raw,
    )


def _batch(session: Session, number: int | None) -> Batch:
    batch = session.scalar(sa.select(Batch).where(Batch.number == number))
    if batch is None:
        raise BatchUnknown(number)
    return batch


def _check(session: Session, unit: CountyUnit, stage: Stage, printed: PrintedDate, batch: Batch | None) -> None:
    named = sa.select(StageEvent.id).where(StageEvent.unit_id == unit.id, StageEvent.batch_id == (batch and batch.id))
    if batch is not None and session.scalar(named) is not None:
        raise AlreadyNamed(unit.slug)
    history = list_histories(session, [unit.id]).get(unit.id, [])
    order = max((event.order for event in history), default=0) + 1
    on = printed.on or (batch.announced_on if batch else None)
    precision = printed.precision if printed.on or not batch else batch.precision.value
    check_transition(history, DatedStage(stage.value, on, precision, order))
