"""Addresses of the registry: sense is kept in one spelling, nonsense is dropped, days are what a calendar holds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.counties.forms import EARLY, FUTURE, UNREADABLE, AsOf, CountyQuery, parse_as_of, parse_county_query

TODAY = date(2026, 11, 25)
NOW = AsOf(TODAY)


def parse(**args: object) -> CountyQuery:
    pairs = [(name, item) for name, value in args.items() for item in (value if isinstance(value, list) else [value])]
    return parse_county_query(MultiDict(pairs), NOW)


@pytest.mark.parametrize(
    ("text", "day", "dropped"),
    [
        ("", None, ""),
        ("2021-12-31", date(2021, 12, 31), ""),
        (" 2021-12-31 ", date(2021, 12, 31), ""),
        ("2020-02-29", date(2020, 2, 29), ""),
        ("2017-01-01", date(2017, 1, 1), ""),
        ("2026-11-25", None, ""),
        ("2026-11-26", None, FUTURE),
        ("9999-12-31", None, FUTURE),
        ("2016-12-31", None, EARLY),
        ("0001-01-01", None, EARLY),
        ("2021-02-29", None, UNREADABLE),
        ("2021-13-01", None, UNREADABLE),
        ("0000-01-01", None, UNREADABLE),
        ("2021-1-1", None, UNREADABLE),
        ("20211231", None, UNREADABLE),
        ("2021-12-31T00:00", None, UNREADABLE),
        ("２０２１-12-31", None, UNREADABLE),
        ("٢٠٢١-12-31", None, UNREADABLE),
        ("-2021-12-31", None, UNREADABLE),
        ("x" * 10_000, None, UNREADABLE),
        ("\x00", None, UNREADABLE),
        ("\ud800", None, UNREADABLE),
    ],
)
def test_a_day_is_taken_or_dropped_with_the_reason(text: str, day: date | None, dropped: str) -> None:
    found = parse_as_of(MultiDict([("on", text)]), TODAY)
    assert (found.day, found.dropped) == (day, dropped)
    assert found.shown == (day or TODAY)
    assert found.args() == ({"on": day.isoformat()} if day else {})


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("q", "  南京市　江宁区 ", "text", "南京市 江宁区"),
        ("q", "a\x00b\u202e", "text", "a b"),
        ("province", ["370000", "110000", "370000"], "provinces", ("110000", "370000")),
        ("province", ["37", "3700000", "370100", "070000", "abc", "３７0000"], "provinces", ()),
        ("region", ["south", "north", "east"], "regions", ("north", "south")),
        ("region", "北方", "regions", ()),
        ("batch", ["6", "1", "1"], "batches", (1, 6)),
        ("batch", ["0", "-1", "01", "1.0", "1e3", "9999", "一"], "batches", ()),
        ("state", ["unlisted", "designated", "unlisted"], "states", ("designated", "unlisted")),
        ("state", ["DESIGNATED", "未达标", "none"], "states", ()),
        ("year", ["2019", "2023"], "years", (2019, 2023)),
        ("year", ["1999", "20190", "两千"], "years", ()),
        ("sort", "date", "sort", "date"),
        ("sort", "code; DROP TABLE", "sort", "code"),
        ("page", "7", "page", 7),
        ("page", ["0", "2"], "page", 1),
        ("page", "999999999", "page", 1_000_000),
        ("page", "9" * 400, "page", 1),
        ("per_page", "20", "per_page", 20),
        ("per_page", "100", "per_page", 100),
        ("per_page", "51", "per_page", 50),
    ],
)
def test_each_argument_becomes_a_typed_value_or_nothing(name: str, value: object, field: str, expected: object) -> None:
    assert getattr(parse(**{name: value}), field) == expected


def test_long_lists_of_values_are_cut() -> None:
    assert len(parse(batch=[str(number) for number in range(1, 500)]).batches) == 50


def test_the_address_of_a_query_holds_no_defaults() -> None:
    assert CountyQuery().args() == []
    full = CountyQuery(
        "江宁", ("370000",), ("north",), (1, 2), ("designated",), (2019,), "date", 3, 20, date(2020, 1, 1)
    )
    assert dict(full.args()) == {
        "q": "江宁",
        "province": "370000",
        "region": "north",
        "batch": "2",
        "state": "designated",
        "year": "2019",
        "on": "2020-01-01",
        "sort": "date",
        "per_page": "20",
        "page": "3",
    }


QUERIES = st.builds(
    CountyQuery,
    text=st.sampled_from(["", "江宁", "a b"]),
    provinces=st.lists(st.sampled_from(["110000", "370000"]), unique=True).map(lambda some: tuple(sorted(some))),
    batches=st.lists(st.integers(1, 999), unique=True, max_size=4).map(lambda some: tuple(sorted(some))),
    states=st.lists(st.sampled_from(["designated", "unlisted"]), unique=True).map(lambda some: tuple(sorted(some))),
    years=st.lists(st.integers(2000, 2099), unique=True, max_size=3).map(lambda some: tuple(sorted(some))),
    sort=st.sampled_from(["code", "name", "date", "batch"]),
    page=st.integers(1, 1_000_000),
    per_page=st.sampled_from([20, 50, 100]),
    on=st.none() | st.dates(date(2017, 1, 1), date(2026, 11, 24)),
)


@given(QUERIES)
def test_an_address_reads_back_as_the_query_it_was_written_from(query: CountyQuery) -> None:
    args: MultiDict[str, str] = MultiDict(query.args())
    assert parse_county_query(args, parse_as_of(args, TODAY)) == query


@given(QUERIES, st.sampled_from(["110000", "370000", "650000"]))
def test_a_filter_that_is_set_twice_is_gone_again(query: CountyQuery, code: str) -> None:
    once = query.with_toggled("provinces", code)
    assert (code in once.provinces) is not (code in query.provinces)
    assert once.page == 1
    assert once.with_toggled("provinces", code).provinces == query.provinces


@given(st.dictionaries(st.sampled_from(["q", "province", "batch", "on", "page", "sort"]), st.text(max_size=80)))
def test_no_text_whatever_breaks_the_parser(args: dict[str, str]) -> None:
    found: MultiDict[str, str] = MultiDict(args)
    query = parse_county_query(found, parse_as_of(found, TODAY))
    assert hash(query) == hash(parse_county_query(found, parse_as_of(found, TODAY)))
