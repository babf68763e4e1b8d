"""Parts of model codes and numbers: which rows have them, and how well they fit."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outreach.labels.queries.keys import KeyTable, Places
from outreach.labels.queries.snapshot import CatalogueSnapshot
from outreach.labels.queries.typed import WILDCARD

#: Fit of every row: a ``Fit`` or the sum of several; ``NONE`` and more is no hit.
Fits = NDArray[np.int8]

#: From this length on a part counts anywhere in a code; a shorter one only where no code begins with it.
_LONG_ENOUGH: Final = 3
#: What a registration number may hold in its middle or at its end: a date, a rule, a serial number.
_NUMBER_PART: Final = re.compile(r"[0-9]{5,}|[0-9]*cwl[0-9]*|demo[0-9]*")
#: Fewest letters and digits that a wildcard needs, when it does not say how the code begins.
_FEWEST_INSIDE: Final = 2


class Fit(IntEnum):
    """How a row has a part of a code; the smaller, the better."""

    EXACT = 0
    PREFIX = 1
    INSIDE = 2
    TEXT = 3
    NONE = 100


def match_code(snapshot: CatalogueSnapshot, part: str) -> Fits:
    """How each row's model or number fits ``part``: the whole code, its beginning, or somewhere in it."""
    fits = np.full(snapshot.size, Fit.NONE, np.int8)
    tables = [snapshot.models, snapshot.numbers] if _NUMBER_PART.fullmatch(part) else [snapshot.models]
    is_number = len(snapshot.numbers.exact(part)) > 0
    if len(part) >= _LONG_ENOUGH and not is_number:
        _mark_inside(fits, tables, part)
    for table in (snapshot.models, snapshot.numbers):
        fits[table.prefixed(part)] = Fit.PREFIX
    for table in (snapshot.models, snapshot.numbers):
        fits[table.exact(part)] = Fit.EXACT
    if len(part) < _LONG_ENOUGH and not (fits < Fit.NONE).any():
        _mark_inside(fits, tables, part)
    return fits


def _mark_inside(fits: Fits, tables: list[KeyTable], part: str) -> None:
    for table in tables:
        fits[table.containing(part)] = Fit.INSIDE


def both(one: Fits | None, other: Fits) -> Fits:
    """How rows fit two parts together; what misses one of them misses both."""
    if one is None:
        return other
    fits: Fits = np.minimum(one.astype(np.int16) + other, Fit.NONE).astype(np.int8)
    return fits


def match_wildcard(snapshot: CatalogueSnapshot, pattern: str) -> Fits:
    """Rows whose model or number has the letters of ``pattern`` in its order, anything where it has ``*``.

    A code that is the pattern without its stars fits exactly: some registers print stars in model codes.
    """
    fits = np.full(snapshot.size, Fit.NONE, np.int8)
    for table in (snapshot.models, snapshot.numbers):
        fits[_wildcard_rows(table, pattern)] = Fit.PREFIX
        fits[table.exact(pattern.replace(WILDCARD, ""))] = Fit.EXACT
    return fits


def _wildcard_rows(table: KeyTable, pattern: str) -> NDArray[np.int32]:
    first, *middle, last = (part.encode() for part in pattern.split(WILDCARD))
    inner = [part for part in middle if part]
    rarest = max([*inner, last], key=len)
    if first:
        places: Places = np.arange(*table.span(first))
    elif len(rarest) < _FEWEST_INSIDE:
        return np.empty(0, np.int32)
    else:
        places = table.places(rarest, is_end=rarest is last)
    if inner or last:
        places = np.array([place for place in places.tolist() if _has_parts(table[place], first, inner, last)], np.intp)
    return table.rows[places]


def _has_parts(key: bytes, first: bytes, inner: list[bytes], last: bytes) -> bool:
    if len(key) < len(first) + len(last) or not key.endswith(last):
        return False
    place, end = len(first), len(key) - len(last)
    for part in inner:
        place = key.find(part, place, end) + len(part)
        if place < len(part):
            return False
    return True
