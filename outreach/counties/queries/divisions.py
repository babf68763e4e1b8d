"""County-level divisions on a day: who exists, how many each province has, and where a former code leads."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.counties.models import ChangeKind, CountyUnit, Province, UnitChange, UnitKind
from outreach.counties.rules.dates import last_day
from outreach.counties.rules.existence import Existence, count_by_province

#: Changes after which the former unit is no more.
ENDING: Final = (ChangeKind.MERGED, ChangeKind.SPLIT, ChangeKind.ABOLISHED)


def list_existences(session: Session) -> list[Existence]:
    """Every county-level division that is or was."""
    begins: dict[int, date | None] = {}
    ends: dict[str, date | None] = {}
    for change in session.scalars(sa.select(UnitChange)):
        day = last_day(change.happened_on, change.precision.value)
        if change.kind is ChangeKind.CREATED:
            begins[change.unit_id] = day
        elif change.kind in ENDING and change.former_code:
            ends[change.former_code] = day
    query = (
        sa.select(CountyUnit.id, CountyUnit.code, CountyUnit.is_current, Province.code)
        .join(Province, Province.id == CountyUnit.province_id)
        .where(CountyUnit.kind == UnitKind.COUNTY)
    )
    return [
        Existence(province, begins.get(unit_id), None if is_current else ends.get(code or "") or date.min)
        for unit_id, code, is_current, province in session.execute(query)
    ]


def count_divisions(session: Session, day: date) -> Counter[str]:
    """Counties by province code on ``day``, by the divisions of that day."""
    return count_by_province(list_existences(session), day)


def list_successors(session: Session, code: str) -> list[CountyUnit]:
    """Units that go on after the one that had ``code``; empty when the code leads nowhere else."""
    query = sa.select(CountyUnit).join(UnitChange, UnitChange.unit_id == CountyUnit.id)
    return list(session.scalars(query.where(UnitChange.former_code == code).order_by(CountyUnit.slug).distinct()))
