"""The rows that answer a query. A condition is a set of classes or a set of rows; a facet leaves its own out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outreach.labels.forms import FILTERS, CatalogueQuery
from outreach.labels.queries.codes import Fit, Fits, both, match_code, match_wildcard
from outreach.labels.queries.matching import TextMatcher
from outreach.labels.queries.snapshot import CLASS_FIELDS, UNIT_FIELDS, CatalogueSnapshot, Flags, Rows
from outreach.labels.queries.understanding import Piece, PieceKind, Understanding

#: Parts of codes and pieces of text that are looked up for one query.
MOST_UNREAD: Final = 8


class Selection:
    """The conditions of one query over one snapshot, and what they leave."""

    def __init__(self, snapshot: CatalogueSnapshot) -> None:
        self.snapshot = snapshot
        self._classes: list[tuple[str, Flags]] = []
        self._rows: list[tuple[str, Rows]] = []
        #: How well each row fits the codes among the words; None without codes.
        self.fits: Fits | None = None

    def choose(self, query: CatalogueQuery) -> None:
        """Add the chosen filters."""
        for field, _name in FILTERS:
            if values := getattr(query, field):
                self._add(field, field, self.snapshot.axes[field].find(values))

    def add_words(self, understanding: Understanding, matcher: TextMatcher) -> None:
        """Add what the words say. A row of unread pieces that is longer than any question is read in part."""
        if understanding.typed.original and not understanding.typed.letters:
            self._add_rows(np.empty(0, np.int32))
        self._add_meanings(understanding.of(PieceKind.WORD))
        for piece in understanding.unread[:MOST_UNREAD]:
            if piece.kind in (PieceKind.CODE, PieceKind.WILDCARD):
                self._add_code(piece, understanding, matcher)
            else:
                flags = matcher.flags(understanding.typed.words(piece.start, piece.end))
                flags[self.snapshot.chinese_models.containing(piece.letters)] = True
                self._add_rows(np.flatnonzero(flags).astype(np.int32))
        self._prefer(understanding)

    def _add_rows(self, rows: Rows) -> None:
        self._rows.append(("", rows))

    def _add(self, name: str, field: str, codes: Sequence[int]) -> None:
        if field in CLASS_FIELDS:
            self._classes.append((name, self.snapshot.classes.with_codes(field, codes)))
        else:
            self._rows.append((name, self.snapshot.units[field].rows(codes)))

    def _add_meanings(self, pieces: Iterable[Piece]) -> None:
        """Several words for the same filter widen it: 马桶 花洒 means both. Makers and brands count as one filter."""
        values: dict[str, list[str | int]] = defaultdict(list)
        for piece in pieces:
            for field, meant in piece.meaning.filters if piece.meaning else ():
                values[field] += meant
        axes = self.snapshot.axes
        for field in values.keys() & set(CLASS_FIELDS):
            self._add("", field, axes[field].find(values[field]))
        if units := values.keys() & set(UNIT_FIELDS):
            flags = np.zeros(self.snapshot.size, np.bool_)
            for field in units:
                self.snapshot.units[field].mark(flags, axes[field].find(values[field]))
            self._add_rows(np.flatnonzero(flags).astype(np.int32))

    def _add_code(self, piece: Piece, understanding: Understanding, matcher: TextMatcher) -> None:
        if piece.kind is PieceKind.WILDCARD:
            fits = match_wildcard(self.snapshot, piece.letters)
        else:
            fits = match_code(self.snapshot, piece.letters)
            if piece.letters.isalpha() or not (fits < Fit.NONE).any():
                words = understanding.typed.words(piece.start, piece.end)
                fits[matcher.flags(words) & (fits == Fit.NONE)] = Fit.TEXT
        self._add_rows(np.flatnonzero(fits < Fit.NONE).astype(np.int32))
        self.fits = both(self.fits, fits)

    def _prefer(self, understanding: Understanding) -> None:
        """A word in Latin letters excludes none of its meanings, but brings the likelier first.

        These are rows whose model begins so (xwj), else those of the maker that has most rows (haixin: 海信, 海新).
        """
        loose = [piece for piece in understanding.of(PieceKind.WORD) if piece.meaning and piece.meaning.is_loose]
        for piece in loose if self.fits is None else ():
            rows = self.snapshot.models.prefixed(piece.letters)
            if not len(rows):
                rows = self._commonest(piece)
            if len(rows):
                self.fits = np.full(self.snapshot.size, Fit.INSIDE, np.int8)
                self.fits[rows] = Fit.PREFIX

    def _commonest(self, piece: Piece) -> Rows:
        makers = self.snapshot.units["makers"]
        filters = piece.meaning.filters if piece.meaning else ()
        ids = [value for field, values in filters if field == "makers" for value in values]
        codes = self.snapshot.axes["makers"].find(ids)
        return makers.rows([max(codes, key=makers.counts.__getitem__)]) if len(codes) > 1 else makers.rows([])

    def classes(self, without: str = "") -> Flags:
        """Which classes are left when the filter ``without`` does not count."""
        flags = np.ones(self.snapshot.classes.size, np.bool_)
        for name, condition in self._classes:
            if not name or name != without:
                flags &= condition
        return flags

    def rows(self, without: str = "") -> Rows | None:
        """Rows that the conditions on rows leave, in order of relevance; None when there is no such condition."""
        parts = sorted((rows for name, rows in self._rows if not name or name != without), key=len)
        if not parts:
            return None
        kept = parts[0]
        for rows in parts[1:]:
            flags = np.zeros(self.snapshot.size, np.bool_)
            flags[rows] = True
            kept = kept[flags[kept]]
        return kept

    def has_filter(self, field: str) -> bool:
        """Whether a filter was chosen (not typed) for ``field``."""
        return any(name == field for name, _condition in (*self._classes, *self._rows))

    @cached_property
    def all_rows(self) -> Rows | None:
        """``rows`` with every filter."""
        return self.rows()

    @cached_property
    def all_classes(self) -> Flags:
        """``classes`` with every filter."""
        return self.classes()

    @cached_property
    def class_counts(self) -> NDArray[np.int64]:
        """How many rows of each class the conditions on rows leave."""
        return self.counts_of(self.all_rows)

    def counts_of(self, rows: Rows | None) -> NDArray[np.int64]:
        """How many of ``rows`` (all when None) are in each class."""
        classes = self.snapshot.classes
        return classes.counts if rows is None else np.bincount(classes.row_class[rows], minlength=classes.size)

    @cached_property
    def kept_counts(self) -> NDArray[np.int64]:
        """How many rows of each class answer the query."""
        return np.where(self.all_classes, self.class_counts, 0)

    @cached_property
    def total(self) -> int:
        """How many registrations answer the query."""
        return int(self.kept_counts.sum())

    def answers(self, rows: Rows) -> Rows:
        """Those of ``rows``, which meet the conditions on rows, that meet the conditions on classes too."""
        return rows[self.all_classes[self.snapshot.classes.row_class[rows]]]
