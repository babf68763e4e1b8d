"""Writing a Whoosh index: building one from nothing, and taking changes in. Each commit carries its watermark."""

# mypy: disable-error-code="no-untyped-call"
# Whoosh has no types.

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from outreach.core.search import pending
from outreach.core.search.index import SCHEMA_VERSION, DocumentSource
from outreach.core.search.maintained import Progress, all_documents
from outreach.core.search.outbox import epoch
from outreach.core.search.text import terms
from outreach.core.search.whoosh_format import INDEX_NAME, OBJECT_ID, TERMS, TermPool, UnitCodec, key, schema
from outreach.core.search.whoosh_reading import SegmentView
from outreach.core.search.whoosh_storage import SealedStorage, Watermark


def build(folder: Path, sources: Mapping[str, DocumentSource], progress: Progress | None) -> int:
    """Write every document there is into the empty ``folder``, in one segment; returns how many."""
    storage = SealedStorage(folder)
    with pending.snapshot() as session:
        newest = pending.newest_change(session)
        seq, mark = (newest.seq, newest.mark) if newest else (0, "")
        storage.watermark = Watermark(seq, mark, epoch(session), SCHEMA_VERSION, 0)
        FileIndex.create(storage, schema(), INDEX_NAME)
        with _writer(storage) as writer:
            for kind, object_id, text in all_documents(session, sources, progress):
                _add(writer, kind, object_id, text)
            count: int = writer.doc_count()
            storage.watermark = replace(storage.watermark, documents=count)
    return count


def replace_documents(
    storage: SealedStorage,
    changed: Mapping[str, Sequence[int]],
    documents: Iterable[tuple[str, int, str]],
    last: pending.Change,
) -> None:
    """Commit the objects ``changed`` as ``documents`` has them (gone when it has not), seen up to the row ``last``."""
    with _writer(storage) as writer:
        before = storage.watermark
        if before is None:
            raise ValueError("an index without a watermark")
        removed = sum(_delete(storage, writer.segments, kind, ids) for kind, ids in changed.items())
        for kind, object_id, text in documents:
            _add(writer, kind, object_id, text)
        count = before.documents - removed + writer.doc_count()
        storage.watermark = replace(before, seq=last.seq, mark=last.mark, documents=count)


class UnitWriter(SegmentWriter):
    """Whoosh's writer with our codec and pool. It tells the storage which segments a commit consists of."""

    storage: SealedStorage

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=UnitCodec(), compound=False)
        self.pool: Any = TermPool()

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        self.storage.segments = frozenset(segment.segment_id() for segment in segments)
        super()._commit_toc(segments)


@contextmanager
def _writer(storage: SealedStorage) -> Iterator[UnitWriter]:
    """A writer that commits at the end, or leaves the index as it was."""
    writer = UnitWriter(FileIndex(storage, indexname=INDEX_NAME))
    try:
        yield writer
        writer.commit(mergetype=merge_small)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _add(writer: UnitWriter, kind: str, object_id: int, text: str) -> None:
    keys = [key(kind), *(key(kind, term) for term in terms(text))]
    writer.add_document(**{TERMS: keys, OBJECT_ID: object_id})


def _delete(storage: SealedStorage, segments: Sequence[Any], kind: str, ids: Sequence[int]) -> int:
    """Mark the documents of these objects as deleted in the committed segments; returns how many there were."""
    removed = 0
    for segment in segments:
        with closing(SegmentView(storage, segment)) as view:
            documents = view.documents(key(kind))
            dead = documents[np.isin(view.object_ids[documents], ids)]
        for document in dead.tolist():
            segment.delete_document(document)
        removed += len(dead)
    return removed


def merge_small(writer: UnitWriter, segments: Sequence[Any]) -> list[Any]:
    """Whoosh's merge policy of ours: fold in what is not much larger than the new part, or mostly deleted.

    Sizes grow geometrically, so an index of n commits has about log n segments.
    """
    kept = []
    size = writer.doc_count()
    for segment in sorted(segments, key=_living):
        living = _living(segment)
        if living > 2 * size and segment.deleted_count() <= living:
            kept.append(segment)
        elif living:
            _fold_in(writer, segment)
            size += living
    return kept


def _fold_in(writer: UnitWriter, segment: Any) -> None:
    """Copy the living documents of a segment, a posting list at a time (Whoosh copies posting by posting)."""
    with closing(SegmentView(writer.storage, segment)) as view:
        is_living = view.object_ids > 0
        numbers = (np.cumsum(is_living) - 1 + writer.doc_count()).astype(np.uint32)
        for object_id in view.object_ids[is_living].tolist():
            writer.add_document(**{OBJECT_ID: object_id})
        for term, documents in view.postings():
            writer.pool.extend(term, numbers[documents[is_living[documents]]])


def _living(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())
