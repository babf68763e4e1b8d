"""When nothing answers: registrations whose code is nearly the typed one, and words that find something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from pypinyin import lazy_pinyin

from outreach.labels.queries.dictionary import Dictionary, Meaning
from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.selection import Selection
from outreach.labels.queries.snapshot import CatalogueSnapshot, Rows
from outreach.labels.queries.typos import near_keys
from outreach.labels.queries.understanding import Piece, PieceKind, Understanding
from outreach.labels.queries.vocabulary import FILLER

MOST_SIMILAR: Final = 10
#: Numbers are long; a shorter code is looked for among the models only.
_NUMBER_LENGTH: Final = 12
#: Fewest Latin letters that are completed to a word, and fewest characters of a word heard in Chinese text.
_FEWEST_LETTERS: Final = 3
_FEWEST_CHARACTERS: Final = 2
#: Codes of one query that near ones are looked for.
_MOST_CODES: Final = 3
_UNREAD: Final = (PieceKind.CODE, PieceKind.TEXT)


def similar_rows(snapshot: CatalogueSnapshot, understanding: Understanding, others: Selection) -> Rows:
    """Rows whose model or number is nearly the code among the words, the nearest first.

    Those that also meet the other conditions (``others``) are taken, when there are any.
    """
    for code in _typed_codes(understanding):
        tables = [snapshot.models] + [snapshot.numbers] * (len(code) >= _NUMBER_LENGTH)
        for table in tables:
            rows = _near_rows(table, code)
            if len(rows):
                kept = rows if others.all_rows is None else rows[np.isin(rows, others.all_rows)]
                kept = others.answers(kept)
                return (kept if len(kept) else rows)[:MOST_SIMILAR]
    return np.empty(0, np.int32)


def _typed_codes(understanding: Understanding) -> Iterator[str]:
    """All neighbouring codes as one, then each alone, the longest first."""
    codes = [piece for piece in understanding.of(PieceKind.CODE) if not piece.is_exact]
    whole = "".join(piece.letters for piece in codes)
    longest = sorted((piece.letters for piece in codes), key=len, reverse=True)
    yield from dict.fromkeys([whole, *longest[:_MOST_CODES]])


def _near_rows(table: KeyTable, code: str) -> Rows:
    """Rows by number of errors, then in order of relevance."""
    found = near_keys(table, code)
    if not found:
        return np.empty(0, np.int32)
    rows = table.rows[[place for _errors, place in found]]
    errors = np.array([errors for errors, _place in found])
    return rows[np.lexsort((rows, errors))]


def other_words(understanding: Understanding, dictionary: Dictionary) -> Iterator[str]:
    """Texts to offer instead, the closest first.

    Misspelt words are replaced, then what nobody understands is left out, then a grade is taken without the scheme
    that its word names besides (一级能效).
    """
    fixes = {piece: word for piece in understanding.of(*_UNREAD) if (word := _meant(piece, dictionary))}
    if fixes:
        yield _rewritten(understanding, fixes, understanding.pieces)
    kept = [piece for piece in understanding.pieces if piece.kind is PieceKind.WORD or piece in fixes]
    if kept and len(kept) < len(understanding.pieces):
        yield _rewritten(understanding, fixes, kept)
    if grades := {piece: grade for piece in kept if (grade := _grade_alone(piece))}:
        yield _rewritten(understanding, fixes | grades, kept)


def _grade_alone(piece: Piece) -> str:
    """The grade of a word that names grade and scheme; empty for other words."""
    filters = dict(piece.meaning.filters) if piece.meaning else {}
    return f"{filters['grades'][0]}级" if {"grades", "schemes"} <= filters.keys() else ""


def _rewritten(understanding: Understanding, fixes: dict[Piece, str], kept: tuple[Piece, ...] | list[Piece]) -> str:
    typed = understanding.typed
    words = [fixes.get(piece) or typed.words(piece.start, piece.end) for piece in kept]
    return " ".join(words)


def _meant(piece: Piece, dictionary: Dictionary) -> str:
    """The known word that sounds or is spelt like a piece; empty when there is none."""
    if piece.kind is PieceKind.TEXT:
        return _heard(piece.letters, dictionary)
    return _spelt(piece.letters, dictionary) if piece.letters.isascii() and piece.letters.isalpha() else ""


def _heard(text: str, dictionary: Dictionary) -> str:
    """``text`` with its longest part that sounds like a known word replaced by this word."""
    syllables = lazy_pinyin(text)
    if len(syllables) != len(text):
        return ""
    for length in range(len(text), _FEWEST_CHARACTERS - 1, -1):
        for start in range(len(text) - length + 1):
            meaning = dictionary.meanings.get("".join(syllables[start : start + length]))
            if meaning is not None and _may_be_meant(meaning):
                return f"{text[:start]} {meaning.word} {text[start + length :]}".strip()
    return ""


def _spelt(letters: str, dictionary: Dictionary) -> str:
    """The word that begins with ``letters``, or that differs by a typing error."""
    keys = dictionary.keys
    first = keys.first(letters) if len(letters) >= _FEWEST_LETTERS else None
    near = [keys[place] for _errors, place in near_keys(keys, letters)]
    for key in filter(None, [first, *near]):
        meaning = dictionary.meanings[key.decode()]
        if _may_be_meant(meaning):
            return meaning.word
    return ""


def _may_be_meant(meaning: Meaning) -> bool:
    return meaning.kind != FILLER


def without_unread(understanding: Understanding) -> Understanding:
    """The same words without what is only text or code."""
    return replace(understanding, pieces=understanding.of(PieceKind.WORD))
