"""How our documents lie in a Whoosh index: one field of ready-made terms, one column of object ids, nothing stored.

A term in the index is ``kind:term``, so one posting list answers one question; ``kind:`` alone stands in every
document of the kind. Whoosh does the files, the term table, segments and commits; its analysers, query parser, scoring
and collectors are not used. A posting list is a plain array of 32-bit document numbers, written and read in one go.
"""

# mypy: disable-error-code="no-untyped-call"
# Whoosh has no types.

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.system import pack_ushort

INDEX_NAME: Final = "MAIN"
TERMS: Final = "terms"
OBJECT_ID: Final = "object_id"

Documents = npt.NDArray[np.uint32]


def key(kind: str, term: str = "") -> bytes:
    """The index's spelling of a term; without ``term`` the one that all documents of the kind have."""
    return f"{kind}:{term}".encode()


class TermsField(fields.FieldType):
    """Takes a document's terms as a list of keys, each once; no analysis, no scores."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Sequence[bytes], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        return ((term, 1, 1.0, b"") for term in value)


def schema() -> fields.Schema:
    return fields.Schema(**{TERMS: TermsField(), OBJECT_ID: fields.COLUMN(columns.NumericColumn("q", default=0))})


class TermPool:
    """Collects a segment's postings as one array of document numbers per term.

    Takes the place of Whoosh's pool, which keeps a tuple for each posting, spills to disk and sorts them all: four
    bytes a posting instead of about a hundred and seventy, and several times as fast.
    """

    def __init__(self) -> None:
        self._documents: dict[bytes, array[int]] = {}

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        """Add one posting as Whoosh hands it over: field, term, document number, weight, value."""
        documents = self._documents.get(posting[1])
        if documents is None:
            documents = self._documents[posting[1]] = array("I")
        documents.append(posting[2])

    def extend(self, term: bytes, documents: Documents) -> None:
        """Add document numbers that are all higher than those the term has."""
        if len(documents):
            self._documents.setdefault(term, array("I")).frombytes(documents.tobytes())

    def iter_postings(self) -> Iterator[tuple[bytes, bytes]]:
        """(term, its document numbers as they are written), by term."""
        return ((term, self._documents[term].tobytes()) for term in sorted(self._documents))

    def cleanup(self) -> None:
        self._documents.clear()


class UnitFieldWriter(W3FieldWriter):
    """Writes what ``TermPool`` collected: Whoosh's term table, and the arrays as they are."""

    def add_postings(self, schema: fields.Schema, _lengths: None, postings: Iterable[tuple[bytes, bytes]]) -> None:
        self.start_field(TERMS, schema[TERMS])
        field = pack_ushort(self._fieldid)
        for term, documents in postings:
            info = W3TermInfo()
            info.set_extent(self._postfile.tell(), len(documents))
            self._postfile.write(documents)
            self._tindex.add(field + term, info.to_bytes())
        self.finish_field()


class UnitCodec(W3Codec):
    """Whoosh's own codec with plain posting lists and without field lengths, which only scoring needs."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> UnitFieldWriter:
        return UnitFieldWriter(self, storage, segment)
