"""Tags (ETag) of answers: names of their content, remembered beside the generation of the data they were made from.

A client that has the answer already is told so without making it again, as long as no data behind it has changed.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Final

#: Remembered tags; each takes some hundred bytes.
MOST: Final = 4096

#: Path with its language, arguments, day.
Key = tuple[str, str, str]


def tag_of(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()


class Tags:
    """The tags of recent answers. Safe between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[dict[str, str], str]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Key, generations: dict[str, str]) -> str:
        """The tag of an answer made from these generations; empty when it is not known."""
        with self._lock:
            known = self._known.get(key)
            return known[1] if known is not None and known[0] == generations else ""

    def keep(self, key: Key, generations: dict[str, str], tag: str) -> None:
        with self._lock:
            self._known[key] = (generations, tag)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
