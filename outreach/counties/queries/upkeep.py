"""The registry as its staff see it: one unit as it is stored, its figures, its proposals, uploads and imports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.drafts import DraftState
from outreach.core.review.models import Proposal
from outreach.core.review.rules import OPEN, State
from outreach.counties.models import CountyImportRun, CountyUnit, NameReview, ReviewState, StageEvent
from outreach.counties.models_staff import CountyImportDraft, CountyImportUndo, YearlyFigure

PAGE_SIZE: Final = 50
#: Kind of the target of every proposal about a county.
COUNTY: Final = "county"


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of imports, the newest first."""

    runs: Sequence[CountyImportRun]
    undone: Collection[int]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def find_stored_unit(session: Session, slug: str, *, is_locked: bool = False) -> CountyUnit | None:
    """The unit with exactly this address; with ``is_locked`` others wait who want to change it."""
    if "\x00" in slug or not slug.isprintable():
        return None
    query = sa.select(CountyUnit).where(CountyUnit.slug == slug)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def find_stored_units(session: Session, slugs: Collection[str]) -> Sequence[CountyUnit]:
    """The units with these addresses, by address."""
    return session.scalars(sa.select(CountyUnit).where(CountyUnit.slug.in_(slugs)).order_by(CountyUnit.slug)).all()


def find_event(session: Session, unit_id: int, event_id: int) -> StageEvent | None:
    """The step, when it is one of this unit's."""
    query = sa.select(StageEvent).where(StageEvent.id == event_id, StageEvent.unit_id == unit_id)
    return session.scalar(query.execution_options(populate_existing=True))


def list_figures(session: Session, unit_id: int, year: int | None = None) -> Sequence[YearlyFigure]:
    """Approved figures, the newest year first, in their order."""
    query = sa.select(YearlyFigure).where(YearlyFigure.unit_id == unit_id)
    if year is not None:
        query = query.where(YearlyFigure.year == year)
    return session.scalars(query.order_by(YearlyFigure.year.desc(), YearlyFigure.position)).all()


def waiting_slugs(session: Session) -> set[str]:
    """Units that a proposal waits about."""
    states = OPEN - {State.DRAFT}
    query = sa.select(Proposal.target_key).where(Proposal.target_kind == COUNTY, Proposal.state.in_(states))
    return set(session.scalars(query))


def count_open_names(session: Session) -> int:
    """How many unclear names wait for a person."""
    return session.scalar(sa.select(sa.func.count()).where(NameReview.state == ReviewState.OPEN)) or 0


def count_sent_back(session: Session, slugs: Collection[str], author_id: int) -> int:
    """How many of this person's proposals about these counties came back to be changed."""
    query = sa.select(sa.func.count()).where(
        Proposal.target_kind == COUNTY,
        Proposal.target_key.in_(slugs),
        Proposal.author_id == author_id,
        Proposal.state == State.SENT_BACK,
    )
    return session.scalar(query) or 0


def list_name_reviews(session: Session, *, is_open: bool) -> Sequence[NameReview]:
    """Unclear names that wait in the order in which they came up, or those decided, the newest first."""
    query = sa.select(NameReview)
    if is_open:
        return session.scalars(query.where(NameReview.state == ReviewState.OPEN).order_by(NameReview.id)).all()
    decided = query.where(NameReview.state != ReviewState.OPEN)
    return session.scalars(decided.order_by(NameReview.decided_at.desc()).limit(PAGE_SIZE)).all()


def find_candidates(session: Session, review: NameReview) -> list[CountyUnit]:
    """The units that may be meant, the likeliest first."""
    found = {
        unit.id: unit for unit in session.scalars(sa.select(CountyUnit).where(CountyUnit.id.in_(review.candidates)))
    }
    return [found[key] for key in review.candidates if key in found]


def search_runs(session: Session, page: int) -> RunPage:
    total = session.scalar(sa.select(sa.func.count()).select_from(CountyImportRun)) or 0
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    query = sa.select(CountyImportRun).order_by(CountyImportRun.id.desc())
    runs = session.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    undone = sa.select(CountyImportUndo.run_id).where(CountyImportUndo.run_id.in_([run.id for run in runs]))
    return RunPage(runs, set(session.scalars(undone)), total, page)


def list_drafts(session: Session) -> Sequence[CountyImportDraft]:
    """Uploads that nobody has finished with, the newest first."""
    ended = (DraftState.APPLIED, DraftState.DISCARDED)
    query = sa.select(CountyImportDraft).where(CountyImportDraft.state.not_in(ended))
    return session.scalars(query.order_by(CountyImportDraft.id.desc()).limit(PAGE_SIZE)).all()


def find_draft_of(session: Session, run_id: int) -> CountyImportDraft | None:
    """The upload that an import was made of; None for one of the command line."""
    return session.scalar(sa.select(CountyImportDraft).where(CountyImportDraft.run_id == run_id))


def newest_step(session: Session) -> datetime | None:
    """When a step was recorded last."""
    return session.scalar(sa.select(sa.func.max(StageEvent.recorded_at)))


def count_units(session: Session) -> int:
    """How many units visitors see."""
    return session.scalar(sa.select(sa.func.count()).where(CountyUnit.is_current.is_(True))) or 0
