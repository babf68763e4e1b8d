"""Points, gaps, ranges and what may be said of the whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.counties.rules.assessment import Answers, State, Verdict, score
from outreach.counties.rules.assessment_table import Direction, Table
from tests.counties.assessment_tables import EVERY_KIND, SHARE, TIERS, answers_to, figure_indicators, table, tables

YES = {"plan": True, "office": True}


def points_of(region: str = "", **values: Any) -> Decimal:
    """The points of the one answered indicator."""
    (code,) = values
    result = score(EVERY_KIND, Answers(region, values))
    return next(item.points for item in result.indicators if item.indicator.code == code)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ({"share": Decimal(40)}, "8"),
        ({"share": Decimal("39.9999")}, "7.99"),
        ({"share": Decimal(20)}, "4"),
        ({"share": Decimal(0)}, "0"),
        ({"leak": Decimal(10)}, "8"),
        ({"leak": Decimal(0)}, "8"),
        ({"leak": Decimal(20)}, "4"),
        ({"leak": Decimal("11.8")}, "6.77"),
        ({"steps": Decimal("19.9")}, "0"),
        ({"steps": Decimal(20)}, "4"),
        ({"steps": Decimal("49.9")}, "7"),
        ({"steps": Decimal(500)}, "10"),
        ({"tiers": True}, "7"),
        ({"tiers": False}, "0"),
        ({"choice": "some"}, "2"),
        ({"own": Decimal("4.009")}, "4"),
        ({"own": Decimal("5.9999")}, "5.99"),
    ],
)
def test_an_answer_earns_what_the_table_says(answer: dict[str, Any], points: str) -> None:
    assert points_of(**answer) == Decimal(points)


def test_the_region_decides_which_level_holds_and_a_part_of_a_region_has_its_own() -> None:
    assert points_of("south", regional=Decimal(16)) == 6
    assert points_of("north", regional=Decimal(16)) == 0
    assert points_of("capital", regional=Decimal(20)) == 6


def test_without_a_region_a_regional_indicator_is_open_and_says_so() -> None:
    result = score(EVERY_KIND, Answers("", {"regional": Decimal(90)}))
    item = next(one for one in result.indicators if one.indicator.code == "regional")
    assert (item.state, item.points, item.needed) == (State.REGION_NEEDED, 0, None)
    assert "regional" in result.unanswered
    assert result.highest - result.lowest == EVERY_KIND.maximum + 10


def test_a_province_has_the_first_region_that_lists_it() -> None:
    assert EVERY_KIND.region_of("110000") == "capital"
    assert EVERY_KIND.region_of("130000") == "north"
    assert EVERY_KIND.region_of("990000") == ""
    assert EVERY_KIND.region_of("") == ""


def test_what_raises_the_score_most_stands_first_with_the_figure_that_it_takes() -> None:
    result = score(EVERY_KIND, Answers("south", {"share": Decimal(20), "leak": Decimal(10), "steps": Decimal(25)}))
    order = [one.item.indicator.code for one in result.raises]
    assert order == ["tiers", "steps", "regional", "own", "choice", "share"]
    steps = next(one for one in result.raises if one.item.indicator.code == "steps")
    assert (steps.gain, steps.item.needed, steps.next_figure, steps.next_gain) == (6, 50, 30, 3)
    assert result.raises[-1].item.needed == 40


def test_extra_points_end_at_the_cap() -> None:
    full = Answers(bonus={"model": Decimal(6), "money": Decimal(6)})
    assert score(EVERY_KIND, full).bonus == 10
    assert score(EVERY_KIND, Answers(bonus={"model": Decimal(3)})).highest == EVERY_KIND.maximum + 9


@pytest.mark.parametrize(
    ("found", "answers", "verdict"),
    [
        (table(TIERS), Answers(values={"tiers": True}, conditions=YES), Verdict.REACHED),
        (table(TIERS), Answers(values={"tiers": True}, conditions={"plan": True}), Verdict.OPEN),
        (table(TIERS), Answers(values={"tiers": True}, conditions={**YES, "office": False}), Verdict.CONDITION_MISSING),
        (table(TIERS), Answers(conditions=YES), Verdict.OPEN),
        (
            table(TIERS, bonus=()),
            Answers(values={"tiers": False}, conditions=YES),
            Verdict.NOT_REACHED,
        ),
        (table(TIERS, full_points=Decimal(100)), Answers(values={"tiers": True}, conditions=YES), Verdict.UNDECIDABLE),
        (table(TIERS, indicators_total=20), Answers(values={"tiers": True}, conditions=YES), Verdict.UNDECIDABLE),
    ],
)
def test_only_a_sound_table_says_anything_of_the_whole(found: Table, answers: Answers, verdict: Verdict) -> None:
    assert score(found, answers).verdict is verdict


@given(found=tables(), data=st.data())
def test_the_parts_add_up_and_nothing_is_above_its_maximum(found: Table, data: st.DataObject) -> None:
    result = score(found, data.draw(answers_to(found)))
    assert result.total == sum((item.points for item in result.indicators), Decimal(0)) + result.bonus
    assert all(0 <= item.points <= item.indicator.points for item in result.indicators)
    assert all(item.points + item.gap == item.indicator.points for item in result.indicators)
    assert 0 <= result.bonus <= found.bonus_cap
    assert 0 <= result.lowest == result.total <= result.highest <= found.maximum + found.bonus_cap
    gains = [one.gain for one in result.raises]
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) == found.maximum - result.points


@given(found=tables(), data=st.data())
def test_answering_one_more_question_keeps_within_the_range(found: Table, data: st.DataObject) -> None:
    before = data.draw(answers_to(found))
    more = data.draw(answers_to(found))
    after = replace(before, values={**more.values, **before.values}, bonus={**more.bonus, **before.bonus})
    old, new = score(found, before), score(found, after)
    assert old.lowest <= new.lowest <= new.highest <= old.highest


@given(one=figure_indicators(), first=st.integers(0, 1_000_000), second=st.integers(0, 1_000_000))
def test_a_better_figure_never_earns_less(one: Any, first: int, second: int) -> None:
    found = table(one)
    figures = sorted((Decimal(first) / 10_000, Decimal(second) / 10_000), reverse=one.direction is Direction.AT_MOST)
    worse, better = (score(found, Answers(values={"a": figure})).points for figure in figures)
    assert worse <= better


@given(one=figure_indicators())
def test_the_figure_that_is_named_for_full_marks_earns_them(one: Any) -> None:
    needed = score(table(one), Answers()).indicators[0].needed
    assert needed is not None
    assert score(table(one), Answers(values={"a": needed})).points == one.points


@given(one=figure_indicators(), number=st.integers(0, 1_000_000))
def test_full_marks_are_only_for_who_reaches_the_condition(one: Any, number: int) -> None:
    figure = Decimal(number) / 10_000
    item = score(table(one), Answers(values={"a": figure})).indicators[0]
    assert item.needed is not None
    is_reached = figure >= item.needed if one.direction is Direction.AT_LEAST else figure <= item.needed
    assert (item.state is State.FULL) == is_reached


def test_an_indicator_without_levels_needs_no_region() -> None:
    assert not TIERS.needs_region
    assert not SHARE.needs_region
