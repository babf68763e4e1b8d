"""Words that must not stand on a page: misspellings, wrong terms, and what empty columns say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Characters shown around a find.
CONTEXT = 12


@dataclass(frozen=True, slots=True)
class WrongWord:
    """One line of the list. Where ``unless`` matches around the word, the word is right."""

    wrong: str
    right: str
    unless: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A wrong word with what stands around it."""

    word: WrongWord
    context: str


def find_words(text: str, words: Iterable[WrongWord]) -> Iterator[FoundWord]:
    """Every wrong word of ``text``, each place once."""
    for word in words:
        excused = [match.span() for match in re.finditer(word.unless, text)] if word.unless else []
        for match in re.finditer(re.escape(word.wrong), text):
            if any(start <= match.start() and match.end() <= end for start, end in excused):
                continue
            yield FoundWord(word, text[max(match.start() - CONTEXT, 0) : match.end() + CONTEXT])
