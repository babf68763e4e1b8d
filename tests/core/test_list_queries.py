"""What the addresses of lists say, and what a sentence quotes of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from outreach.core.list_queries import LAST_PAGE, ListQuery, parse_page, whole
from outreach.core.tables import quoted


class Order(StrEnum):
    DUE = "due"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class LetterQuery(ListQuery):
    words: str = ""
    batch: int = 0
    waiting: bool = False
    order: Order = Order.DUE
    kind: Order | None = None
    page: int = 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("007", 7),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("-1", None),
        ("1.0", None),
        ("٣", None),
        ("³", None),
        ("", None),
        ("7\x00", None),
    ],
)
def test_whole_numbers_are_plain_digits_that_fit_a_column(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(("text", "page"), [("", 1), ("0", 1), ("3", 3), ("999999999", LAST_PAGE), ("two", 1)])
def test_a_senseless_page_is_the_first_and_no_page_is_endless(text: str, page: int) -> None:
    assert parse_page({"page": text}) == page


def test_an_address_says_what_is_asked_for_and_nothing_else() -> None:
    assert LetterQuery().as_args() == {}
    query = LetterQuery("水", 3, waiting=True, order=Order.NEWEST, kind=Order.DUE, page=4)
    assert query.as_args() == {"words": "水", "batch": 3, "waiting": 1, "order": "newest", "kind": "due", "page": 4}


def test_changes_replace_fields_take_them_back_and_add_arguments() -> None:
    query = LetterQuery("水", 3, waiting=True, page=4)
    assert query.as_args(page=1, words="", waiting=False, order=Order.NEWEST, format="csv") == {
        "batch": 3,
        "order": "newest",
        "format": "csv",
    }


def test_a_quotation_is_one_short_line() -> None:
    assert quoted("坐便器\x00\n一级") == "坐便器␣␣一级"
    assert quoted("水" * 60) == "水" * 60
    assert quoted("水" * 61) == "水" * 59 + "…"
    assert quoted("水水水", 2) == "水…"
