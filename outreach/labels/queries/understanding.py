"""From a visitor's words to filters, codes and text, by what is in memory: the database is not asked.

Codes that exist are taken out first. What remains is cut so that as much as possible is understood. What nobody
understands stays as a part of a code (Latin letters, digits) or as text (Chinese).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from outreach.core.search.text import is_cjk
from outreach.labels.queries.dictionary import Dictionary, Meaning
from outreach.labels.queries.typed import WILDCARD, Gap, Typed, read_typed
from outreach.labels.queries.vocabulary import FILLER

#: Longest row of words that is tried as one code (``X6S Ultra``, ``20260519 CWL032020 845027``).
_MOST_PARTS: Final = 5
_DIGITS: Final = frozenset("0123456789")
#: Worth of a letter when cutting: understood, filler, not understood; and the price of a cut.
_UNDERSTOOD, _FILLER, _UNKNOWN, _CUT = 10, 5, -5, 1

#: For each place: what the best cut from there on is worth, where its first part ends, and what that part means.
_Cut = dict[int, tuple[int, int, Meaning | None]]


class PieceKind(StrEnum):
    """What a piece of the words is."""

    WORD = "word"
    FILLER = "filler"
    CODE = "code"
    WILDCARD = "wildcard"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters of what was typed, from ``start`` to ``end``, and what they are. A word has a meaning."""

    kind: PieceKind
    letters: str
    start: int
    end: int
    meaning: Meaning | None = None
    #: A code that exists as it stands.
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Understanding:
    """All pieces in the order of the text. Filler counts only when it is all there is."""

    typed: Typed
    pieces: tuple[Piece, ...]

    def of(self, *kinds: PieceKind) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind in kinds)

    @property
    def unread(self) -> tuple[Piece, ...]:
        """What no dictionary explains: codes and text. Filler, too, when there is nothing else."""
        if self.is_filler_only:
            return self.pieces
        return self.of(PieceKind.CODE, PieceKind.WILDCARD, PieceKind.TEXT)

    @property
    def is_filler_only(self) -> bool:
        return bool(self.pieces) and all(piece.kind is PieceKind.FILLER for piece in self.pieces)


def understand(text: str, dictionary: Dictionary) -> Understanding:
    """Read ``text``. Equal texts and dictionaries give equal answers."""
    typed = read_typed(text)
    pieces = list(_wildcards(typed))
    pieces += _exact_codes(typed, dictionary, pieces)
    for start, end in _free(len(typed.letters), pieces):
        pieces += _read_stretch(typed, start, end, dictionary)
    pieces.sort(key=lambda piece: piece.start)
    return Understanding(typed, tuple(_joined(typed, pieces, dictionary)))


def _free(size: int, pieces: list[Piece]) -> list[tuple[int, int]]:
    """Stretches of letters that belong to no piece yet."""
    taken = [False] * size
    for piece in pieces:
        taken[piece.start : piece.end] = [True] * (piece.end - piece.start)
    runs = groupby(range(size), key=taken.__getitem__)
    places = [list(run) for is_taken, run in runs if not is_taken]
    return [(run[0], run[-1] + 1) for run in places]


