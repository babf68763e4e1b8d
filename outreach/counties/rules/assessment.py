"""Scoring a county's answers by a table. Pure: the same table and answers always give the same result.

Each indicator's points are whole hundredths, so the printed parts add up to the printed total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from outreach.counties.rules.assessment_table import (
    ZERO,
    Below,
    Direction,
    Indicator,
    IndicatorClass,
    Kind,
    Level,
    Table,
)

#: A figure, yes or no, or the code of a level.
Answer = Decimal | bool | str
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a county filled in; what is missing was not answered."""

    region: str = ""
    values: Mapping[str, Answer] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    bonus: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.conditions or self.bonus)


class State(StrEnum):
    """How an indicator stands."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    UNANSWERED = "unanswered"
    #: Answered, but the rule depends on a region that was not given.
    REGION_NEEDED = "region-needed"


class Verdict(StrEnum):
    """What the table, and only the table, says of the whole."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
    #: A required condition is answered with no.
    CONDITION_MISSING = "condition-missing"
    #: What is not answered yet decides.
    OPEN = "open"
    #: The table is incomplete or does not add up: it must not judge.
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """An indicator's points. ``needed`` is the figure for full marks, where the indicator takes figures."""

    indicator: Indicator
    answer: Answer | None
    points: Decimal
    state: State
    needed: Decimal | None

    @property
    def gap(self) -> Decimal:
        return self.indicator.points - self.points

    @property
    def is_open(self) -> bool:
        return self.state in (State.UNANSWERED, State.REGION_NEEDED)


@dataclass(frozen=True, slots=True)
class ClassResult:
    """A class's points: the sum of its indicators."""

    group: IndicatorClass
    indicators: tuple[IndicatorResult, ...]

    @property
    def points(self) -> Decimal:
        return sum((item.points for item in self.indicators), ZERO)

    @property
    def answered(self) -> int:
        return sum(not item.is_open for item in self.indicators)


