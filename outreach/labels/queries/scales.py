"""The recorded grade limits as plain scales for ``rules.grading``, and what they say of one registration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Edition, Grade, GradeRule, MeasuredValue, Metric, Registration
from outreach.labels.rules.grading import GradeResult, Limit, Scale, Step, compute_grade

#: (edition id, subtype id or None) → scale. A subtype without limits of its own has the scale of None.
Scales = dict[tuple[int, int | None], Scale]


def load_scales(session: Session, edition_ids: Iterable[int] | None = None) -> Scales:
    """Scales of the given editions (of all when None): for an unknown subtype, and for each subtype with limits.

    Where some limits hang on the subtype and it is unknown, the scale is not complete: only a best case follows.
    """
    condition = sa.true() if edition_ids is None else Edition.id.in_(list(edition_ids))
    limits = _limits(session, condition)
    scales: Scales = {}
    for edition in session.execute(sa.select(Edition.id, Edition.is_complete).where(condition)):
        steps = session.execute(
            sa.select(Grade.id, Grade.code, Grade.rank).where(Grade.edition_id == edition.id).order_by(Grade.rank)
        ).all()
        subtypes = {subtype for step in steps for subtype in limits[step.id]} - {None}
        for subtype in (None, *sorted(filter(None, subtypes))):
            scales[edition.id, subtype] = Scale(
                tuple(
                    Step(step.code, step.rank, tuple(limits[step.id][None] + limits[step.id][subtype] * bool(subtype)))
                    for step in steps
                ),
                is_complete=edition.is_complete and not (subtype is None and subtypes),
            )
    return scales


def _limits(
    session: Session, condition: sa.ColumnElement[bool]
) -> defaultdict[int, defaultdict[int | None, list[Limit]]]:
    """Limits by grade id and subtype id."""
    found: defaultdict[int, defaultdict[int | None, list[Limit]]] = defaultdict(lambda: defaultdict(list))
    query = (
        sa.select(GradeRule, Metric.code)
        .join(Metric, Metric.id == GradeRule.metric_id)
        .join(Grade, Grade.id == GradeRule.grade_id)
        .join(Edition, Edition.id == Grade.edition_id)
        .where(condition)
        .order_by(Metric.position, GradeRule.id)
    )
    for rule, metric in session.execute(query):
        found[rule.grade_id][rule.subtype_id].append(
            Limit(metric, rule.low, rule.is_low_inclusive, rule.high, rule.is_high_inclusive, str(rule.certainty))
        )
    return found


def explain_grade(session: Session, registration: Registration) -> GradeResult:
    """The computed grade of ``registration`` with what decided it, for its page."""
    scales = load_scales(session, [registration.edition_id])
    fallback = scales[registration.edition_id, None]
    scale = scales.get((registration.edition_id, registration.subtype_id), fallback)
    values = session.execute(
        sa.select(Metric.code, MeasuredValue.value)
        .join(Metric, Metric.id == MeasuredValue.metric_id)
        .where(MeasuredValue.registration_id == registration.id)
    )
    return compute_grade(scale, dict(values.all()))
