"""Codes in one sorted block of memory: model codes and numbers are found by their parts without asking the database.

A million codes take about 20 MB. Keys are ``core.search.text.code_key`` values in UTF-8, so their order is the
database's own (code points), and no character that a visitor types has a special meaning here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Places = NDArray[np.integer[Any]]

_END: Final = b"\n"
_AFTER: Final = b"\xff"
#: Answers of the slow look-up (anywhere in the code) that are kept.
_KEPT: Final = 32


class KeyTable:
    """Sorted keys and, for each, the row it belongs to. The same key may occur many times."""

    def __init__(self, block: bytes, rows: Rows) -> None:
        """``block`` holds the keys in order, each ended by a line feed; ``rows`` has one entry per key."""
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _END[0])
        if len(ends) != len(rows):
            raise ValueError("a row for every key is needed")
        self._block = block
        self._starts = np.zeros(len(ends) + 1, np.uint32)
        self._starts[1:] = ends + 1
        self.rows = rows
        self._find = lru_cache(maxsize=_KEPT)(partial(_scan, block, self._starts))

    @classmethod
    def of(cls, keys: Iterable[str]) -> KeyTable:
        """A table of the words ``keys``, numbered in their sorted order."""
        encoded = sorted(key.encode() for key in keys)
        return cls(b"".join(key + _END for key in encoded), np.arange(len(encoded), dtype=np.int32))

    def chinese(self) -> KeyTable:
        """The keys that hold other characters than Latin letters and digits: few among model codes."""
        foreign = np.flatnonzero(np.frombuffer(self._block, np.uint8) > 0x7F)
        places = np.unique(np.searchsorted(self._starts, foreign, "right") - 1)
        return KeyTable(b"".join(self[place] + _END for place in places.tolist()), self.rows[places])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> bytes:
        """The key at a place of the sorted order."""
        return self._block[self._starts[place] : self._starts[place + 1] - 1]

    def span(self, prefix: bytes) -> tuple[int, int]:
        """First and last-plus-one place of the keys that begin with ``prefix``."""
        keys: Any = self
        low = bisect_left(keys, prefix)
        return low, bisect_left(keys, prefix + _AFTER, low)

    def after(self, key: bytes) -> int:
        """The first place behind all keys up to ``key``."""
        keys: Any = self
        return bisect_right(keys, key)

    def exact(self, key: str) -> Rows:
        """Rows whose key is ``key``."""
        keys: Any = self
        low = bisect_left(keys, key.encode())
        return self.rows[low : bisect_right(keys, key.encode(), low)]

    def first(self, prefix: str) -> bytes | None:
        """The first key that begins with ``prefix``: the key itself where it exists."""
        keys: Any = self
        encoded = prefix.encode()
        low = bisect_left(keys, encoded)
        key = self[low] if low < len(self) else b""
        return key if key.startswith(encoded) else None

    def prefixed(self, prefix: str) -> Rows:
        """Rows whose key begins with ``prefix``."""
        low, high = self.span(prefix.encode())
        return self.rows[low:high]

    def containing(self, part: str) -> Rows:
        """Rows whose key holds ``part`` anywhere."""
        return self.rows[self._find(part.encode())]

    def ending(self, part: str) -> Rows:
        """Rows whose key ends with ``part``."""
        return self.rows[self._find(part.encode() + _END)]

    def places(self, part: bytes, *, is_end: bool = False) -> Places:
        """Places of the keys that hold ``part``, or that end with it."""
        return self._find(part + _END if is_end else part)

    def lengths(self, places: Places) -> NDArray[np.int64]:
        """Lengths in bytes of the keys at ``places``."""
        return self._starts[places + 1].astype(np.int64) - self._starts[places] - 1


def _scan(block: bytes, starts: NDArray[np.uint32], part: bytes) -> Places:
    hits = [match.start() for match in re.finditer(re.escape(part), block)]
    return np.unique(np.searchsorted(starts, np.array(hits, np.uint32), "right") - 1).astype(np.int32)
