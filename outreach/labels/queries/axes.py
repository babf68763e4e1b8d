"""The choices of every filter, in the order of the page, with their printed words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Brand, Maker
from outreach.labels.queries.registry import STATUS_NAMES, Items, NamedItem, Registry
from outreach.labels.queries.snapshot import Axis, Units


def class_axes(registry: Registry, years: Sequence[int]) -> dict[str, Axis]:
    """The filters of the small tables."""
    return {
        "categories": _named(registry.categories),
        "grades": _grades(registry),
        "editions": _axis([item.code for item in registry.editions.all], _standard_names(registry)),
        "statuses": _axis([status.value for status in STATUS_NAMES], list(STATUS_NAMES.values())),
        "years": _axis(years, [(f"{year} 年", str(year)) for year in years]),
        "schemes": _named(registry.schemes),
    }


MakerName = tuple[int, str, str]


def list_maker_names(session: Session, makers: Units) -> list[MakerName]:
    """Id, name and short name of each maker that has registrations, in the order of the codes."""
    found = {
        row[0]: (row[0], row[1], row[2]) for row in session.execute(sa.select(Maker.id, Maker.name, Maker.short_name))
    }
    return [found[maker_id] for maker_id in makers.ids.tolist()]


def list_maker_aliases(session: Session, makers: Units) -> list[MakerName]:
    """Names of makers that were found to be one of those that have registrations, with the id of that one."""
    aliases = sa.select(Maker.merged_into_id, Maker.name, Maker.short_name).where(Maker.merged_into_id.is_not(None))
    known = set(makers.ids.tolist())
    rows = session.execute(aliases.order_by(Maker.id))
    return [(target, name, short_name) for target, name, short_name in rows if target is not None and target in known]


def unit_axes(session: Session, units: Mapping[str, Units], makers: Sequence[MakerName]) -> dict[str, Axis]:
    """The filters by maker and brand: what people call a maker where that is known, else what the register prints."""
    maker_names = {maker_id: short_name or name for maker_id, name, short_name in makers}
    brand_names: dict[int, str] = dict(session.execute(sa.select(Brand.id, Brand.name)).all())
    return {"makers": _unit_axis(units["makers"], maker_names), "brands": _unit_axis(units["brands"], brand_names)}


def _axis(values: Sequence[str | int], labels: Sequence[tuple[str, str]]) -> Axis:
    return Axis(values, labels, {value: (code,) for code, value in enumerate(values, 1)})


def _named(items: Items[NamedItem]) -> Axis:
    return _axis([item.code for item in items.all], [(item.name, item.name_en) for item in items.all])


def _standard_names(registry: Registry) -> list[tuple[str, str]]:
    """Standard numbers; where several editions print the same one, their category or scheme tells them apart."""
    count: dict[str, int] = defaultdict(int)
    for item in registry.editions.all:
        count[item.standard_no] += 1
    names = []
    for item in registry.editions.all:
        category = registry.categories[item.category]
        is_shared = count[item.standard_no] > 1
        chinese = f"{item.standard_no}（{category.name}）" if is_shared else item.standard_no
        english = f"{item.standard_no} ({category.name_en})" if is_shared else item.standard_no
        names.append((chinese, english))
    return names


def _grades(registry: Registry) -> Axis:
    """Grades by edition; the bare grade of an address stands for that grade of every edition."""
    codes: dict[str | int, list[int]] = defaultdict(list)
    for code, item in enumerate(registry.grades.all, 1):
        codes[item.code].append(code)
        codes[item.label.code].append(code)
    editions = _standard_names(registry)
    return Axis(
        values=[item.code for item in registry.grades.all],
        labels=[(item.label.name, item.label.name_en) for item in registry.grades.all],
        codes=dict(codes),
        groups=[editions[item.edition - 1] for item in registry.grades.all],
    )


def _unit_axis(units: Units, names: Mapping[int, str]) -> Axis:
    ids: list[int] = units.ids.tolist()
    labels = [names.get(unit_id, "") for unit_id in ids]
    return _axis(ids, list(zip(labels, labels, strict=True)))
