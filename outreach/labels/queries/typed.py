"""What a visitor typed, reduced to its letters, with the way back to the words as they were typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from outreach.core.search.text import MAX_QUERY_LENGTH, clean, fold, is_cjk

#: Signs that may stand inside a model code or a name; anything else that is no letter separates words.
_JOINERS: Final = frozenset("-._/+&'()#·•~‐‑‒–—−°")
WILDCARD: Final = "*"


class Gap(IntEnum):
    """What stands before a letter."""

    NONE = 0
    #: A sign that belongs to codes, such as a hyphen.
    JOINER = 1
    #: A blank or a punctuation mark.
    BREAK = 2


@dataclass(frozen=True, slots=True)
class Typed:
    """Latin letters, digits, Chinese characters and ``*`` of ``original``, folded; other signs only leave a gap."""

    original: str
    letters: str
    #: Place in ``original`` of each letter.
    origins: tuple[int, ...]
    gaps: tuple[Gap, ...]

    def words(self, start: int, end: int) -> str:
        """The letters from ``start`` to ``end`` as they were typed."""
        return self.original[self.origins[start] : self.origins[end - 1] + 1]

    def without(self, start: int, end: int) -> str:
        """What is left of ``original`` when these letters are taken away."""
        before, after = self.original[: self.origins[start]], self.original[self.origins[end - 1] + 1 :]
        return " ".join(f"{before} {after}".split())

    def is_latin(self, place: int) -> bool:
        return self.letters[place].isascii()


def read_typed(text: str) -> Typed:
    """Look at the first ``MAX_QUERY_LENGTH`` characters of ``text`` and keep what carries meaning."""
    original = unicodedata.normalize("NFC", clean(text))[:MAX_QUERY_LENGTH]
    letters: list[str] = []
    origins: list[int] = []
    gaps: list[Gap] = []
    gap = Gap.BREAK
    for place, character in enumerate(original):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if letter == WILDCARD or (letter.isascii() and letter.isalnum()) or is_cjk(letter):
                letters.append(letter)
                origins.append(place)
                gaps.append(gap)
                gap = Gap.NONE
            else:
                gap = max(gap, Gap.JOINER if letter in _JOINERS or letter.isalpha() else Gap.BREAK)
    return Typed(original, _simplified("".join(letters)), tuple(origins), tuple(gaps))


def _simplified(letters: str) -> str:
    """Simplified characters, one for one: a phrase that would change its length is folded letter by letter."""
    folded = fold(letters)
    return folded if len(folded) == len(letters) else "".join(fold(letter)[:1] or letter for letter in letters)
