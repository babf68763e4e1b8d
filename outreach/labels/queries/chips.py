"""What was understood and what was chosen, each with the query that is left when it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from outreach.labels.forms import FILTERS, CatalogueQuery
from outreach.labels.queries.results import Chip
from outreach.labels.queries.snapshot import CatalogueSnapshot
from outreach.labels.queries.understanding import Piece, PieceKind, Understanding

_TEXT_KINDS: Final = (PieceKind.WORD, PieceKind.CODE, PieceKind.WILDCARD, PieceKind.TEXT)


def list_chips(snapshot: CatalogueSnapshot, query: CatalogueQuery, understanding: Understanding) -> tuple[Chip, ...]:
    """Chips of the words in their order, then of the chosen filters."""
    return (*_word_chips(snapshot, query, understanding), *_filter_chips(snapshot, query))


def _word_chips(snapshot: CatalogueSnapshot, query: CatalogueQuery, understanding: Understanding) -> Iterator[Chip]:
    typed = understanding.typed
    for piece in understanding.of(*_TEXT_KINDS):
        words = typed.words(piece.start, piece.end)
        rest = replace(query, text=typed.without(piece.start, piece.end), page=1)
        if piece.meaning:
            yield Chip(piece.meaning.kind, piece.meaning.label, piece.meaning.label_en, words, rest)
        else:
            yield Chip(_kind(snapshot, piece), words, words, words, rest)


def _kind(snapshot: CatalogueSnapshot, piece: Piece) -> str:
    if piece.kind is PieceKind.TEXT:
        return "text"
    is_number = snapshot.numbers.first(piece.letters) is not None and snapshot.models.first(piece.letters) is None
    return "number" if is_number else "model"


def _filter_chips(snapshot: CatalogueSnapshot, query: CatalogueQuery) -> Iterator[Chip]:
    for field, kind in FILTERS:
        axis = snapshot.axes[field]
        for value in getattr(query, field):
            code = next(iter(axis.find([value])), 0)
            label, label_en = axis.labels[code - 1] if code else (str(value), str(value))
            if field == "grades" and ":" in str(value) and code:
                group, group_en = axis.groups[code - 1]
                label, label_en = f"{group} {label}", f"{group_en} {label_en}"
            yield Chip(kind, label, label_en, "", query.with_toggled(field, value))
