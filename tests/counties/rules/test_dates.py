"""Dates as papers print them: read with their precision, written so that they can be read again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.counties.rules.dates import (
    DAY,
    MONTH,
    UNKNOWN,
    YEAR,
    DateUnreadable,
    PrintedDate,
    first_day,
    format_date,
    last_day,
    parse_date,
    years_later,
)

DAYS = st.dates(date(1949, 1, 1), date(2100, 12, 31))
PRECISIONS = st.sampled_from((DAY, MONTH, YEAR))


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("2019-03-13", "2019-03-13", DAY),
        ("2019/3/13", "2019-03-13", DAY),
        ("2019.03.13", "2019-03-13", DAY),
        ("20190313", "2019-03-13", DAY),
        ("2020年12月1日", "2020-12-01", DAY),
        ("2020 年 12 月 1 日", "2020-12-01", DAY),
        ("２０２０年１２月１日", "2020-12-01", DAY),
        ("2019-03-13 00:00:00", "2019-03-13", DAY),
        ("2019-03-13T00:00:00", "2019-03-13", DAY),
        ("2020-12", "2020-12-01", MONTH),
        ("2020年12月", "2020-12-01", MONTH),
        ("2020.12", "2020-12-01", MONTH),
        ("2022", "2022-01-01", YEAR),
        (" 2022年 ", "2022-01-01", YEAR),
    ],
)
def test_a_printed_date_is_read_with_its_precision(text: str, on: str, precision: str) -> None:
    assert parse_date(text) == PrintedDate(date.fromisoformat(on), precision)


@pytest.mark.parametrize("text", ["", "  ", "　"])
def test_nothing_is_an_unknown_date(text: str) -> None:
    assert parse_date(text) == PrintedDate(None, UNKNOWN)


@pytest.mark.parametrize(
    "text",
    ["昨天", "2020-13-01", "2021-02-29", "0000", "9999", "12/31/2020", "43537", "2020-12-01 10:00", "2" * 100, "2019-"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable):
        parse_date(text)


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        printed = parse_date(text)
    except DateUnreadable:
        return
    assert (printed.on is None) == (printed.precision == UNKNOWN)


@given(DAYS, PRECISIONS)
def test_what_is_written_is_read_again(day: date, precision: str) -> None:
    on = first_day(day, precision)
    assert parse_date(format_date(on, precision)) == PrintedDate(on, precision)


@given(DAYS, PRECISIONS)
def test_a_day_lies_between_the_first_and_the_last_that_its_date_can_mean(day: date, precision: str) -> None:
    begin, end = first_day(day, precision), last_day(day, precision)
    assert begin is not None
    assert end is not None
    assert begin <= day <= end
    assert first_day(end, precision) == begin
    assert (begin.year, begin.month if precision == MONTH else 0) == (end.year, end.month if precision == MONTH else 0)


@given(st.dates(date(1949, 1, 1), date(2090, 1, 1)), st.integers(1, 9))
def test_full_years_later_is_never_too_early(day: date, years: int) -> None:
    later = years_later(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) in {(day.month, day.day), (3, 1)}
