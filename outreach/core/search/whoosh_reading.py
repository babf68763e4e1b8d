"""Reading a committed Whoosh index: from terms to object ids, by numpy, without Whoosh's searchers and collectors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC
from whoosh.reading import TermNotFound

from outreach.core.search.index import NO_IDS, Ids
from outreach.core.search.maintained import term_hash
from outreach.core.search.whoosh_format import INDEX_NAME, OBJECT_ID, TERMS, Documents, UnitCodec, key
from outreach.core.search.whoosh_storage import IndexDamaged, SealedStorage, Watermark

Place = tuple[Path, int, int]


def checked_watermark(storage: SealedStorage, number: int) -> Watermark:
    """The watermark of commit ``number`` whose files are all there and unharmed. Raises IndexDamaged."""
    with storage.open_file(TOC._filename(INDEX_NAME, number)):  # opening it checks the seal
        storage.check()
    if storage.watermark is None:
        raise IndexDamaged("no watermark")
    return storage.watermark


class IndexView:
    """One commit, open for reading in one process. Not for two threads at once."""

    def __init__(self, storage: SealedStorage, number: int) -> None:
        self.place: Place = (Path(storage.folder), number, os.getpid())
        self.version = f"{Path(storage.folder).name}:{number}"
        self.segments: list[SegmentView] = []
        contents = TOC.read(storage, INDEX_NAME, number)
        storage.check()  # before anything is opened that would have to be closed again
        for segment in contents.segments:
            self.segments.append(SegmentView(storage, segment))

    def __del__(self) -> None:
        self.close()

    def ids(self, term: bytes, *, is_prefix: bool) -> Ids:
        """Ids of the objects that hold a key, or one that begins so; ascending."""
        found = [segment.ids(term, is_prefix=is_prefix) for segment in self.segments]
        return np.unique(np.concatenate(found)) if found else NO_IDS.copy()

    def fingerprints(self, kind: str) -> dict[int, int]:
        """Fingerprint of each document; an object that is there twice gets one that no document has."""
        found: dict[int, int] = {}
        for segment in self.segments:
            for object_id, number in segment.fingerprints(kind):
                found[object_id] = found.get(object_id, 0) + number
        return found

    def close(self) -> None:
        for segment in self.segments:
            segment.close()
        self.segments = []


class SegmentView:
    """One segment of a commit."""

    def __init__(self, storage: Any, segment: Any) -> None:
        #: Object id by document number; 0 for deleted documents.
        self.object_ids = _object_ids(storage, segment)
        self._terms = segment.codec().terms_reader(storage, segment)
        self._posts = segment.open_file(storage, UnitCodec.POSTS_EXT)

    def documents(self, term: bytes) -> Documents:
        """Numbers of the documents that hold a key, deleted ones included."""
        try:
            info = self._terms.term_info(TERMS, term)
        except TermNotFound:
            return np.empty(0, np.uint32)
        return self._documents_of(info)

    def postings(self, prefix: bytes = b"") -> Iterator[tuple[bytes, Documents]]:
        """(key, numbers of its documents) of the keys that begin with ``prefix``, in order; deleted ones included."""
        for (field, term), info in self._terms.items_from(TERMS, prefix):
            if field != TERMS or not term.startswith(prefix):
                return
            yield term, self._documents_of(info)

    def ids(self, term: bytes, *, is_prefix: bool) -> Ids:
        """Ids of the objects that hold a key, or one that begins so; in no order, with repetitions."""
        documents = [found for _term, found in self.postings(term)] if is_prefix else [self.documents(term)]
        ids = self.object_ids[np.concatenate(documents)] if documents else NO_IDS
        return ids[ids > 0]

    def fingerprints(self, kind: str) -> Iterator[tuple[int, int]]:
        """(object id, fingerprint of its terms) of the documents of a kind."""
        sums = np.zeros(len(self.object_ids), np.uint64)
        bare = key(kind)
        for term, documents in self.postings(bare):
            if term != bare:
                sums[documents] += np.uint64(term_hash(term.removeprefix(bare).decode()))
        documents = self.documents(bare)
        living = documents[self.object_ids[documents] > 0]
        return zip(self.object_ids[living].tolist(), sums[living].tolist(), strict=True)

    def close(self) -> None:
        self._terms.close()
        self._posts.close()

    def _documents_of(self, info: Any) -> Documents:
        offset, (length,) = info.extent()  # Whoosh hands the length out as struct unpacked it, in a tuple
        return np.frombuffer(self._posts.get(offset, length), np.uint32)


def _object_ids(storage: Any, segment: Any) -> Ids:
    ids = np.zeros(segment.doc_count_all(), np.int64)
    with storage.open_file(segment.codec().column_filename(segment, OBJECT_ID)) as file:
        stored = np.frombuffer(file.read(), ">i8")
    ids[: len(stored)] = stored
    ids[np.fromiter(segment.deleted_docs(), np.int64)] = 0
    return ids
