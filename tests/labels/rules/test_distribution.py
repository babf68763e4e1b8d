"""Histograms and places among comparable figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.labels.rules.distribution import MOST_BINS, Place, bins, place

LITRES = [8.0, 9.0, 9.0, 10.0, 12.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8.0, Place(5, better=0, equal=1, worse=4)),
        (9.0, Place(5, better=1, equal=2, worse=2)),
        (11.0, Place(5, better=4, equal=0, worse=1)),
        (20.0, Place(5, better=5, equal=0, worse=0)),
    ],
)
def test_a_lower_figure_stands_better_and_equal_ones_are_counted_apart(value: float, expected: Place) -> None:
    assert place(LITRES, value) == expected


def test_where_higher_is_better_the_sides_change() -> None:
    assert place(LITRES, 12.0, is_lower_better=False) == Place(5, better=0, equal=1, worse=4)


def test_the_share_of_worse_ones_is_of_all_and_nothing_among_nothing() -> None:
    assert place(LITRES, 8.0).worse_share == 0.8
    assert place([], 8.0).worse_share == 0.0


def test_bins_have_round_edges_and_the_product_marks_its_own() -> None:
    found = bins([float(litre) for litre in range(4, 14)], marked=7.5)
    assert [(entry.low, entry.high) for entry in found if entry.is_marked] == [(7.0, 8.0)]
    assert all(entry.low is None or entry.low == int(entry.low) for entry in found)


def test_equal_figures_make_one_bin() -> None:
    assert [(entry.low, entry.high, entry.count) for entry in bins([6.4, 6.4, 6.4])] == [(6.0, 7.0, 3)]


def test_one_odd_figure_goes_into_an_open_outer_bin_and_does_not_flatten_the_rest() -> None:
    found = bins([*[10 + number / 100 for number in range(300)], 9000.0])
    assert (found[-1].high, found[-1].count) == (None, 1)
    assert len(found) > 5


def test_no_figures_make_no_bins() -> None:
    assert bins([]) == ()


@given(st.lists(st.floats(0.001, 1e5), min_size=1, max_size=80), st.floats(0.001, 1e5))
def test_every_figure_is_in_exactly_one_bin_and_at_most_one_is_marked(figures: list[float], marked: float) -> None:
    found = bins(sorted(figures), marked)
    assert sum(entry.count for entry in found) == len(figures)
    assert len([entry for entry in found if entry.is_marked]) <= 1
    assert len(found) <= MOST_BINS + 2