def _runs(typed: Typed, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Words and parts of words: cut at blanks, and between Chinese and Latin letters."""
    first = start
    for place in range(start + 1, end + 1):
        if place == end or typed.gaps[place] is Gap.BREAK or typed.is_latin(place) != typed.is_latin(place - 1):
            yield first, place
            first = place


def _wildcards(typed: Typed) -> Iterator[Piece]:
    for start, end in _runs(typed, 0, len(typed.letters)) if WILDCARD in typed.letters else ():
        letters = typed.letters[start:end]
        if WILDCARD in letters:
            kind = PieceKind.WILDCARD if letters.strip(WILDCARD) else PieceKind.FILLER
            yield Piece(kind, letters, start, end)


def _exact_codes(typed: Typed, dictionary: Dictionary, taken: list[Piece]) -> list[Piece]:
    """Codes with a digit that exist as they stand, the longest first, whatever their words might mean besides."""
    found: list[Piece] = []
    for stretch_start, stretch_end in _free(len(typed.letters), taken):
        runs = list(_runs(typed, stretch_start, stretch_end))
        place = 0
        while place < len(runs):
            size = _exact_size(typed, runs, place, dictionary)
            if size:
                start, end = runs[place][0], runs[place + size - 1][1]
                found.append(Piece(PieceKind.CODE, typed.letters[start:end], start, end, is_exact=True))
            place += size or 1
    return found


def _exact_size(typed: Typed, runs: list[tuple[int, int]], place: int, dictionary: Dictionary) -> int:
    """How many runs from ``place`` on are together a code that exists; 0 when none is."""
    longest = 0
    for size in range(1, min(_MOST_PARTS, len(runs) - place) + 1):
        code = typed.letters[runs[place][0] : runs[place + size - 1][1]]
        if not dictionary.codes.has_prefix(code):
            break
        is_long_enough = len(code) > (2 if code.isdecimal() else 1)
        if is_long_enough and not _DIGITS.isdisjoint(code) and dictionary.codes.has(code):
            longest = size
    return longest


def _best_cut(typed: Typed, start: int, end: int, dictionary: Dictionary) -> _Cut:
    """The cut of a stretch into known words and single letters that understands most."""
    best: _Cut = {end: (0, end, None)}
    for place in range(end - 1, start - 1, -1):
        best[place] = (best[place + 1][0] + _UNKNOWN, place + 1, None)
        for stop, meaning in dictionary.starting_at(typed.letters, place, end):
            worth = _FILLER if meaning.kind == FILLER else _UNDERSTOOD
            score = best[stop][0] + worth * (stop - place) - _CUT
            if score > best[place][0] and _stands_alone(typed, place, stop, meaning):
                best[place] = (score, stop, meaning)
    return best


def _read_stretch(typed: Typed, start: int, end: int, dictionary: Dictionary) -> Iterator[Piece]:
    """Known words and what is between them."""
    best = _best_cut(typed, start, end, dictionary)
    place = unknown_from = start
    while place < end:
        _score, stop, meaning = best[place]
        if meaning is not None:
            yield from _unknown(typed, unknown_from, place, dictionary)
            kind = PieceKind.FILLER if meaning.kind == FILLER else PieceKind.WORD
            yield Piece(kind, typed.letters[place:stop], place, stop, meaning)
            unknown_from = stop
        place = stop
    yield from _unknown(typed, unknown_from, end, dictionary)


def _stands_alone(typed: Typed, start: int, end: int, meaning: Meaning) -> bool:
    """Whether a word may be read here: Latin letters not out of the middle of a code, Chinese not across a blank."""
    if typed.is_latin(start) and not _is_edge(typed, start):
        return False
    if typed.is_latin(end - 1) and not _is_edge(typed, end):
        return False
    return meaning.kind == "category" or not any(
        typed.gaps[place] is Gap.BREAK and not typed.is_latin(place) and not typed.is_latin(place - 1)
        for place in range(start + 1, end)
    )


def _is_edge(typed: Typed, place: int) -> bool:
    """Whether a word in Latin letters may begin or end in front of ``place``."""
    if place in (0, len(typed.letters)):
        return True
    return typed.gaps[place] is Gap.BREAK or typed.is_latin(place) != typed.is_latin(place - 1)


def _unknown(typed: Typed, start: int, end: int, dictionary: Dictionary) -> Iterator[Piece]:
    """What no word explains, cut at blanks: parts of codes, text, and particles such as 的 that carry nothing."""
    first = start
    for place in range(start + 1, end + 1):
        if place == end or typed.gaps[place] is Gap.BREAK:
            letters = typed.letters[first:place]
            kind = PieceKind.TEXT if all(map(is_cjk, letters)) else PieceKind.CODE
            if dictionary.particles.issuperset(letters):
                kind = PieceKind.FILLER
            yield Piece(kind, letters, first, place)
            first = place


def _joined(typed: Typed, pieces: list[Piece], dictionary: Dictionary) -> Iterator[Piece]:
    """Codes written with blanks are put together where that begins an existing one; mixed pieces are cut otherwise."""
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        size = _joined_size(pieces, place, dictionary) if piece.kind is PieceKind.CODE and not piece.is_exact else 0
        if size:
            start, end = piece.start, pieces[place + size - 1].end
            yield Piece(PieceKind.CODE, typed.letters[start:end], start, end)
        elif piece.kind is PieceKind.CODE and not piece.is_exact:
            for start, end in _runs(typed, piece.start, piece.end):
                kind = PieceKind.CODE if typed.is_latin(start) else PieceKind.TEXT
                yield Piece(kind, typed.letters[start:end], start, end)
        else:
            yield piece
        place += size or 1


def _joined_size(pieces: list[Piece], place: int, dictionary: Dictionary) -> int:
    """How many unread pieces from ``place`` on begin together an existing code; 0 when not even the first does."""
    code = ""
    for size, piece in enumerate(pieces[place : place + _MOST_PARTS]):
        is_next = size == 0 or pieces[place + size - 1].end == piece.start
        is_unread = piece.kind in (PieceKind.CODE, PieceKind.TEXT) and not piece.is_exact
        code += piece.letters
        if not (is_next and is_unread and dictionary.codes.has_prefix(code)):
            return size
    return min(_MOST_PARTS, len(pieces) - place)
