"""The total order, brackets, regions, time."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.quiz.rules import deadlines, order, regions
from outreach.quiz.rules.deadlines import Phase, phase
from outreach.quiz.rules.order import Result
from outreach.quiz.rules.regions import RegionCount, rank_regions

START = datetime(2026, 4, 23, tzinfo=UTC)
RESULTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4000), st.integers(0, 2)), min_size=1, max_size=60).map(
    lambda rows: [
        Result(number, points * 100, ms, START + timedelta(seconds=at)) for number, (points, ms, at) in enumerate(rows)
    ]
)


def place_by_histogram(results: list[Result], own: Result) -> int:
    """As the database works it out: counts of better bins, and the own bin row by row."""
    bins = Counter((one.centipoints, one.second) for one in results)
    above = [count for key, count in bins.items() if order.is_better_bin(key, (own.centipoints, own.second))]
    inside = [one for one in results if (one.centipoints, one.second) == (own.centipoints, own.second)]
    return order.histogram_place(above, inside, own)


@given(RESULTS)
def test_r02_the_histogram_place_is_the_place_in_the_full_sort(results: list[Result]) -> None:
    ranked = order.ranked(results)
    assert [place_by_histogram(results, one) for one in ranked] == list(range(1, len(results) + 1))


def test_r02_ten_thousand_results_with_ties_page_without_gaps() -> None:
    chance = random.Random(1)
    results = [
        Result(
            n,
            chance.randint(0, 20) * 100,
            chance.randint(30, 90) * 1000,
            START + timedelta(seconds=chance.randint(0, 3)),
        )
        for n in range(10_000)
    ]
    ranked = order.ranked(results)
    assert order.ranked(results[::-1]) == ranked
    assert len({one.key for one in results}) == 10_000
    for own in chance.sample(results, 25):
        assert place_by_histogram(results, own) == ranked.index(own) + 1


@given(RESULTS, st.sampled_from(["best", "first", "last"]))
def test_counting_one_by_one_ends_with_what_counts_among_all(results: list[Result], mode: str) -> None:
    current: Result | None = None
    for one in results:
        current = one if order.is_replacing(one, current, mode) else current
    assert current == order.counting(results, mode)


def test_brackets_go_by_age() -> None:
    brackets = [{"code": "youth", "ages": ["14-17"]}, {"code": "adult", "ages": ["18-35"]}]
    assert [order.bracket_of(age, brackets) for age in ("14-17", "18-35", "60-plus")] == ["youth", "adult", ""]


def count(code: str, people: int, population: int | None, points: int = 1000) -> RegionCount:
    return RegionCount(code, people, people, people * points, 0, population)


def test_regions_stand_by_their_share_and_small_samples_have_no_place() -> None:
    rows = rank_regions(
        [count("a", 100, 100_000), count("b", 50, 10_000), count("c", 3, 100), count("d", 20, None)],
        minimum=10,
        edges=(50_000,),
        is_per_head=True,
    )
    assert [(row.count.code, row.place, row.is_small) for row in rows] == [
        ("b", 1, False),
        ("a", 2, False),
        ("c", None, True),
        ("d", None, False),
    ]
    assert rows[0].participants_per_10m == 50_000
    assert (rows[2].participants_per_10m, rows[0].population_class, rows[1].population_class) == (None, 0, 1)


def test_equal_regions_share_a_place() -> None:
    rows = rank_regions(
        [count("a", 20, 10), count("b", 20, 10), count("c", 10, 10)], minimum=2, edges=(), is_per_head=False
    )
    assert [row.place for row in rows] == [1, 1, 3]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10**6)), max_size=20), st.booleans())
def test_no_figure_of_a_small_region_is_ranked(rows: list[tuple[int, int]], is_per_head: bool) -> None:
    counts = [count(f"{number:06}", people, population) for number, (people, population) in enumerate(rows)]
    ranked = rank_regions(counts, minimum=10, edges=(200_000, 500_000, 1_000_000), is_per_head=is_per_head)
    assert len(ranked) == len(counts)
    assert all((one.place is None) == (one.count.participants < 10) for one in ranked)
    places = [one.place for one in ranked if one.place]
    assert places == sorted(places)


def test_provinces_are_sums_of_their_counties() -> None:
    found = regions.sum_by_province([count("110101", 2, 1), count("110102", 3, 1), count("370102", 4, 1)])
    assert [(one.code, one.participants) for one in found] == [("11", 5), ("37", 4)]


@pytest.mark.parametrize(("ms", "is_in_time"), [(-1, True), (0, True), (3000, True), (3001, False)])
def test_q04_the_grace_is_three_seconds(ms: int, is_in_time: bool) -> None:
    assert deadlines.is_in_time(START + timedelta(milliseconds=ms), START) is is_in_time


def test_the_day_is_chinas_and_remaining_time_never_negative() -> None:
    assert deadlines.china_day(datetime(2026, 4, 22, 16, 0, tzinfo=UTC)) == date(2026, 4, 23)
    assert deadlines.china_day(datetime(2026, 4, 22, 15, 59, tzinfo=UTC)) == date(2026, 4, 22)
    assert deadlines.remaining_seconds(START, START - timedelta(seconds=5)) == 0
    assert deadlines.allowed_seconds(599, 125) == 749


@given(st.integers(-100, 300), st.booleans())
@settings(max_examples=200)
def test_a_contest_is_in_exactly_one_phase_at_every_moment(hours: int, is_paused: bool) -> None:
    at = START + timedelta(hours=hours)
    hour = timedelta(hours=1)
    rounds = ((START, START + 50 * hour), (START + 100 * hour, START + 200 * hour))
    found = phase(
        at, study_from=START - 50 * hour, opens_at=START, ends_at=START + 200 * hour, is_paused=is_paused, rounds=rounds
    )
    if hours >= 200:
        assert found is Phase.PRACTICE
    elif hours < 0:
        assert found is (Phase.STUDY if hours >= -50 else Phase.COMING)
    elif is_paused:
        assert found is Phase.PAUSED
    else:
        assert found is (Phase.BETWEEN_ROUNDS if 50 <= hours < 100 else Phase.OPEN)


def test_r02_in_ten_thousand_random_sets_every_place_is_the_place_in_the_full_sort() -> None:
    """Small sets with many ties: the histogram's places are 1 … n, and the order does not depend on who came first."""
    chance = random.Random(2)
    for number in range(10_000):
        results = [
            Result(
                attempt,
                chance.randint(0, 2) * 100,
                chance.choice((30_000, 30_400, 31_000)),
                START + timedelta(seconds=chance.randint(0, 1)),
            )
            for attempt in range(chance.randint(1, 6))
        ]
        ranked = order.ranked(results)
        assert [place_by_histogram(results, one) for one in ranked] == list(range(1, len(results) + 1)), number
        assert order.ranked(chance.sample(results, len(results))) == ranked
        keys = [(-one.centipoints, one.rank_ms, one.submitted_at, one.attempt_id) for one in ranked]
        assert keys == sorted(keys), number
