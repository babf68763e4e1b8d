"""Every acceptance test of search, imports, back office and HTTP has tests that are named after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest

from tests.conftest import ROOT

#: How many there are of each kind, counted from 01.
COUNTS = {"s": 8, "i": 9, "b": 11, "h": 9}
IDS = tuple(f"{letter}{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1))
_NAME = re.compile(r"^\s*def test_([a-z]\d\d)_", re.MULTILINE)
_FILE = re.compile(r"test_([a-z]\d\d)_\w+\.py")


def named(sources: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The ids that files (name, source) or the tests in them are named after."""
    for name, source in sources:
        yield from _NAME.findall(source)
        if "def test_" in source and (match := _FILE.fullmatch(name)):
            yield match[1]


@pytest.fixture(scope="module")
def found() -> set[str]:
    return set(named((path.name, path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")))


@pytest.mark.parametrize("wanted", IDS)
def test_each_has_a_test_of_its_name(found: set[str], wanted: str) -> None:
    assert wanted in found


def test_a_missing_one_is_seen() -> None:
    assert set(named([("test_h01_headers.py", "x = 1"), ("test_x.py", "def test_h02_one() -> None: ...")])) == {"h02"}
