"""How many counties a province has on a day."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from outreach.counties.rules.existence import COUNTS_SINCE, Existence, count_by_province

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(st.none() | DAYS, st.none() | DAYS), max_size=8), DAYS)
def test_a_county_counts_from_its_first_day_until_the_day_on_which_it_is_no_more(
    spans: list[tuple[date | None, date | None]], day: date
) -> None:
    divisions = [Existence("370000", *span) for span in spans]
    asked = max(day, COUNTS_SINCE)
    expected = sum((begin or date.min) <= asked < (end or date.max) for begin, end in spans)
    assert count_by_province(divisions, day)["370000"] == expected


def test_a_county_that_goes_on_as_another_is_counted_once_every_day() -> None:
    day = date(2025, 11, 6)
    divisions = [Existence("500000", ends_on=day), Existence("500000", begins_on=day)]
    for asked in (date(2025, 11, 5), day, date(2025, 11, 7)):
        assert count_by_province(divisions, asked)["500000"] == 1
