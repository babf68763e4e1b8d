"""Whether an import can be taken back, and what would happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import ImportRun, Registration
from outreach.labels.models_upkeep import Correction, RegistrationBefore

#: Numbers that a page names before it only counts.
SHOWN = 20


class Why(StrEnum):
    """Why an import cannot be taken back now."""

    DEMO = "demo"
    DONE = "done"
    #: A later import of the same source, or one that touched the same registrations, stands on it.
    NOT_NEWEST = "not-newest"
    #: Staff decided on registrations that it brought or changed.
    DECIDED = "decided"
    #: What was before is not kept any more, or never was.
    TOO_OLD = "too-old"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The first reason, the later import if there is one, and the numbers that it is about."""

    why: Why
    run_id: int = 0
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking an import back would do: how many of each, and the first numbers of each."""

    removed: int
    restored: int
    removed_numbers: Sequence[str]
    restored_numbers: Sequence[str]


def find_obstacle(session: Session, run: ImportRun) -> Obstacle | None:
    """Why ``run`` cannot be taken back; None when it can."""
    if run.is_demo:
        return Obstacle(Why.DEMO)
    if run.undone_at is not None:
        return Obstacle(Why.DONE)
    if later := _later_run(session, run):
        return Obstacle(Why.NOT_NEWEST, run_id=later)
    if not _is_kept(session, run):
        return Obstacle(Why.TOO_OLD)
    if numbers := _decided(session, run):
        return Obstacle(Why.DECIDED, numbers=numbers)
    return None


def _later_run(session: Session, run: ImportRun) -> int | None:
    stands = (ImportRun.undone_at.is_(None), ImportRun.id > run.id)
    same = sa.select(ImportRun.id).where(*stands, ImportRun.source == run.source)
    if found := session.scalar(same.order_by(ImportRun.id.desc()).limit(1)):
        return found
    touched = sa.select(RegistrationBefore.registration_id).where(RegistrationBefore.run_id == run.id)
    over = sa.select(RegistrationBefore.run_id).where(
        RegistrationBefore.run_id > run.id,
        (RegistrationBefore.earlier_run_id == run.id) | RegistrationBefore.registration_id.in_(touched),
    )
    return session.scalar(over.order_by(RegistrationBefore.run_id.desc()).limit(1))


def _is_kept(session: Session, run: ImportRun) -> bool:
    """Whether everything that the run changed has its copy. Imports of before there were copies have none."""
    copies = sa.select(sa.func.count()).where(RegistrationBefore.run_id == run.id)
    if _count(session, copies.where(RegistrationBefore.is_changed)) < (
        run.registrations_updated + run.registrations_delisted
    ):
        return False
    added = sa.select(sa.func.count()).where(_is_added(run))
    return _count(session, added) == run.registrations_added


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.scalar(query) or 0


def _has_copy(run: ImportRun, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    own = (RegistrationBefore.run_id == run.id, RegistrationBefore.registration_id == Registration.id)
    return sa.exists().where(*own, *conditions)


def _is_added(run: ImportRun) -> sa.ColumnElement[bool]:
    """Rests on the run, and there is no copy of an earlier state."""
    return (Registration.run_id == run.id) & ~_has_copy(run)


def _touched(run: ImportRun) -> sa.ColumnElement[bool]:
    """Registrations that the run added or changed, or whose corrections it carried over or ended."""
    carried = (Correction.run_id == run.id) | (Correction.ended_run_id == run.id)
    has_carried = sa.exists().where(Correction.registration_id == Registration.id, carried)
    return _has_copy(run, RegistrationBefore.is_changed.is_(True)) | _is_added(run) | has_carried


def _decided(session: Session, run: ImportRun) -> Sequence[str]:
    """Numbers that staff decided on after the run, in a way that the run's undoing would cross."""
    is_new = (Correction.decided_at > run.imported_at) & Correction.run_id.is_(None)
    is_ended = (Correction.ended_at > run.imported_at) & Correction.ended_run_id.is_(None)
    decided = sa.exists().where(Correction.registration_id == Registration.id, is_new | is_ended)
    numbers = sa.select(Registration.number).where(_touched(run), decided).order_by(Registration.number)
    return session.scalars(numbers.limit(SHOWN)).all()


def look_ahead(session: Session, run: ImportRun) -> Outlook:
    """What taking ``run`` back would do."""
    removed, restored = _is_added(run), _has_copy(run, RegistrationBefore.is_changed.is_(True))
    return Outlook(
        _count(session, sa.select(sa.func.count()).where(removed)),
        _count(session, sa.select(sa.func.count()).where(restored)),
        _first(session, removed),
        _first(session, restored),
    )


def _first(session: Session, which: sa.ColumnElement[bool]) -> Sequence[str]:
    numbers = sa.select(Registration.number).where(which).order_by(Registration.number)
    return session.scalars(numbers.limit(SHOWN)).all()
