"""What the loaded standards say, as the demonstration catalogue needs it: scales by subtype, and metrics."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from outreach.labels.demo.figures import Quantity
from outreach.labels.demo.filings import Outline
from outreach.labels.models import Better, Edition, Metric, Subtype
from outreach.labels.queries.scales import Scales, load_scales


def load_outlines(session: Session) -> dict[str, Outline]:
    """Every loaded edition by its code."""
    scales = load_scales(session)
    subtypes: dict[int, list[Subtype]] = {}
    for subtype in session.scalars(sa.select(Subtype).order_by(Subtype.id)):
        subtypes.setdefault(subtype.category_id, []).append(subtype)
    editions = session.scalars(sa.select(Edition).options(joinedload(Edition.category)).order_by(Edition.id))
    return {edition.code: _outline(edition, subtypes.get(edition.category_id, []), scales) for edition in editions}


def _outline(edition: Edition, subtypes: list[Subtype], scales: Scales) -> Outline:
    whole = scales[edition.id, None]
    return Outline(
        edition=edition.code,
        standard_no=edition.standard_no,
        rule=re.sub(r"[^A-Z0-9]", "", (edition.rule_no or edition.standard_no).upper()),
        category=edition.category.code,
        category_name=edition.category.name,
        scales={"": whole, **{subtype.code: scales.get((edition.id, subtype.id), whole) for subtype in subtypes}},
    )


def load_quantities(session: Session) -> dict[str, Quantity]:
    """How every metric is written, by its code."""
    return {
        metric.code: Quantity(
            name=metric.name,
            unit=metric.unit,
            decimals=metric.decimals,
            is_lower_better=metric.better is not Better.HIGHER,
            is_neutral=metric.better is None,
        )
        for metric in session.scalars(sa.select(Metric))
    }
