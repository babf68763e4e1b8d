"""Decided corrections on rows of a register: what was decided stands, and what the register says is noted beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.imports.rows import MeasuredText, RegisterRow
from outreach.labels.models import Registration
from outreach.labels.models_upkeep import Correction

#: Fields that are texts of a row under the same name.
TEXTS: Final = ("maker", "brand", "product_name", "model", "subtype", "declared_grade")


@dataclass(frozen=True, slots=True)
class Active:
    """A correction that holds."""

    id: int
    field: str
    register_value: Any
    value: Any
    on: date


Corrections = Mapping[str, Mapping[str, Active]]


def load_corrections(session: Session) -> Corrections:
    """Every correction that holds: by number, then by field. There are few beside the register."""
    query = (
        sa.select(
            Registration.number,
            Correction.id,
            Correction.field,
            Correction.register_value,
            Correction.value,
            Correction.on,
        )
        .join(Registration, Registration.id == Correction.registration_id)
        .where(Correction.ended_at.is_(None))
    )
    found: defaultdict[str, dict[str, Active]] = defaultdict(dict)
    for number, *rest in session.execute(query):
        active = Active(*rest)
        found[number][active.field] = active
    return dict(found)


def register_says(row: RegisterRow, field: str) -> Any:
    """What a row of the register holds for a field; None: nothing."""
    if field in TEXTS:
        return getattr(row, field) or None
    if field == "status":
        return row.status
    if field == "announced_on":
        return row.announced_on.isoformat() if row.announced_on else None
    return next((item.value for item in row.values if item.metric == field), None)


def corrected(row: RegisterRow, fields: Mapping[str, Active]) -> RegisterRow:
    """The row with what was decided in the place of what it says; its raw cells stay."""
    texts: dict[str, Any] = {name: fields[name].value or "" for name in TEXTS if name in fields}
    changed = replace(row, **texts)
    if announced := fields.get("announced_on"):
        changed = replace(changed, announced_on=date.fromisoformat(announced.value) if announced.value else None)
    if state := fields.get("status"):
        changed = replace(changed, status=state.value, status_on=state.on)
    figures = {name: one for name, one in fields.items() if name not in (*TEXTS, "announced_on", "status")}
    return replace(changed, values=_figures(row, figures)) if figures else changed


def _figures(row: RegisterRow, figures: Mapping[str, Active]) -> tuple[MeasuredText, ...]:
    kept = {item.metric: item for item in row.values}
    for metric, one in figures.items():
        text = kept[metric].raw_text if metric in kept else ""
        if one.value is None:
            kept.pop(metric, None)
        else:
            kept[metric] = MeasuredText(metric, float(one.value), text)
    return tuple(kept.values())


def note_register(session: Session, row: RegisterRow, fields: Mapping[str, Active], run_id: int, now: datetime) -> None:
    """Note what the register says now beside each correction; where it says the same by now, the correction ends."""
    for one in fields.values():
        says = register_says(row, one.field)
        if says == one.register_value:
            continue
        old = session.get_one(Correction, one.id)
        old.ended_at, old.ended_run_id = now, run_id
        session.flush()
        if says != one.value:
            session.add(_carried(old, says, run_id))
    session.flush()


def _carried(old: Correction, says: Any, run_id: int) -> Correction:
    return Correction(
        registration_id=old.registration_id,
        field=old.field,
        register_value=says,
        value=old.value,
        reason=old.reason,
        document=old.document,
        on=old.on,
        decided_at=old.decided_at,
        proposal_id=old.proposal_id,
        run_id=run_id,
        ended_at=None,
        ended_run_id=None,
    )


def is_state_decided() -> sa.ColumnElement[bool]:
    """Whether staff decided on the state of a registration: then neither absence nor a newer filing changes it."""
    return sa.exists().where(
        Correction.registration_id == Registration.id, Correction.field == "status", Correction.ended_at.is_(None)
    )
