"""The wording of figures and dates, by example."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from outreach.core import formats


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "printed"),
    [
        (4.5, 2, "L", "4.50\u202fL"),
        (1223, 0, "kWh", "1,223\u202fkWh"),
        (65, 0, "%", "65%"),
        (-0.5, 1, "", "\u22120.5"),
        (0, 0, "L", "0\u202fL"),
        (None, 1, "L", "—"),
    ],
)
def test_a_quantity_has_its_decimals_and_its_unit(value: float, decimals: int, unit: str, printed: str) -> None:
    assert formats.quantity(value, decimals, unit) == printed


@pytest.mark.parametrize(("value", "printed"), [(0, "0"), (999, "999"), (100000, "100,000"), (None, "—")])
def test_a_count_has_thousands_marks(value: int, printed: str) -> None:
    assert formats.count(value) == printed


def test_a_day_is_written_in_the_language_of_the_page(site: Flask) -> None:
    with site.test_request_context("/"):
        assert formats.day(date(2026, 5, 9)) == "2026年5月9日"
        assert formats.day(None) == "—"
    with site.test_request_context("/", environ_overrides={"outreach.locale": "en"}):
        assert formats.day(date(2026, 5, 9)) == "9 May 2026"


def test_a_moment_is_told_by_the_clock_of_china() -> None:
    assert formats.moment(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == "2027-01-01 00:30"
    assert formats.moment(None) == "—"
