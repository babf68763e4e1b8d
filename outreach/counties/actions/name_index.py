"""The index of names that printed lists are matched against, read from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from outreach.counties.models import ChangeKind, CountyUnit, Province, UnitChange, UnitKind
from outreach.counties.rules.dates import last_day
from outreach.counties.rules.matching import Former, KnownUnit, NameIndex


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The index; since when units are no more (by id); and who goes on after them (slugs, by id)."""

    index: NameIndex
    ended_on: dict[int, date | None]
    successors: dict[int, tuple[str, ...]]

    def slug(self, unit_id: int) -> str:
        return self.index.units[unit_id].slug

    def id_of(self, slug: str) -> int | None:
        return next((unit.id for unit in self.index.units.values() if unit.slug == slug), None)


def load_names(session: Session) -> KnownNames:
    """Every unit with its names, former ones too."""
    changes: dict[int, list[UnitChange]] = {}
    for change in session.scalars(sa.select(UnitChange).order_by(UnitChange.id)):
        changes.setdefault(change.unit_id, []).append(change)
    query = sa.select(CountyUnit).options(selectinload(CountyUnit.province), selectinload(CountyUnit.prefecture))
    units = list(session.scalars(query.order_by(CountyUnit.slug)))
    provinces = {row.code: row.name for row in session.scalars(sa.select(Province).order_by(Province.position))}
    index = NameIndex((_known(unit, changes.get(unit.id, [])) for unit in units), provinces)
    ended = {unit.id: unit.code for unit in units if not unit.is_current}
    after = {key: _endings(code, changes) for key, code in ended.items()}
    slugs = {unit.id: unit.slug for unit in units}
    return KnownNames(
        index,
        {key: max((day for _id, day in found if day), default=None) for key, found in after.items()},
        {key: tuple(slugs[unit_id] for unit_id, _day in found) for key, found in after.items()},
    )


def _known(unit: CountyUnit, changes: list[UnitChange]) -> KnownUnit:
    former = tuple(
        Former(change.former_name, change.former_code or "", change.kind is ChangeKind.CONVERTED)
        for change in changes
        if change.former_name and change.former_name != unit.name
    )
    return KnownUnit(
        id=unit.id,
        slug=unit.slug,
        name=unit.name,
        province=unit.province.code,
        prefecture=unit.prefecture.name if unit.prefecture else "",
        is_current=unit.is_current,
        has_code=unit.kind is UnitKind.COUNTY,
        former=former,
    )


def _endings(code: str | None, changes: dict[int, list[UnitChange]]) -> list[tuple[int, date | None]]:
    """Units that went on after the one with this code, each with the last day that the change can have been on."""
    return [
        (unit_id, last_day(change.happened_on, change.precision.value))
        for unit_id, found in changes.items()
        for change in found
        if code and change.former_code == code
    ]
