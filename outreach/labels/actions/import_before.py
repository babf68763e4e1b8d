"""What an import finds, kept before it changes it, so that the newest import of a source can be taken back.

Copied inside the database, and only of what changes: a first import copies nothing. What an import adds needs no copy:
it rests on the run and has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.actions.import_existing import CONTENT
from outreach.labels.models import ImportRun, MeasuredValue, Registration
from outreach.labels.models_upkeep import MeasuredValueBefore, RegistrationBefore

#: Imports of one source that can be taken back, one after the other.
KEPT_RUNS: Final = 3
#: Ids in one statement.
CHUNK: Final = 5_000
#: Columns that are copied under their own names.
COPIED: Final = (
    *CONTENT,
    "scheme_id",
    "category_id",
    "model_key",
    "status",
    "water_use",
    "water_metric_id",
    "updated_at",
    "row_number",
)


@dataclass(frozen=True, slots=True)
class Touched:
    """How an import touches one registration: more than its place in the file, its raw row, its figures."""

    is_changed: bool
    has_new_raw: bool
    has_values: bool


def keep_touched(session: Session, run_id: int, touched: dict[int, Touched]) -> None:
    """Copy registrations that the run is about to touch. One that it has touched before keeps its first copy."""
    groups: defaultdict[Touched, list[int]] = defaultdict(list)
    for registration_id, how in touched.items():
        groups[how].append(registration_id)
    for how, ids in groups.items():
        for chunk in _chunks(ids):
            _copy(session, run_id, chunk, how)
            if how.has_values:
                _copy_values(session, run_id, chunk)


def keep_states(session: Session, run_id: int, ids: Sequence[int]) -> None:
    """Copy registrations whose state the run is about to change, wherever they come from."""
    how = Touched(is_changed=True, has_new_raw=False, has_values=False)
    for chunk in _chunks(ids):
        _copy(session, run_id, chunk, how)
        own = (RegistrationBefore.run_id == run_id, RegistrationBefore.registration_id.in_(chunk))
        session.execute(sa.update(RegistrationBefore).where(*own).values(is_changed=True))


def drop_outdated(session: Session, source: str) -> None:
    """Forget the copies of runs that are too old to be taken back."""
    kept = (
        sa.select(ImportRun.id)
        .where(ImportRun.source == source, ImportRun.undone_at.is_(None))
        .order_by(ImportRun.id.desc())
        .limit(KEPT_RUNS)
    )
    newest = session.scalars(kept).all()
    outdated = sa.select(ImportRun.id).where(ImportRun.source == source, ImportRun.id.not_in(newest))
    for table in (MeasuredValueBefore, RegistrationBefore):
        session.execute(sa.delete(table).where(table.run_id.in_(outdated)))


def _copy(session: Session, run_id: int, ids: Sequence[int], how: Touched) -> None:
    is_new_run = Registration.run_id != run_id
    is_copied = sa.exists().where(
        RegistrationBefore.run_id == run_id, RegistrationBefore.registration_id == Registration.id
    )
    raw: Any = Registration.raw if how.has_new_raw else sa.cast(sa.null(), sa.Text)
    found = sa.select(
        sa.literal(run_id),
        Registration.id,
        sa.literal(how.is_changed),
        sa.literal(how.has_values),
        Registration.run_id,
        raw,
        *(getattr(Registration, name) for name in COPIED),
    ).where(Registration.id.in_(ids), is_new_run, ~is_copied)
    names = ("run_id", "registration_id", "is_changed", "has_values", "earlier_run_id", "raw", *COPIED)
    session.execute(sa.insert(RegistrationBefore).from_select(names, found, include_defaults=False))


def _copy_values(session: Session, run_id: int, ids: Sequence[int]) -> None:
    found = sa.select(
        sa.literal(run_id),
        MeasuredValue.registration_id,
        MeasuredValue.metric_id,
        MeasuredValue.value,
        MeasuredValue.raw_text,
    ).where(MeasuredValue.registration_id.in_(ids))
    names = ("run_id", "registration_id", "metric_id", "value", "raw_text")
    session.execute(sa.insert(MeasuredValueBefore).from_select(names, found, include_defaults=False))


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
