"""Taking an imported list back: what it named, and the rows of it that wait for a person. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.outbox import touch_generation
from outreach.counties.actions.batch_lists import lock_lists
from outreach.counties.actions.facts import GENERATION
from outreach.counties.actions.histories import list_histories
from outreach.counties.imports.rows import Outcome, RemarkCode
from outreach.counties.models import (
    Batch,
    CountyImportRun,
    CountyUnit,
    NameReview,
    Origin,
    ReviewState,
    StageEvent,
)
from outreach.counties.models_staff import CorrectedStep, CountyImportUndo
from outreach.counties.rules.states import TransitionImpossible, check_transition

#: Units that a refusal names.
MOST_NAMED = 20


class Why(StrEnum):
    """What keeps an import from being taken back."""

    UNDONE = "undone"
    #: A person has assigned or dismissed one of its rows.
    REVIEW_DECIDED = "review-decided"
    #: One of its namings was corrected or struck out.
    STEP_CORRECTED = "step-corrected"
    #: Something was recorded of a unit that only goes with its naming.
    STEP_FOLLOWED = "step-followed"
    #: A later list found its rows known already.
    LATER_IMPORT = "later-import"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an import stays, with addresses of units or the number of the later import."""

    why: Why
    slugs: tuple[str, ...] = ()
    run_id: int | None = None


class CannotUndo(Exception):
    """The import stays; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.why)
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True)
class Outlook:
    """What goes with an import."""

    slugs: tuple[str, ...]
    reviews: int
    batches: tuple[int, ...]


def find_undo(session: Session, run: CountyImportRun) -> CountyImportUndo | None:
    """How the import was taken back, if it was."""
    return session.scalar(sa.select(CountyImportUndo).where(CountyImportUndo.run_id == run.id))


def find_obstacle(session: Session, run: CountyImportRun) -> Obstacle | None:
    """What keeps the import from being taken back; None when nothing does."""
    if find_undo(session, run) is not None:
        return Obstacle(Why.UNDONE)
    decided = sa.select(NameReview.id).where(NameReview.import_run_id == run.id, NameReview.state != ReviewState.OPEN)
    if session.scalar(decided.limit(1)) is not None:
        return Obstacle(Why.REVIEW_DECIDED)
    for why, slugs in ((Why.STEP_CORRECTED, _corrected(session, run)), (Why.STEP_FOLLOWED, _followed(session, run))):
        if slugs:
            return Obstacle(why, slugs[:MOST_NAMED])
    later = _later_run(session, run)
    return Obstacle(Why.LATER_IMPORT, run_id=later) if later else None


def look_ahead(session: Session, run: CountyImportRun) -> Outlook:
    """What taking the import back would take with it."""
    slugs = sa.select(CountyUnit.slug).join(StageEvent, StageEvent.unit_id == CountyUnit.id)
    found = session.scalars(slugs.where(StageEvent.import_run_id == run.id).order_by(CountyUnit.slug)).all()
    reviews = session.scalar(sa.select(sa.func.count()).where(NameReview.import_run_id == run.id)) or 0
    return Outlook(tuple(found), reviews, tuple(batch.number for batch in _only_here(session, run)))


def undo_import(session: Session, run: CountyImportRun, *, by: str, reason: str) -> CountyImportUndo:
    """Take the import back. Raises ``CannotUndo``, ``ImportBusy``."""
    lock_lists(session)
    session.refresh(run, with_for_update=True)
    if obstacle := find_obstacle(session, run):
        raise CannotUndo(obstacle)
    batches = _only_here(session, run)
    events = _delete(session, sa.delete(StageEvent).where(StageEvent.import_run_id == run.id))
    reviews = _delete(session, sa.delete(NameReview).where(NameReview.import_run_id == run.id))
    for batch in batches:
        session.delete(batch)
    undone = CountyImportUndo(
        run_id=run.id,
        events=events,
        reviews=reviews,
        batches=len(batches),
        reason=reason,
        undone_by_name=by,
        undone_at=now(),
    )
    session.add(undone)
    touch_generation(session, GENERATION)
    session.flush()
    return undone


def _delete(session: Session, statement: sa.Delete) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": "fetch"})
    return int(cast("sa.CursorResult[Any]", done).rowcount)


def _corrected(session: Session, run: CountyImportRun) -> tuple[str, ...]:
    query = (
        sa.select(CountyUnit.slug)
        .join(CorrectedStep, CorrectedStep.unit_id == CountyUnit.id)
        .where(CorrectedStep.import_run_id == run.id)
    )
    return tuple(session.scalars(query.distinct().order_by(CountyUnit.slug)))


def _followed(session: Session, run: CountyImportRun) -> tuple[str, ...]:
    """Units whose other steps make no possible history without the naming."""
    named = sa.select(StageEvent.id, StageEvent.unit_id).where(StageEvent.import_run_id == run.id)
    own = {row.id: row.unit_id for row in session.execute(named)}
    stuck = []
    for unit_id, history in list_histories(session, set(own.values())).items():
        rest = [one for one in history if one.order not in own]
        try:
            if rest:
                check_transition(rest[:-1], rest[-1])
        except TransitionImpossible:
            stuck.append(session.get_one(CountyUnit, unit_id).slug)
    return tuple(sorted(stuck))


def _rows(run: CountyImportRun, *outcomes: Outcome) -> set[tuple[Any, Any]]:
    """Batch and name of the run's rows with these outcomes."""
    wanted = {outcome.value for outcome in outcomes}
    return {
        (row["batch"], row["unit"] or row["name"]) for row in run.report.get("rows", ()) if row["outcome"] in wanted
    }


def _later_run(session: Session, run: CountyImportRun) -> int | None:
    """The first later import, still in force, whose rows were known because of this one."""
    brought = _rows(run, Outcome.ADDED, Outcome.REVIEW)
    undone = sa.select(CountyImportUndo.run_id)
    query = sa.select(CountyImportRun).where(CountyImportRun.id > run.id, CountyImportRun.id.not_in(undone))
    for later in session.scalars(query.order_by(CountyImportRun.id)):
        if brought & _rows(later, Outcome.KNOWN, Outcome.REVIEW):
            return later.id
    return None


def _only_here(session: Session, run: CountyImportRun) -> Sequence[Batch]:
    """Batches that the registry learned of from this import, and that nothing else speaks of."""
    created = {
        row["batch"]
        for row in run.report.get("rows", ())
        if RemarkCode.BATCH_CREATED.value in row["remarks"] and row["batch"] is not None
    }
    elsewhere = {
        int(review.parsed["batch"])
        for review in session.scalars(sa.select(NameReview).where(NameReview.import_run_id != run.id))
    }
    named = sa.select(StageEvent.batch_id).where(
        StageEvent.batch_id.is_not(None), StageEvent.import_run_id.is_distinct_from(run.id)
    )
    corrected = sa.select(CorrectedStep.batch_id).where(CorrectedStep.batch_id.is_not(None))
    query = sa.select(Batch).where(
        Batch.origin == Origin.IMPORT,
        Batch.number.in_(created - elsewhere),
        Batch.id.not_in(named),
        Batch.id.not_in(corrected),
    )
    return session.scalars(query.order_by(Batch.number)).all()
