"""The rows of a scoring table put together, and the checks that need more than one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Protocol

from outreach.counties.imports.assessment_specs import FaultKind, TableFault
from outreach.counties.rules.assessment_table import (
    Below,
    BonusItem,
    Condition,
    Direction,
    Example,
    Indicator,
    IndicatorClass,
    Kind,
    Level,
    Region,
    Table,
)

#: Kinds whose rule stands in ``levels.csv``.
FIGURES: Final = frozenset({Kind.SHARE, Kind.AMOUNT})
LEVELLED: Final = FIGURES | {Kind.CHOICE}
MOST_SHARE: Final = Decimal(100)


class ReadRow(Protocol):
    """A line of a file with its values by column."""

    @property
    def line(self) -> int: ...
    @property
    def values(self) -> dict[str, Any]: ...


Rows = Mapping[str, Sequence[ReadRow]]


def build_table(head: Mapping[str, Any], rows: Rows, faults: list[TableFault], *, is_own: bool) -> Table:
    """The table; what contradicts itself is added to ``faults``."""
    levels, examples = _by_indicator(rows["levels"], _level), _by_indicator(rows["examples"], _example)
    indicators: defaultdict[str, list[Indicator]] = defaultdict(list)
    for row in rows["indicators"]:
        code = row.values["code"]
        indicator = _indicator(row.values, levels[code], examples[code])
        faults.extend(_indicator_faults(indicator, row.line))
        indicators[indicator.class_code].append(indicator)
    table = Table(
        **head,
        regions=tuple(Region(**row.values) for row in rows["regions"]),
        classes=tuple(
            IndicatorClass(**row.values, indicators=tuple(indicators[row.values["code"]])) for row in rows["classes"]
        ),
        conditions=tuple(Condition(**row.values) for row in rows["conditions"]),
        bonus=tuple(_bonus(row.values, head["bonus_cap"]) for row in rows["bonus"]),
        is_own=is_own,
    )
    faults.extend(_table_faults(table))
    return table


def _by_indicator(rows: Sequence[ReadRow], make: Callable[[dict[str, Any]], Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.values["indicator"]].append(make(row.values))
    return found


def _level(values: dict[str, Any]) -> Level:
    return Level(**{key: value for key, value in values.items() if key != "indicator"})


def _example(values: dict[str, Any]) -> Example:
    return Example(**{key: value for key, value in values.items() if key != "indicator"})


def _indicator(values: dict[str, Any], levels: list[Level], examples: list[Example]) -> Indicator:
    given = {key: value for key, value in values.items() if key != "class"}
    return Indicator(**given, class_code=values["class"], levels=tuple(levels), examples=tuple(examples))


def _bonus(values: dict[str, Any], cap: Decimal) -> BonusItem:
    """A bonus item; one without points of its own may earn up to the cap."""
    return BonusItem(**{**values, "points": values["points"] or cap})


def _indicator_faults(indicator: Indicator, line: int) -> list[TableFault]:
    """What is wrong with the levels of one indicator."""
    if indicator.kind not in LEVELLED:
        kinds = [FaultKind.LEVELS_UNWANTED] if indicator.levels else []
    elif not indicator.levels:
        kinds = [FaultKind.LEVELS_MISSING]
    else:
        kinds = _level_faults(indicator)
    return [TableFault("levels.csv", 0, "indicator", kind, indicator.code) for kind in dict.fromkeys(kinds)]


def _level_faults(indicator: Indicator) -> list[FaultKind]:
    by_region: defaultdict[str, list[Level]] = defaultdict(list)
    for level in indicator.levels:
        by_region[level.region].append(level)
    check = _figure_faults if indicator.kind in FIGURES else _choice_faults
    return [kind for levels in by_region.values() for kind in check(indicator, levels)]


def _reachable(indicator: Indicator, levels: list[Level]) -> list[FaultKind]:
    is_reachable = max(level.points for level in levels) == indicator.points
    return [] if is_reachable else [FaultKind.FULL_MARKS_UNREACHABLE]


def _choice_faults(indicator: Indicator, levels: list[Level]) -> list[FaultKind]:
    is_whole = all(level.code and level.label and level.label_en for level in levels)
    return _reachable(indicator, levels) + ([] if is_whole else [FaultKind.LEVELS_DISORDERED])


def _figure_faults(indicator: Indicator, levels: list[Level]) -> list[FaultKind]:
    """A better figure never earns less, and the figures are ones that can be."""
    faults = _reachable(indicator, levels)
    most = MOST_SHARE if indicator.kind is Kind.SHARE else None
    for level in levels:
        if level.threshold is None or level.code or (most and level.threshold > most):
            return [*faults, FaultKind.LEVELS_DISORDERED]
    ordered = sorted(levels, key=lambda level: level.threshold or 0, reverse=indicator.direction is Direction.AT_MOST)
    if any(before.points >= after.points for before, after in pairwise(ordered)):
        faults.append(FaultKind.LEVELS_DISORDERED)
    if indicator.below is Below.PROPORTION and len(levels) > 1:
        faults.append(FaultKind.LEVELS_TOO_MANY)
    return faults


def _table_faults(table: Table) -> list[TableFault]:
    faults = []
    if not any(table.indicators):
        faults.append(TableFault("indicators.csv", 0, "", FaultKind.VALUE_MISSING))
    for region in table.regions:
        last = table.region_chain(region.code)[-2]
        if next(item.parent for item in table.regions if item.code == last):
            faults.append(TableFault("regions.csv", 0, "parent", FaultKind.REGION_CIRCLE, region.code))
    for name, count, total in (
        ("classes_total", len(table.classes), table.classes_total),
        ("indicators_total", table.indicators_count, table.indicators_total),
    ):
        if count > total:
            faults.append(TableFault("table.toml", 0, name, FaultKind.TOTAL_TOO_SMALL, str(count)))
    if table.pass_points > table.full_points:
        faults.append(TableFault("table.toml", 0, "pass_points", FaultKind.VALUE_WRONG, str(table.pass_points)))
    return faults
