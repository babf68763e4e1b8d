"""Addresses of the catalogue that differ in one argument are those of the whole query."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from outreach.labels.forms import PAGE_SIZES, SORTS, CatalogueQuery
from outreach.labels.views.addresses import Addresses, arguments, joined

QUERIES = st.builds(
    CatalogueQuery,
    text=st.text(max_size=9),
    categories=st.sampled_from([(), ("toilet",), ("faucet", "toilet")]),
    brands=st.lists(st.integers(1, 9), unique=True, max_size=3).map(lambda items: tuple(sorted(items))),
    years=st.sampled_from([(), (2025,)]),
    sort=st.sampled_from(SORTS),
    page=st.integers(1, 99),
    per_page=st.sampled_from(PAGE_SIZES),
)


@given(QUERIES, st.integers(1, 9))
def test_a_filter_with_other_values(query: CatalogueQuery, brand: int) -> None:
    chosen = query.with_toggled("brands", brand)
    around = Addresses(query, "/labels/").around("brand")
    assert around.with_arguments(joined("brand", chosen.brands)) == "/labels/" + arguments(chosen)


@given(QUERIES, st.integers(1, 200))
def test_another_page(query: CatalogueQuery, number: int) -> None:
    assert Addresses(query, "/labels/").page(number) == "/labels/" + arguments(replace(query, page=number))


@given(QUERIES)
def test_another_order_and_none(query: CatalogueQuery) -> None:
    around = Addresses(query, "/x").around("sort")
    assert around.with_arguments("sort=date") == "/x" + arguments(replace(query, page=1, sort="date"))
    assert around.without == "/x" + arguments(replace(query, page=1, sort="relevance"))
