"""Codes in memory and typing errors, each against the plain way to find the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.typos import edit_distance, errors_allowed, near_keys

LETTERS = "ab1黑"
keys = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=30)
parts = st.text(LETTERS, min_size=1, max_size=3)


def table_of(words: list[str]) -> KeyTable:
    """Row ``n`` is the n-th word of the unsorted list."""
    order = sorted(range(len(words)), key=lambda place: words[place].encode())
    block = "".join(f"{words[place]}\n" for place in order).encode()
    return KeyTable(block, np.array(order, np.int32))


@given(keys, parts)
def test_codes_are_found_by_every_part(words: list[str], part: str) -> None:
    table = table_of(words)
    plain = enumerate(words)
    wanted = {place: word for place, word in plain if part in word}
    assert set(table.containing(part).tolist()) == set(wanted)
    assert set(table.prefixed(part).tolist()) == {place for place, word in wanted.items() if word.startswith(part)}
    assert set(table.ending(part).tolist()) == {place for place, word in wanted.items() if word.endswith(part)}
    assert set(table.exact(part).tolist()) == {place for place, word in wanted.items() if word == part}
    chinese = {place for place, word in wanted.items() if not word.isascii()}
    assert set(table.chinese().containing(part).tolist()) == chinese
    first = table.first(part)
    assert (first is not None) == any(word.startswith(part) for word in words)
    assert first is None or first == min(word.encode() for word in words if word.startswith(part))


def test_a_table_needs_a_row_for_every_key() -> None:
    with pytest.raises(ValueError, match="row for every key"):
        KeyTable(b"a\nb\n", np.array([1], np.int32))


def test_an_empty_table_answers_nothing() -> None:
    table = KeyTable.of([])
    assert len(table) == 0
    assert table.first("a") is None
    assert not len(table.containing("a"))
    assert near_keys(table, "abcdefgh") == []


def plain_distance(one: str, other: str) -> int:
    """Edits with swaps of neighbours, by the whole table."""
    rows = [[max(i, j) for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(1, 3))
def test_the_distance_is_the_textbook_one_up_to_its_limit(one: str, other: str, limit: int) -> None:
    assert edit_distance(one.encode(), other.encode(), limit) == min(plain_distance(one, other), limit + 1)


def test_longer_codes_may_hold_more_errors() -> None:
    assert [errors_allowed(length) for length in (1, 3, 4, 7, 8, 30)] == [0, 0, 1, 1, 2, 2]


def edits(code: str) -> set[str]:
    """Every code that one error makes of ``code``."""
    cut = range(len(code))
    made = {code[:i] + code[i + 1 :] for i in cut} | {code[:i] + "z" + code[i + 1 :] for i in cut}
    made |= {code[:i] + "z" + code[i:] for i in range(len(code) + 1)}
    made |= {code[:i] + code[j] + code[i] + code[j + 1 :] for i, j in pairwise(cut)}
    return made - {code}


CODES = ["jbcd7e02v16max", "w76s1u", "np8l9w1na", "x60pro", "bg610", "wqp14j10max"]


@pytest.mark.parametrize("code", CODES)
def test_every_single_error_is_found(code: str) -> None:
    table = KeyTable.of(CODES)
    for typed in edits(code):
        if errors_allowed(len(typed)):
            assert [table[place] for _errors, place in near_keys(table, typed)] == [code.encode()], typed


@given(st.sampled_from([code for code in CODES if len(code) > 9]), st.data())
def test_any_two_errors_in_a_long_code_are_found(code: str, data: st.DataObject) -> None:
    table = KeyTable.of(CODES)
    once = data.draw(st.sampled_from(sorted(edits(code))))
    twice = data.draw(st.sampled_from(sorted(edits(once) - {code})))
    assume(plain_distance(twice, code) <= 2)
    found = near_keys(table, twice)
    assert [table[place] for _errors, place in found] == [code.encode()]
    assert found[0][0] == plain_distance(twice, code)


def test_an_exact_code_is_not_its_own_near_miss() -> None:
    assert near_keys(KeyTable.of(["abcd1", "abcd2"]), "abcd1") == [(1, 1)]
