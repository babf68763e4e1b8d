"""What staff corrected, for those who write the registry from files: corrections go on, whatever a file says."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.models import Certainty, CountyUnit, Stage
from outreach.counties.models_staff import CorrectedStep, UnitCorrection


def corrected_fields(session: Session) -> dict[str, dict[str, Any]]:
    """By the slug of the unit: corrected fields with the value that each was given last."""
    query = (
        sa.select(CountyUnit.slug, UnitCorrection.field, UnitCorrection.after)
        .join(CountyUnit, CountyUnit.id == UnitCorrection.unit_id)
        .order_by(UnitCorrection.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for slug, name, after in session.execute(query):
        found.setdefault(slug, {})[name] = Certainty(after) if name == "certainty" else after
    return found


def corrected_namings(session: Session) -> set[tuple[int, int]]:
    """Unit and batch of namings that were corrected away or struck out: no file brings them back."""
    query = sa.select(CorrectedStep.unit_id, CorrectedStep.batch_id).where(CorrectedStep.stage == Stage.DESIGNATED)
    return {(unit_id, batch_id) for unit_id, batch_id in session.execute(query) if batch_id is not None}
