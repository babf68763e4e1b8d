"""Taking a whole import back: the registry is row by row what it was before, and every number keeps resolving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.search.outbox import record_changes, touch_generation
from outreach.labels.actions.import_before import COPIED
from outreach.labels.actions.import_locking import lock_imports
from outreach.labels.actions.import_names import KINDS
from outreach.labels.actions.regrading import regrade
from outreach.labels.models import ImportRun, Maker, MeasuredValue, Registration, RegistrationEvent
from outreach.labels.models_upkeep import Correction, MeasuredValueBefore, RegistrationBefore, RetiredNumber
from outreach.labels.queries.undoing import Obstacle, find_obstacle


class CannotUndo(Exception):
    """The import cannot be taken back; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True)
class Undone:
    """What was put back: registrations that went, that got their former content, that rest on the former file."""

    removed: int
    restored: int
    moved: int


def undo_import(session: Session, run: ImportRun, *, by: str, reason: str) -> Undone:
    """Put everything back that ``run`` did. Raises ``CannotUndo`` or ``ImportBusy``; the caller commits."""
    lock_imports(session)
    session.refresh(run)
    if obstacle := find_obstacle(session, run):
        raise CannotUndo(obstacle)
    session.execute(sa.delete(RegistrationEvent).where(RegistrationEvent.run_id == run.id))
    _restore_corrections(session, run.id)
    removed = _retire_added(session, run.id)
    changed = _ids(session, run.id, is_changed=True)
    moved = _restore_registrations(session, run.id)
    _restore_values(session, run.id)
    regrade(session, _ids_query(run.id, is_changed=True))
    for table in (MeasuredValueBefore, RegistrationBefore):
        session.execute(sa.delete(table).where(table.run_id == run.id))
    run.undone_at, run.undone_by_name, run.undo_reason = now(), by, reason
    _tell_search(session, changed)
    return Undone(removed, len(changed), moved)


def _restore_corrections(session: Session, run_id: int) -> None:
    """Corrections that the run carried over or ended are as they were."""
    session.execute(sa.delete(Correction).where(Correction.run_id == run_id, Correction.ended_run_id.is_(None)))
    session.execute(
        sa.update(Correction).where(Correction.ended_run_id == run_id).values(ended_at=None, ended_run_id=None)
    )


def _retire_added(session: Session, run_id: int) -> int:
    """Remove what the run added; the numbers stay, with what they were."""
    added = sa.select(Registration.id).where(Registration.run_id == run_id, ~_is_copied(run_id))
    columns = (Registration.number, Registration.number_key, Registration.model, Maker.name, Registration.is_demo)
    moment = sa.literal(now(), RetiredNumber.retired_at.type)
    found = (
        sa.select(*columns, sa.literal(run_id), moment)
        .join(Maker, Maker.id == Registration.maker_id)
        .where(Registration.id.in_(added))
    )
    # A number that was taken back before is told by its newest end.
    numbers = sa.select(Registration.number).where(Registration.id.in_(added))
    session.execute(sa.delete(RetiredNumber).where(RetiredNumber.number.in_(numbers)))
    names = ("number", "number_key", "model", "maker_name", "is_demo", "run_id", "retired_at")
    session.execute(sa.insert(RetiredNumber).from_select(names, found, include_defaults=False))
    gone = session.execute(
        sa.delete(Registration).where(Registration.run_id == run_id, ~_is_copied(run_id)),
        execution_options={"synchronize_session": False},
    )
    return int(cast("sa.CursorResult[Any]", gone).rowcount)


def _is_copied(run_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(RegistrationBefore.run_id == run_id, RegistrationBefore.registration_id == Registration.id)


def _restore_registrations(session: Session, run_id: int) -> int:
    before = RegistrationBefore
    own = (before.run_id == run_id, before.registration_id == Registration.id)
    content = {name: getattr(before, name) for name in COPIED if name not in ("row_number", "maker_id")}
    # A maker that was found to be another one since then leads to that one.
    current = sa.select(sa.func.coalesce(Maker.merged_into_id, Maker.id)).where(Maker.id == before.maker_id)
    _update(session, own, before.is_changed.is_(True), {**content, "maker_id": current.scalar_subquery()})
    place = {"run_id": before.earlier_run_id, "row_number": before.row_number}
    kept_raw = sa.func.coalesce(before.raw, Registration.raw)
    return _update(session, own, sa.true(), {**place, "raw": kept_raw})


def _update(session: Session, own: tuple[Any, ...], which: sa.ColumnElement[bool], values: dict[str, Any]) -> int:
    changed = session.execute(
        sa.update(Registration).where(*own, which).values(**values), execution_options={"synchronize_session": False}
    )
    return int(cast("sa.CursorResult[Any]", changed).rowcount)


def _restore_values(session: Session, run_id: int) -> None:
    replaced = sa.select(RegistrationBefore.registration_id).where(
        RegistrationBefore.run_id == run_id, RegistrationBefore.has_values
    )
    session.execute(
        sa.delete(MeasuredValue).where(MeasuredValue.registration_id.in_(replaced)),
        execution_options={"synchronize_session": False},
    )
    names = ("registration_id", "metric_id", "value", "raw_text")
    former = sa.select(*(getattr(MeasuredValueBefore, name) for name in names)).where(
        MeasuredValueBefore.run_id == run_id
    )
    session.execute(sa.insert(MeasuredValue).from_select(names, former, include_defaults=False))


def _ids_query(run_id: int, *, is_changed: bool) -> sa.Select[int]:
    return sa.select(RegistrationBefore.registration_id).where(
        RegistrationBefore.run_id == run_id, RegistrationBefore.is_changed.is_(is_changed)
    )


def _ids(session: Session, run_id: int, *, is_changed: bool) -> Sequence[int]:
    return session.scalars(_ids_query(run_id, is_changed=is_changed)).all()


def _tell_search(session: Session, changed: Sequence[int]) -> None:
    """Pages and searches look again; the text units of what changed are read anew."""
    session.flush()
    session.expire_all()
    makers = session.scalars(sa.select(Maker.id).where(Maker.id.in_(_makers_of(changed[:5_000]))))
    record_changes(session, KINDS[Maker], makers.all())
    touch_generation(session, "labels")


def _makers_of(ids: Sequence[int]) -> sa.Select[int]:
    return sa.select(Registration.maker_id).where(Registration.id.in_(ids)).distinct()
