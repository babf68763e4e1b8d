"""Scoring tables for tests: one of every kind of rule, and any that can be thought of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from outreach.counties.rules.assessment import Answers
from outreach.counties.rules.assessment_table import (
    Below,
    BonusItem,
    Condition,
    Direction,
    Indicator,
    IndicatorClass,
    Kind,
    Level,
    Region,
    Table,
)

FACT: dict[str, Any] = {"certainty": "sourced", "source": "test"}


def level(points: str, threshold: str | None = None, **values: Any) -> Level:
    return Level(Decimal(points), None if threshold is None else Decimal(threshold), **values)


def indicator(code: str, kind: Kind, points: str, *levels: Level, **values: Any) -> Indicator:
    given = {"class_code": "all", "name": code, "name_en": code, "unit": "%", "unit_en": "%", **values}
    return Indicator(code=code, kind=kind, points=Decimal(points), levels=levels, **given)


def table(*indicators: Indicator, **values: Any) -> Table:
    """A table that holds together with these indicators, three regions, two conditions and two bonus items."""
    total = sum((one.points for one in indicators), Decimal(0))
    given: dict[str, Any] = {
        "title": "表",
        "title_en": "Table",
        "document": "文",
        "note": "",
        "note_en": "",
        "official_text": "",
        "official_text_en": "",
        "reviewed_on": "2026-01-01",
        "full_points": total,
        "pass_points": total * Decimal("0.85"),
        "bonus_cap": Decimal(10),
        "classes_total": 1,
        "indicators_total": len(indicators),
        "regions": (
            Region("capital", "京", "Capital", "north", frozenset({"11"}), **FACT),
            Region("north", "北", "North", "", frozenset({"11", "13"}), **FACT),
            Region("south", "南", "South", "", frozenset({"32"}), **FACT),
        ),
        "classes": (IndicatorClass("all", "全部", "All", **FACT, indicators=indicators),),
        "conditions": (Condition("plan", "计划", "Plan", **FACT), Condition("office", "机构", "Office", **FACT)),
        "bonus": (
            BonusItem("model", "标杆", "Model", Decimal(6), **FACT),
            BonusItem("money", "激励", "Money", Decimal(6), **FACT),
        ),
    }
    return Table(**{**given, **FACT, **values})


#: One indicator of every kind.
SHARE = indicator("share", Kind.SHARE, "8", level("8", "40"), below=Below.PROPORTION)
LEAK = indicator("leak", Kind.SHARE, "8", level("8", "10"), below=Below.PROPORTION, direction=Direction.AT_MOST)
STEPS = indicator("steps", Kind.AMOUNT, "10", level("4", "20"), level("7", "30"), level("10", "50"))
REGIONAL = indicator("regional", Kind.SHARE, "6", level("6", "20", region="north"), level("6", "15", region="south"))
TIERS = indicator("tiers", Kind.YES_NO, "7")
CHOICE = indicator("choice", Kind.CHOICE, "5", level("5", code="all"), level("2", code="some"), level("0", code="none"))
OWN = indicator("own", Kind.POINTS, "6")
EVERY_KIND = table(SHARE, LEAK, STEPS, REGIONAL, TIERS, CHOICE, OWN)

_POINTS = st.integers(1, 2000).map(lambda number: Decimal(number) / 100)
_FIGURES = st.integers(0, 1_000_000).map(lambda number: Decimal(number) / 10_000)


@st.composite
def figure_indicators(draw: st.DrawFn, code: str = "a") -> Indicator:
    """An indicator with levels that a better figure never loses points by."""
    points = draw(_POINTS)
    direction = draw(st.sampled_from(Direction))
    below = draw(st.sampled_from(Below))
    count = 1 if below is Below.PROPORTION else draw(st.integers(1, 4))
    steps = draw(st.lists(_FIGURES, min_size=count, max_size=count, unique=True))
    steps.sort(reverse=direction is Direction.AT_MOST)
    earned = sorted(draw(st.lists(st.integers(0, 99), min_size=count - 1, max_size=count - 1, unique=True)))
    lower = [(points * share / 100).quantize(Decimal("0.01")) for share in earned]
    levels = tuple(Level(each, step) for each, step in zip([*lower, points], steps, strict=True))
    return Indicator(code, "all", code, code, Kind.SHARE, points, direction=direction, below=below, levels=levels)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any table of figures and own points, with any cap."""
    figures = [draw(figure_indicators(f"f{number}")) for number in range(draw(st.integers(1, 4)))]
    own = [draw(_POINTS) for number in range(draw(st.integers(0, 2)))]
    others = [Indicator(f"p{number}", "all", "p", "p", Kind.POINTS, points) for number, points in enumerate(own)]
    cap = draw(st.integers(0, 2000).map(lambda number: Decimal(number) / 100))
    return table(*figures, *others, bonus_cap=cap, pass_points=Decimal(1))


@st.composite
def answers_to(draw: st.DrawFn, found: Table) -> Answers:
    """Answers to some of a table's questions."""
    values = {}
    for one in found.indicators:
        most = one.points if one.kind is Kind.POINTS else Decimal(100)
        if draw(st.booleans()):
            values[one.code] = draw(st.integers(0, int(most * 10_000)).map(lambda number: Decimal(number) / 10_000))
    bonus = {
        item.code: draw(st.integers(0, int(item.points * 100)).map(lambda number: Decimal(number) / 100))
        for item in found.bonus
        if draw(st.booleans())
    }
    conditions = {one.code: draw(st.booleans()) for one in found.conditions if draw(st.booleans())}
    return Answers("", values, conditions, bonus)
