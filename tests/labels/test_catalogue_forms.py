"""From address arguments to a catalogue query and back; senseless values count as not given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.labels.forms import FILTERS, MAX_PAGE, MAX_VALUES, CatalogueQuery, parse_catalogue_query


def parse(*pairs: tuple[str, str]) -> CatalogueQuery:
    return parse_catalogue_query(MultiDict(pairs))


def test_nothing_given_is_the_whole_catalogue() -> None:
    assert parse() == CatalogueQuery()
    assert parse().args() == []
    assert not parse().has_filters


def test_every_argument_is_read() -> None:
    query = parse(
        ("q", " 方太  洗碗机 "),
        ("category", "smart_toilet"),
        ("grade", "gb-12021.4-2013:1"),
        ("grade", "2"),
        ("maker", "10"),
        ("maker", "2"),
        ("brand", "7"),
        ("edition", "gb-38383-2019"),
        ("status", "listed"),
        ("year", "2025"),
        ("scheme", "cn-waterlabel"),
        ("sort", "water"),
        ("page", "3"),
        ("per_page", "50"),
    )
    assert query == CatalogueQuery(
        text="方太 洗碗机",
        categories=("smart_toilet",),
        grades=("2", "gb-12021.4-2013:1"),
        makers=(2, 10),
        brands=(7,),
        editions=("gb-38383-2019",),
        statuses=("listed",),
        years=(2025,),
        schemes=("cn-waterlabel",),
        sort="water",
        page=3,
        per_page=50,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "Toilet"),
        ("category", "../x"),
        ("category", "a" * 65),
        ("grade", "gb:1:2"),
        ("maker", "0"),
        ("maker", "-1"),
        ("maker", "９"),
        ("maker", "1e3"),
        ("year", "1800"),
        ("year", "20250"),
        ("sort", "price"),
        ("sort", "id; DROP TABLE"),
        ("page", "0"),
        ("page", "x"),
        ("per_page", "1000"),
        ("q", "\x00 \u200b"),
        ("unknown", "1"),
    ],
)
def test_what_makes_no_sense_counts_as_not_given(name: str, value: str) -> None:
    assert parse((name, value)) == CatalogueQuery()


def test_numbers_without_end_are_bounded() -> None:
    assert parse(("page", "999999999")).page == MAX_PAGE
    assert len(parse(*(("maker", str(number)) for number in range(1, 200))).makers) == MAX_VALUES
    assert len(parse(("q", "a" * 10_000)).text) == 64


def test_order_and_repetition_of_arguments_do_not_matter() -> None:
    one = parse(("maker", "2"), ("maker", "10"), ("status", "listed"))
    assert one == parse(("status", "listed"), ("maker", "10"), ("maker", "2"), ("maker", "2"))


@given(
    st.builds(
        CatalogueQuery,
        text=st.sampled_from(["", "方太 一级", "a&b=c#d"]),
        categories=st.sampled_from([(), ("toilet",), ("faucet", "toilet")]),
        makers=st.sampled_from([(), (2, 10)]),
        grades=st.sampled_from([(), ("1", "gb-38383-2019:1")]),
        sort=st.sampled_from(["relevance", "date"]),
        page=st.integers(1, 99),
        per_page=st.sampled_from([20, 100]),
    )
)
def test_a_query_reads_back_from_its_own_arguments(query: CatalogueQuery) -> None:
    assert parse(*query.args()) == query


@pytest.mark.parametrize("field", [field for field, _name in FILTERS])
def test_a_choice_is_added_on_page_one_and_taken_out_again(field: str) -> None:
    value: str | int = 2025 if field in ("makers", "brands", "years") else "b"
    other: str | int = 10_000 if isinstance(value, int) else "a"
    once = CatalogueQuery(page=4).with_toggled(field, value)
    assert (getattr(once, field), once.page) == ((value,), 1)
    twice = once.with_toggled(field, other)
    assert getattr(twice, field) == tuple(sorted((value, other)))
    assert once.with_toggled(field, value) == CatalogueQuery()


def test_a_grade_of_every_edition_is_taken_out_by_any_of_its_editions() -> None:
    assert CatalogueQuery(grades=("1",)).with_toggled("grades", "gb-38383-2019:1") == CatalogueQuery()
    assert CatalogueQuery(grades=("1",)).with_toggled("grades", "gb-38383-2019:2").grades == ("1", "gb-38383-2019:2")
