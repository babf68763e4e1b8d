"""Grades from values: limits, ranges where limits or values are missing, and what must hold for all values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.labels.rules.grading import (
    CERTAINTIES,
    DIFFERS,
    NOT_COMPUTABLE,
    SAME,
    GradeResult,
    Limit,
    Scale,
    Step,
    compute_grade,
)


def at_most(metric: str, value: float, certainty: str = "data") -> Limit:
    return Limit(metric, high=value, certainty=certainty)


def at_least(metric: str, value: float, certainty: str = "data") -> Limit:
    return Limit(metric, low=value, certainty=certainty)


#: The recorded limits of the 2019 dishwasher standard: those of grade 4 are unknown.
DISHWASHER = Scale(
    (
        Step("1", 1, (at_most("WEI", 45), at_most("EEI", 50), at_least("PD", 1.08, "data-inferred"))),
        Step("2", 2, (at_most("WEI", 52), at_most("EEI", 56))),
        Step("3", 3, (at_most("WEI", 62), at_most("EEI", 63))),
        Step("4", 4),
        Step("5", 5, (at_most("WEI", 75, "data-inferred"), at_most("EEI", 80, "data-inferred"))),
    )
)
#: Half-open bands that touch, as in Singapore's scheme: more than 5 to 7 litres, at most 5 litres.
BANDS = Scale(
    (
        Step("3", 1, (Limit("flow", high=5),)),
        Step("2", 2, (Limit("flow", low=5, is_low_inclusive=False, high=7),)),
    )
)


def grade(wei: float, eei: float, pd: float = 1.2) -> GradeResult:
    return compute_grade(DISHWASHER, {"WEI": wei, "EEI": eei, "PD": pd})


@pytest.mark.parametrize(
    ("wei", "eei", "pd", "rank", "deciding"),
    [
        (44.6, 47.9, 1.25, 1, ("WEI", "EEI", "PD")),
        (45, 50, 1.08, 1, ("WEI", "EEI", "PD")),
        (46, 49, 1.08, 2, ("WEI",)),
        (33.7, 53.3, 1.27, 2, ("EEI",)),
        (48, 55, 1.28, 2, ("WEI", "EEI")),
        (44, 49, 1.07, 2, ("PD",)),
        (62, 50.1, 1.16, 3, ("WEI",)),
        (45.00001, 50, 1.2, 2, ("WEI",)),
    ],
)
def test_the_worst_metric_decides(wei: float, eei: float, pd: float, rank: int, deciding: tuple[str, ...]) -> None:
    result = grade(wei, eei, pd)
    assert (result.rank, result.deciding) == (rank, deciding)


def test_between_grades_three_and_five_the_answer_is_four_or_five() -> None:
    result = grade(75, 80, 0.86)
    assert (result.best, result.worst, result.rank) == (4, 5, None)
    assert [result.check(declared) for declared in (1, 3, 4, 5)] == [DIFFERS, DIFFERS, NOT_COMPUTABLE, NOT_COMPUTABLE]


def test_values_beyond_the_limit_value_are_outside_of_the_scale() -> None:
    result = grade(76, 40)
    assert result.is_outside
    assert result.rank is None
    assert result.check(5) == DIFFERS


def test_a_missing_value_leaves_only_what_the_others_prove() -> None:
    result = compute_grade(DISHWASHER, {"WEI": 50})
    assert (result.best, result.rank) == (2, None)
    assert [result.check(declared) for declared in (1, 2, 3)] == [DIFFERS, NOT_COMPUTABLE, NOT_COMPUTABLE]


def test_no_recorded_limits_prove_nothing() -> None:
    empty = Scale((Step("1", 1), Step("2", 2)))
    assert compute_grade(empty, {"WEI": 1}).check(1) == NOT_COMPUTABLE
    assert compute_grade(Scale(()), {}).check(None) == NOT_COMPUTABLE


def test_only_the_first_grade_known_means_the_rest_is_open() -> None:
    scale = Scale((Step("1", 1, (at_most("WEI", 65),)), Step("2", 2), Step("3", 3)))
    assert compute_grade(scale, {"WEI": 65}).check(1) == SAME
    worse = compute_grade(scale, {"WEI": 66})
    assert (worse.best, worse.worst) == (2, 4)
    assert worse.check(1) == DIFFERS
    assert worse.check(2) == NOT_COMPUTABLE


def test_an_incomplete_scale_gives_a_best_case_that_can_only_contradict() -> None:
    scale = Scale((Step("1", 1, (at_most("water", 7),)), Step("2", 2, (at_most("water", 8),))), is_complete=False)
    assert compute_grade(scale, {"water": 6}).check(1) == NOT_COMPUTABLE
    assert compute_grade(scale, {"water": 7.5}).check(1) == DIFFERS


@pytest.mark.parametrize(("flow", "code"), [(4, 1), (5, 1), (5.01, 2), (7, 2), (7.01, None)])
def test_half_open_bands_meet_without_gap_or_overlap(flow: float, code: int | None) -> None:
    assert compute_grade(BANDS, {"flow": flow}).rank == code


def test_a_better_value_in_a_band_never_spoils_the_other_metrics_grade() -> None:
    scale = Scale(
        (
            Step("2", 1, (Limit("a", high=2), Limit("b", high=2))),
            Step("1", 2, (Limit("a", 2, False, 4), Limit("b", 2, False, 4))),
        )
    )
    assert compute_grade(scale, {"a": 1, "b": 3}).rank == 2


def test_a_result_is_as_uncertain_as_the_weakest_limit_it_rests_on() -> None:
    assert grade(44, 49).certainty == "data-inferred"
    assert grade(50, 49).certainty == "data"
    assert grade(70, 49).certainty == "data-inferred"
    assert compute_grade(Scale(()), {}).certainty == ""


positive = st.floats(0, 200, allow_nan=False)


@st.composite
def nested_scales(draw: st.DrawFn) -> Scale:
    """Scales whose maxima grow from step to step, some steps without recorded limits."""
    metrics = draw(st.sampled_from([("a",), ("a", "b"), ("a", "b", "c")]))
    count = draw(st.integers(1, 6))
    edges = {metric: sorted(draw(st.lists(positive, min_size=count, max_size=count))) for metric in metrics}
    known = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return Scale(
        tuple(
            Step(
                str(i + 1),
                i + 1,
                tuple(at_most(metric, edges[metric][i], draw(st.sampled_from(CERTAINTIES))) for metric in metrics)
                if known[i]
                else (),
            )
            for i in range(count)
        )
    )


@given(nested_scales(), st.dictionaries(st.sampled_from("abc"), positive), st.sampled_from("abc"), positive)
def test_a_worse_value_never_gives_a_better_grade(
    scale: Scale, values: dict[str, float], metric: str, more: float
) -> None:
    given = {metric: 1.0, **values}
    before, after = compute_grade(scale, given), compute_grade(scale, given | {metric: given[metric] + more})
    assert after.best >= before.best
    assert after.worst >= before.worst


@given(nested_scales(), st.dictionaries(st.sampled_from("abc"), positive))
def test_a_single_answer_is_the_best_step_that_every_value_holds(scale: Scale, values: dict[str, float]) -> None:
    result = compute_grade(scale, values)
    assert 1 <= result.best <= result.worst <= result.last + 1
    if result.rank is not None:
        held = [s.rank for s in scale.steps if s.limits and all(x.holds(values[x.metric]) for x in s.limits)]
        assert result.rank == min(held)
        assert result.check(result.rank) == SAME


@given(nested_scales(), st.dictionaries(st.sampled_from("abc"), positive), st.sampled_from("abc"), positive)
def test_learning_a_missing_value_only_narrows_the_answer(
    scale: Scale, values: dict[str, float], metric: str, value: float
) -> None:
    values.pop(metric, None)
    before, after = compute_grade(scale, values), compute_grade(scale, {**values, metric: value})
    assert before.best <= after.best
    assert after.worst <= before.worst
