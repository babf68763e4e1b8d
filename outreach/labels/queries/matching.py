"""Text that no dictionary explains: the rows whose maker, brand or product name contains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.core.search.index import IndexUnavailable, TextIndex
from outreach.core.search.text import query_terms
from outreach.labels.models import Brand, Maker, ProductName
from outreach.labels.queries.snapshot import CatalogueSnapshot, Flags

#: Documents of the text index and the column of a snapshot that they name.
_KINDS: Final = {"makers": "label-maker", "brands": "label-brand", "names": "label-product-name"}
#: Columns that are searched while there is no index.
_COLUMNS: Final[dict[str, tuple[InstrumentedAttribute[int], tuple[InstrumentedAttribute[str], ...]]]] = {
    "makers": (Maker.id, (Maker.name_key, Maker.short_name)),
    "brands": (Brand.id, (Brand.name_key,)),
    "names": (ProductName.id, (ProductName.name_key,)),
}


class TextMatcher:
    """Looks words up for one query. ``is_simple`` becomes true when the index could not be read."""

    def __init__(self, index: TextIndex, session: Session, snapshot: CatalogueSnapshot) -> None:
        self._index = index
        self._session = session
        self._snapshot = snapshot
        self.is_simple = False

    def flags(self, words: str) -> Flags:
        """Which rows have every term of ``words`` somewhere; an unfinished Latin word counts."""
        found = np.ones(self._snapshot.size, np.bool_)
        for term in query_terms(words):
            found &= self._rows_with(self._ids(term))
            if not found.any():
                break
        return found

    def _ids(self, term: str) -> Mapping[str, Iterable[int]]:
        """Makers, brands and names that contain ``term``: from the index, else by reading them, which are few."""
        if not self.is_simple:
            try:
                return {field: self._index.postings(kind, term, is_prefix=True) for field, kind in _KINDS.items()}
            except IndexUnavailable:
                self.is_simple = True
        return {field: self._ids_like(field, term) for field in _COLUMNS}

    def _ids_like(self, field: str, term: str) -> Sequence[int]:
        key, columns = _COLUMNS[field]
        query = sa.select(key).where(sa.or_(*(column.contains(term, autoescape=True) for column in columns)))
        return self._session.scalars(query).all()

    def _rows_with(self, ids: Mapping[str, Iterable[int]]) -> Flags:
        flags = np.zeros(self._snapshot.size, np.bool_)
        for field, found in ids.items():
            units = self._snapshot.units[field]
            if codes := units.find(found):
                units.mark(flags, codes)
        return flags
