"""Two makers that are one: what hangs on the first moves to the second; the first stays as a name that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now, today
from outreach.core.search.outbox import record_changes, touch_generation
from outreach.labels.actions.import_names import KINDS
from outreach.labels.actions.superseding import renew_superseded
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import Certificate, ImportRun, Maker, Registration
from outreach.labels.models_upkeep import MakerMerge

#: Ids in one statement.
CHUNK = 5_000


class CannotMerge(Exception):
    """One of the two is gone, is merged already, or one is fictional and the other real."""


def merge_makers(
    session: Session, maker: Maker, into: Maker, reason: str, proposal_id: int | None = None
) -> MakerMerge:
    """Let everything of ``maker`` be ``into``'s. Imports that name the first give to the second from now on."""
    if maker.id == into.id or maker.merged_into_id or into.merged_into_id or maker.is_demo is not into.is_demo:
        raise CannotMerge
    moved: dict[str, Any] = {
        "registrations": _move(session, Registration, Registration.maker_id, maker.id, into.id),
        "certificates": _move(session, Certificate, Certificate.maker_id, maker.id, into.id),
        "makers": _move(session, Maker, Maker.merged_into_id, maker.id, into.id),
    }
    maker.merged_into_id = into.id
    merge = MakerMerge(
        maker_id=maker.id,
        into_id=into.id,
        reason=reason,
        moved=moved,
        merged_at=now(),
        undone_at=None,
        proposal_id=proposal_id,
    )
    session.add(merge)
    _follow_up(session, moved["registrations"], (maker.id, into.id))
    return merge


def part_makers(session: Session, merge: MakerMerge) -> None:
    """Take a merge back: what moved and still is with the second goes back to the first."""
    first = session.get_one(Maker, merge.maker_id, populate_existing=True)
    if first.merged_into_id != merge.into_id or merge.undone_at is not None:
        raise CannotMerge
    for model, column, key in (
        (Registration, Registration.maker_id, "registrations"),
        (Certificate, Certificate.maker_id, "certificates"),
        (Maker, Maker.merged_into_id, "makers"),
    ):
        ids = merge.moved[key]
        for start in range(0, len(ids), CHUNK):
            mine = (model.id.in_(ids[start : start + CHUNK]), column == merge.into_id)
            session.execute(sa.update(model).where(*mine).values({column: first.id}), execution_options=_ASIDE)
    first.merged_into_id = None
    merge.undone_at = now()
    _follow_up(session, merge.moved["registrations"], (merge.maker_id, merge.into_id))


_ASIDE = {"synchronize_session": False}


def _move(session: Session, model: Any, column: Any, old: int, new: int) -> list[int]:
    moved = session.scalars(
        sa.update(model).where(column == old).values({column: new}).returning(model.id), execution_options=_ASIDE
    )
    return sorted(moved.all())


def _follow_up(session: Session, registrations: Sequence[int], makers: Sequence[int]) -> None:
    """Filings of one maker may supersede each other now; search and pages look again."""
    session.flush()
    refiled = [name for name, source in SOURCES.items() if source.is_refiled]
    editions: set[int] = set()
    for start in range(0, len(registrations), CHUNK):
        touched = Registration.id.in_(registrations[start : start + CHUNK])
        query = sa.select(Registration.edition_id).join(ImportRun, ImportRun.id == Registration.run_id)
        editions |= set(session.scalars(query.where(touched, ImportRun.source.in_(refiled)).distinct()))
    if editions:
        renew_superseded(session, sorted(editions), run_id=None, day=today())
    record_changes(session, KINDS[Maker], makers)
    touch_generation(session, "labels")
    session.expire_all()