@dataclass(frozen=True, slots=True)
class Raise:
    """What full marks in one indicator would add. ``next_figure``: the nearest level that earns more, and its gain."""

    item: IndicatorResult
    gain: Decimal
    next_figure: Decimal | None = None
    next_gain: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The whole result. ``lowest`` counts what is not answered as nothing, ``highest`` as full marks."""

    table: Table
    answers: Answers
    classes: tuple[ClassResult, ...]
    #: Extra points after the cap.
    bonus: Decimal
    lowest: Decimal
    highest: Decimal
    missing_conditions: tuple[str, ...]
    open_conditions: tuple[str, ...]
    raises: tuple[Raise, ...]
    verdict: Verdict

    @property
    def indicators(self) -> tuple[IndicatorResult, ...]:
        return tuple(item for group in self.classes for item in group.indicators)

    @property
    def points(self) -> Decimal:
        """Points of the indicators, without bonus."""
        return sum((group.points for group in self.classes), ZERO)

    @property
    def total(self) -> Decimal:
        return self.points + self.bonus

    @property
    def answered(self) -> int:
        return sum(group.answered for group in self.classes)

    @property
    def unanswered(self) -> tuple[str, ...]:
        return tuple(item.indicator.code for item in self.indicators if item.is_open)


def cut(value: Fraction) -> Decimal:
    """To hundredths, never rounded up: who misses a condition never has full marks. For values of zero and more."""
    return Decimal(value * 100 // 1) * HUNDREDTH


def score(table: Table, answers: Answers) -> Result:
    """Score ``answers``, which ``forms_assessment`` has checked against the same table."""
    classes = tuple(
        ClassResult(group, tuple(_score_indicator(table, item, answers) for item in group.indicators))
        for group in table.classes
    )
    items = [item for group in classes for item in group.indicators]
    points = sum((item.points for item in items), ZERO)
    bonus = _bonus(table, answers, is_best=False)
    open_points = sum((item.gap for item in items if item.is_open), ZERO)
    lowest = points + bonus
    highest = points + open_points + _bonus(table, answers, is_best=True)
    missing = tuple(one.code for one in table.conditions if answers.conditions.get(one.code) is False)
    unsaid = tuple(one.code for one in table.conditions if one.code not in answers.conditions)
    return Result(
        table=table,
        answers=answers,
        classes=classes,
        bonus=bonus,
        lowest=lowest,
        highest=highest,
        missing_conditions=missing,
        open_conditions=unsaid,
        raises=_raises(table, answers, items),
        verdict=_verdict(table, lowest, highest, missing, unsaid),
    )


def _score_indicator(table: Table, indicator: Indicator, answers: Answers) -> IndicatorResult:
    answer = answers.values.get(indicator.code)
    levels = table.levels_of(indicator, answers.region)
    needed = _needed(indicator, levels)
    if answer is None:
        return IndicatorResult(indicator, None, ZERO, State.UNANSWERED, needed)
    if indicator.needs_region and not levels:
        return IndicatorResult(indicator, answer, ZERO, State.REGION_NEEDED, None)
    points = min(max(_points(indicator, levels, answer), ZERO), indicator.points)
    state = State.FULL if points == indicator.points else State.PARTIAL if points else State.NONE
    return IndicatorResult(indicator, answer, points, state, needed)


def _points(indicator: Indicator, levels: tuple[Level, ...], answer: Answer) -> Decimal:
    if isinstance(answer, bool):
        return indicator.points if answer else ZERO
    if isinstance(answer, str):
        return next((level.points for level in levels if level.code == answer), ZERO)
    if indicator.kind is Kind.POINTS:
        return cut(Fraction(answer))
    reached = [level.points for level in levels if _reaches(indicator, answer, level)]
    if reached or indicator.below is Below.STEPS:
        return max(reached, default=ZERO)
    return _in_proportion(indicator, levels[0], answer)


def _reaches(indicator: Indicator, figure: Decimal, level: Level) -> bool:
    if level.threshold is None:
        return False
    is_high = indicator.direction is Direction.AT_LEAST
    return figure >= level.threshold if is_high else figure <= level.threshold


def _in_proportion(indicator: Indicator, level: Level, figure: Decimal) -> Decimal:
    """Points of a figure that misses the only level: neither it nor the threshold can be zero where it divides."""
    threshold = Fraction(level.threshold or ZERO)
    part = Fraction(figure) / threshold if indicator.direction is Direction.AT_LEAST else threshold / Fraction(figure)
    return cut(Fraction(level.points) * part)


def _needed(indicator: Indicator, levels: tuple[Level, ...]) -> Decimal | None:
    """The easiest figure that earns full marks."""
    found = [level.threshold for level in levels if level.threshold is not None and level.points == indicator.points]
    if not found:
        return None
    return min(found) if indicator.direction is Direction.AT_LEAST else max(found)


def _bonus(table: Table, answers: Answers, *, is_best: bool) -> Decimal:
    """Extra points within the cap; at best, every item that is not answered earns all it can."""
    earned = (answers.bonus.get(item.code, item.points if is_best else ZERO) for item in table.bonus)
    return min(sum((cut(Fraction(points)) for points in earned), ZERO), table.bonus_cap)


def _raises(table: Table, answers: Answers, items: list[IndicatorResult]) -> tuple[Raise, ...]:
    """Indicators with points still to win, the largest gain first, then in the table's order."""
    found = [_raise(table.levels_of(item.indicator, answers.region), item) for item in items if item.gap > 0]
    return tuple(sorted(found, key=lambda one: -one.gain))


def _raise(levels: tuple[Level, ...], item: IndicatorResult) -> Raise:
    better = [level for level in levels if level.threshold is not None and level.points > item.points]
    if not better or len(levels) < 2:
        return Raise(item, item.gap)
    nearest = min(better, key=lambda level: level.points)
    return Raise(item, item.gap, nearest.threshold, nearest.points - item.points)


def _verdict(
    table: Table, lowest: Decimal, highest: Decimal, missing: tuple[str, ...], unsaid: tuple[str, ...]
) -> Verdict:
    if not table.is_coherent:
        return Verdict.UNDECIDABLE
    if missing:
        return Verdict.CONDITION_MISSING
    if highest < table.pass_points:
        return Verdict.NOT_REACHED
    return Verdict.REACHED if lowest >= table.pass_points and not unsaid else Verdict.OPEN
