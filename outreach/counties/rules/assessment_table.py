"""What a scoring table for the self-assessment says: classes, indicators with their rules, required conditions, bonus.

The table is data (``content/counties/assessment`` or the operator's own folder). Points and figures are exact decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Kind(StrEnum):
    """What a county fills in for an indicator."""

    #: A percentage from 0 to 100.
    SHARE = "share"
    #: A figure of zero or more, with the indicator's unit.
    AMOUNT = "amount"
    YES_NO = "yes-no"
    #: One of the indicator's levels.
    CHOICE = "choice"
    #: The points themselves, judged by the county against the official text.
    POINTS = "points"


class Direction(StrEnum):
    """Which figures are good."""

    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class Below(StrEnum):
    """What a figure earns that misses the condition for full marks."""

    #: The points of the best level that it reaches, else none.
    STEPS = "steps"
    #: A share of the points, in proportion to the condition.
    PROPORTION = "proportion"


@dataclass(frozen=True, slots=True)
class Level:
    """Points for reaching ``threshold`` (figures) or for choosing ``code`` (choices), in one region or all ("")."""

    points: Decimal
    threshold: Decimal | None = None
    code: str = ""
    region: str = ""
    label: str = ""
    label_en: str = ""
    certainty: str = "sourced"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What a county that was named has shown, as published."""

    value: str
    place: str
    place_en: str
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with its rule. ``certainty`` is that of points and rule, ``name_certainty`` that of the name."""

    code: str
    class_code: str
    name: str
    name_en: str
    kind: Kind
    points: Decimal
    unit: str = ""
    unit_en: str = ""
    direction: Direction = Direction.AT_LEAST
    below: Below = Below.STEPS
    condition: str = ""
    condition_en: str = ""
    note: str = ""
    note_en: str = ""
    name_certainty: str = "sourced"
    certainty: str = "sourced"
    source: str = ""
    levels: tuple[Level, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def needs_region(self) -> bool:
        """Whether the rule differs by region and none holds for all."""
        return bool(self.levels) and all(level.region for level in self.levels)


@dataclass(frozen=True, slots=True)
class IndicatorClass:
    """A class of indicators, as the official standard groups them."""

    code: str
    name: str
    name_en: str
    certainty: str
    source: str
    indicators: tuple[Indicator, ...] = ()

    @property
    def points(self) -> Decimal:
        return sum((indicator.points for indicator in self.indicators), ZERO)


@dataclass(frozen=True, slots=True)
class Condition:
    """A required condition (必备条件): without it no number of points helps."""

    code: str
    name: str
    name_en: str
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class BonusItem:
    """Something that earns extra points, at most ``points``."""

    code: str
    name: str
    name_en: str
    points: Decimal
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """Where a rule differs. ``parent`` is asked where no level names the region; ``provinces`` are two-digit codes."""

    code: str
    name: str
    name_en: str
    parent: str
    provinces: frozenset[str]
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A whole scoring table. ``classes_total`` and ``indicators_total`` are those of the official standard."""

    title: str
    title_en: str
    document: str
    note: str
    note_en: str
    official_text: str
    official_text_en: str
    source: str
    certainty: str
    reviewed_on: str
    full_points: Decimal
    pass_points: Decimal
    bonus_cap: Decimal
    classes_total: int
    indicators_total: int
    regions: tuple[Region, ...] = ()
    classes: tuple[IndicatorClass, ...] = ()
    conditions: tuple[Condition, ...] = ()
    bonus: tuple[BonusItem, ...] = ()
    is_own: bool = field(default=True)

    @property
    def indicators(self) -> Iterator[Indicator]:
        """All indicators in their order."""
        return (indicator for group in self.classes for indicator in group.indicators)

    @property
    def indicators_count(self) -> int:
        return sum(len(group.indicators) for group in self.classes)

    @property
    def maximum(self) -> Decimal:
        """Points of all indicators together, without bonus."""
        return sum((group.points for group in self.classes), ZERO)

    @property
    def is_coherent(self) -> bool:
        """Whether the table holds every indicator and its points add up to full marks: only then it can judge."""
        return self.indicators_count == self.indicators_total and self.maximum == self.full_points

    def region_of(self, division_code: str) -> str:
        """The region of a division by its code: the first one that lists the province, else empty."""
        province = division_code[:2]
        return next((region.code for region in self.regions if province and province in region.provinces), "")

    def region_chain(self, region: str) -> tuple[str, ...]:
        """The regions whose levels hold in ``region``, the nearest first; "" holds everywhere."""
        parents = {item.code: item.parent for item in self.regions}
        chain: list[str] = []
        while region and region in parents and region not in chain:
            chain.append(region)
            region = parents[region]
        return (*chain, "")

    def levels_of(self, indicator: Indicator, region: str) -> tuple[Level, ...]:
        """The levels of an indicator that hold in a region; none when it needs a region that was not given."""
        for code in self.region_chain(region):
            if found := tuple(level for level in indicator.levels if level.region == code):
                return found
        return ()
