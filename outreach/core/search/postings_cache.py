"""Postings that were read before, for as long as the index does not change."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
import numpy.typing as npt

Key = tuple[str, str, bool]
MAX_ENTRIES = 4096
MAX_BYTES = 48 * 1024 * 1024


class PostingsCache:
    """The most recently used postings of one version of the index. Safe between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._version = ""
        self._entries: OrderedDict[Key, npt.NDArray[np.int64]] = OrderedDict()
        self._bytes = 0

    def get(self, version: str, key: Key) -> npt.NDArray[np.int64] | None:
        """The ids under ``key``; None when they are not there, or are of another version (all of those go)."""
        with self._lock:
            if version != self._version:
                self._version = version
                self._entries.clear()
                self._bytes = 0
            ids = self._entries.get(key)
            if ids is not None:
                self._entries.move_to_end(key)
            return ids

    def put(self, version: str, key: Key, ids: npt.NDArray[np.int64]) -> None:
        """Keep ``ids``, and let go of what was not asked for longest."""
        with self._lock:
            if version != self._version or key in self._entries:
                return
            self._entries[key] = ids
            self._bytes += ids.nbytes
            while len(self._entries) > MAX_ENTRIES or (self._bytes > self._max_bytes and len(self._entries) > 1):
                self._bytes -= self._entries.popitem(last=False)[1].nbytes
