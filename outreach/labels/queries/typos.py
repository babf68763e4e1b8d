"""Codes and words that differ by one or two typing errors from what was typed.

With ``k`` errors at least one of ``k + 1`` parts of the typed code is right, so all candidates come from looking for
each part where it stands. A swap of neighbours counts as one error; across the border of two parts it spoils both, so
the code with these two letters swapped back is tried as well.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from outreach.labels.queries.keys import KeyTable, Places

#: Codes measured for one part: more means that the part says little, and the other parts find the code.
MOST_CANDIDATES: Final = 3000


def errors_allowed(length: int) -> int:
    """How many errors a code of this length may hold and still be told apart from others."""
    if length < 4:
        return 0
    return 1 if length < 8 else 2


def near_keys(table: KeyTable, key: str) -> list[tuple[int, int]]:
    """Places of keys that are like ``key``, with the number of errors: those with the fewest errors only."""
    encoded = key.encode()
    for errors in range(1, errors_allowed(len(key)) + 1):
        places = sorted(_candidates(table, encoded, errors))
        distances = {other: edit_distance(encoded, other, errors) for other in {table[place] for place in places}}
        found = [(distances[table[place]], place) for place in places if 0 < distances[table[place]] <= errors]
        if found:
            return sorted(found)
    return []


def _candidates(table: KeyTable, key: bytes, errors: int) -> set[int]:
    """Places of all keys that may be ``key`` with at most so many errors."""
    borders = [len(key) * part // (errors + 1) for part in range(errors + 2)]
    found: set[int] = set()
    for number, (start, end) in enumerate(pairwise(borders)):
        places = _places(table, key[start:end], is_first=number == 0, is_last=number == errors)
        close = places[np.abs(table.lengths(places) - len(key)) <= errors]
        if len(close) <= MOST_CANDIDATES:
            found.update(close.tolist())
    for border in borders[1:-1]:
        swapped = key[: border - 1] + key[border : border + 1] + key[border - 1 : border] + key[border + 1 :]
        found |= _candidates(table, swapped, errors - 1)
    return found


def _places(table: KeyTable, part: bytes, *, is_first: bool, is_last: bool) -> Places:
    if is_first:
        return np.arange(*table.span(part))
    return table.places(part, is_end=is_last)


def edit_distance(one: bytes, other: bytes, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two keys; ``limit + 1`` when more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    start = 0
    shortest = min(len(one), len(other))
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return _measured(one[start : len(one) - end], other[start : len(other) - end], limit)


def _measured(one: bytes, other: bytes, limit: int) -> int:
    if not one or not other:
        return max(len(one), len(other))
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
