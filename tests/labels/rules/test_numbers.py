"""Filing numbers: what is one, and what its parts say."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.labels.rules.numbers import FilingNumber, parse_filing_number, same_rule
from tests.conftest import SHARED, need

REGISTER = SHARED / "data" / "labels" / "cn-waterlabel-dishwashers-2026-05-21.csv"


def test_a_number_says_day_rule_and_serial() -> None:
    number = parse_filing_number("20260519-CWL032020-845027")
    assert number == FilingNumber(date(2026, 5, 19), "03", 2020, "845027")
    assert number.rule_no == "CWL 03-2020"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20260519-CWL032020-84502",
        "20260519-CWL032020-8450277",
        "20260519-cwl032020-845027",
        "20261319-CWL032020-845027",
        "20260230-CWL032020-845027",
        "２０２６0519-CWL032020-845027",
        " 20260519-CWL032020-845027",
        "20260519-CWL032020-845027\n",
        "20260519CWL032020845027",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_filing_number(text) is None


@given(st.dates(date(2000, 1, 1)), st.integers(0, 99), st.integers(1000, 9999), st.integers(0, 999_999))
def test_a_number_reads_back_as_it_was_written(day: date, rule: int, year: int, serial: int) -> None:
    number = FilingNumber(day, f"{rule:02}", year, f"{serial:06}")
    assert parse_filing_number(str(number)) == number


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("CWL 03-2020", "CWL03-2020", True), ("CWL 03-2020", "CWL 03-2025", False), ("", "CWL 03-2025", False)],
)
def test_rules_are_compared_without_their_blanks(one: str, other: str, is_same: bool) -> None:
    assert same_rule(one, other) is is_same


def test_all_621_real_numbers_are_numbers_and_carry_the_day_of_announcement() -> None:
    need(REGISTER.exists(), "the real register is not there")
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Registration No."]]
    numbers = [parse_filing_number(row["Registration No."]) for row in rows]
    assert len(set(numbers)) == len(rows) == 621
    days = [str(number.announced_on) for number in numbers if number]
    assert days == [row["Announcement Date"] for row in rows]
