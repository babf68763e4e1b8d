"""What keeping an index up asks of an implementation, beside answering searches."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.search.index import DocumentSource, TextIndex

#: Called with how many documents are in, and how many there will be.
Progress = Callable[[int, int], None]
Sources = Callable[[], Mapping[str, DocumentSource]]

_WORD = 1 << 64


class Health(StrEnum):
    """What an index needs."""

    FRESH = "fresh"
    #: It has not seen some changes: apply them.
    BEHIND = "behind"
    #: So many changes that rebuilding is cheaper; it serves meanwhile.
    OUTDATED = "outdated"
    #: It cannot be read, or was made from another database: rebuild, and search without it meanwhile.
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An index compared with the database."""

    health: Health
    reason: str = ""
    lag: int = 0
    lag_seconds: float = 0.0


class MaintainedIndex(TextIndex):
    """A text index with its upkeep. Each method opens the sessions it needs, so none may run inside a request's."""

    @abstractmethod
    def verdict(self) -> Verdict:
        """Compare the index with the database. An index that turns out unusable is not read any more."""

    @abstractmethod
    def apply(self) -> int:
        """Take in the next recorded changes and commit them; returns how many, 0 when there are none.

        Raises IndexBusy and IndexUnavailable.
        """

    @abstractmethod
    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the index anew beside the serving one and put it in its place; returns the number of documents.

        Raises IndexBusy when it is being rebuilt already. Stopped half-way it leaves the serving index as it was.
        """

    @abstractmethod
    def is_rebuilding(self) -> bool:
        """Whether some process is rebuilding it now."""

    @abstractmethod
    def prune(self) -> None:
        """Forget recorded changes that are not needed any more, and other left-overs."""

    @abstractmethod
    def fingerprints(self, kind: str) -> dict[int, int]:
        """Every document of ``kind`` in the index with the fingerprint of its terms."""


def changed_documents(
    session: Session, sources: Mapping[str, DocumentSource], changed: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, int, str]]:
    """(kind, id, text) of those of the changed objects that exist; kinds that no slice knows have no documents."""
    for kind in changed.keys() & sources.keys():
        for object_id, text in sources[kind].load(session, changed[kind]):
            yield kind, object_id, text


def sources(app: Flask) -> dict[str, DocumentSource]:
    """What the application's slices want searched, by kind."""
    return {source.kind: source for feature in app.extensions["features"] for source in feature.documents}


def fingerprint(terms: Iterable[str]) -> int:
    """One number for a set of terms: equal sets, whatever their order, have equal numbers."""
    return sum(map(term_hash, terms)) % _WORD


@lru_cache(maxsize=262_144)
def term_hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")


def all_documents(
    session: Session, sources: Mapping[str, DocumentSource], progress: Progress | None
) -> Iterator[tuple[str, int, str]]:
    """(kind, id, text) of every document there is, telling ``progress`` every thousand."""
    total = sum(source.count(session) for source in sources.values())
    done = 0
    for source in sources.values():
        for object_id, text in source.load(session, None):
            yield source.kind, object_id, text
            done += 1
            if progress is not None and done % 1000 == 0:
                progress(done, total)
    if progress is not None:
        progress(done, total)
