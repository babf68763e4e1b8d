"""The registry as plain rows, so that two moments of it can be compared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import MeasuredValue, Registration, RegistrationEvent
from outreach.labels.models_upkeep import Correction, MeasuredValueBefore, RegistrationBefore


def registry_rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every row that an import writes, in one order."""
    session.flush()
    tables = (Registration, MeasuredValue, RegistrationEvent, Correction, RegistrationBefore, MeasuredValueBefore)
    found = {}
    for model in tables:
        table = sa.inspect(model).local_table
        rows = session.execute(sa.select(table).order_by(*table.primary_key))
        found[table.name] = [tuple(row) for row in rows]
    return found
