"""Computed grades of all registrations worked out again, after the recorded limits have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.bulk import bulk_update
from outreach.core.search.outbox import touch_generation
from outreach.labels.models import Grade, GradeCheck, MeasuredValue, Metric, Registration
from outreach.labels.queries.scales import Scales, load_scales
from outreach.labels.rules.grading import compute_grade

CHUNK: Final = 5_000


def regrade(session: Session, only: Sequence[int] | sa.Select[int] | None = None) -> int:
    """Bring computed grades and checks (of the registrations ``only``, else of all) up to the recorded limits.

    Returns how many registrations changed.
    """
    scales = load_scales(session)
    grades = {(row.edition_id, row.rank): row.id for row in session.execute(_all_grades())}
    ranks = {row.id: row.rank for row in session.execute(_all_grades())}
    changed, last = 0, 0
    wanted = _registrations() if only is None else _registrations().where(Registration.id.in_(only))
    while rows := session.execute(wanted.where(Registration.id > last).limit(CHUNK)).all():
        last = rows[-1].id
        values = _values(session, rows[0].id, last)
        updates = [_renewed(row, values[row.id], scales, grades, ranks) for row in rows]
        different = [new for new, row in zip(updates, rows, strict=True) if new[:2] != tuple(row[3:5])]
        bulk_update(session, Registration, ("computed_grade_id", "grade_check"), different)
        changed += len(different)
    if changed:
        touch_generation(session, "labels")
    return changed


def _all_grades() -> sa.Select[int, int, int]:
    return sa.select(Grade.id, Grade.edition_id, Grade.rank)


def _registrations() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Registration.id,
        Registration.edition_id,
        Registration.subtype_id,
        Registration.computed_grade_id,
        Registration.grade_check,
        Registration.declared_grade_id,
    ).order_by(Registration.id)


def _values(session: Session, first: int, last: int) -> defaultdict[int, dict[str, float]]:
    query = (
        sa.select(MeasuredValue.registration_id, Metric.code, MeasuredValue.value)
        .join(Metric, Metric.id == MeasuredValue.metric_id)
        .where(MeasuredValue.registration_id.between(first, last))
    )
    found: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for owner, metric, value in session.execute(query):
        found[owner][metric] = value
    return found


def _renewed(
    row: Any, values: dict[str, float], scales: Scales, grades: dict[tuple[int, int], int], ranks: dict[int, int]
) -> tuple[int | None, GradeCheck, int]:
    """(computed grade's id, check, registration's id) under the limits as they are now."""
    scale = scales.get((row.edition_id, row.subtype_id)) or scales[row.edition_id, None]
    result = compute_grade(scale, values)
    check = GradeCheck(result.check(ranks.get(row.declared_grade_id)))
    return (grades[row.edition_id, result.rank] if result.rank else None, check, row.id)
