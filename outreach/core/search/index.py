"""The text index as the rest of the site sees it. Whoosh and PostgreSQL both stand behind ``TextIndex``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from outreach.core.search.postings_cache import PostingsCache
from outreach.core.search.text import is_cjk, is_term, query_terms

Ids = npt.NDArray[np.int64]

#: Raised by one whenever ``text.terms`` or the layout of the index changes: an index of another version is rebuilt.
SCHEMA_VERSION: Final = 1
NO_IDS: Final[Ids] = np.empty(0, np.int64)
NO_IDS.flags.writeable = False


class IndexUnavailable(Exception):
    """The index cannot be read now; callers match words by the database alone and say so."""


class IndexBusy(Exception):
    """Another process is writing or rebuilding the index."""


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """One kind of document. ``load(session, ids)`` yields (id, text) of the given objects, of all when ``ids`` is None.

    An id that is not yielded does not exist any more and leaves the index. Ids are positive, kinds hold no colon.
    """

    kind: str
    load: Callable[[Session, Sequence[int] | None], Iterable[tuple[int, str]]]
    count: Callable[[Session], int]


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index stands: can it be read, is it being rebuilt, and how many recorded changes it has not seen."""

    usable: bool
    rebuilding: bool
    lag: int
    #: Age of the oldest change that the index has not seen.
    lag_seconds: float = 0.0
    #: Why it cannot be read or is to be rebuilt; empty when all is well.
    reason: str = ""

    @property
    def word(self) -> str:
        """``rebuilding``, ``unusable``, ``behind`` or ``ready``, for readiness answers."""
        if self.rebuilding:
            return "rebuilding"
        if not self.usable:
            return "unusable"
        return "behind" if self.lag else "ready"


class TextIndex(ABC):
    """Which objects contain a term. Terms come from ``core.search.text``; nothing else is ever looked up."""

    def __init__(self) -> None:
        self._cache = PostingsCache()

    @abstractmethod
    def version(self) -> str:
        """Names what the index holds now: another one after every change. Raises IndexUnavailable."""

    @abstractmethod
    def read(self, kind: str, term: str, *, is_prefix: bool) -> Ids:
        """``postings`` without the cache."""

    def postings(self, kind: str, term: str, *, is_prefix: bool = False) -> Ids:
        """Ids of all documents of ``kind`` that hold ``term`` (or a term that begins so), ascending, not writable.

        A prefix is two Latin characters or more; Chinese terms are pairs, so they are their own prefix.
        Raises IndexUnavailable.
        """
        if not is_term(term):
            return NO_IDS
        key = (kind, term, is_prefix and len(term) > 1 and not is_cjk(term[0]))
        version = self.version()
        ids = self._cache.get(version, key)
        if ids is None:
            ids = self.read(kind, term, is_prefix=key[2])
            ids.flags.writeable = False
            self._cache.put(version, key, ids)
        return ids

    def match(self, kind: str, text: str) -> Ids:
        """Ids of the documents of ``kind`` that hold every term of ``text``; a last Latin word may be unfinished.

        Nothing matches a text without terms. Raises IndexUnavailable.
        """
        words = query_terms(text)
        found: Ids | None = None
        for term in words:
            ids = self.postings(kind, term, is_prefix=term == words[-1])
            found = ids if found is None else np.intersect1d(found, ids, assume_unique=True)
        return NO_IDS if found is None else found
