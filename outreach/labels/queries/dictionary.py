"""Words that mean a filter: built from the register's own names and ``content/synonyms.csv``, once per generation.

Every word is known by its letters (``core.search.text.code_key``), Chinese words also by their pinyin and initials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from outreach.core.search.text import code_key
from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.readings import initials, is_chinese_word, other_readings, usual_reading
from outreach.labels.queries.vocabulary import FILLER

#: When a word means several things, the first of these counts.
KINDS: Final = ("category", "grade", "status", "scheme", "edition", "year", "maker", "brand", FILLER)
#: Kinds whose Chinese words are also known by their initials and by other readings.
_EVERYDAY: Final = ("category", "maker", "brand")
_MIN_PINYIN: Final = 3
#: From this length on initials count although another word or a model code has them too.
_SAFE_INITIALS: Final = 3
#: Kinds that one word may name at once: a maker and its brand, a grade of one scheme.
_TOGETHER: Final = {"maker": ("maker", "brand"), "brand": ("maker", "brand"), "grade": ("grade", "scheme")}
#: Kinds of which one word may name several: it is then its own label.
_NAMED_BY_WORD: Final = ("maker", "brand", "edition")

Filters = tuple[tuple[str, tuple[str | int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One name of one thing: a value of the filter ``field``, with the words that chips print."""

    kind: str
    word: str
    field: str
    value: str | int
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for. ``filters`` are fields of ``CatalogueQuery`` with values; maker and brand count as one.

    ``word`` is the word in its own spelling; ``is_loose`` marks pinyin and initials, which count as whole words only.
    """

    kind: str
    word: str
    label: str
    label_en: str
    filters: Filters
    is_loose: bool = False


class CodeBook:
    """Which codes exist: models and registration numbers."""

    def __init__(self, models: KeyTable, numbers: KeyTable) -> None:
        self._tables = (models, numbers)

    def has(self, key: str) -> bool:
        """Whether a model or a number is exactly ``key``."""
        encoded = key.encode()
        return any(table.first(key) == encoded for table in self._tables)

    def has_prefix(self, key: str) -> bool:
        """Whether a model or a number begins with ``key``."""
        return any(table.first(key) is not None for table in self._tables)


class Dictionary:
    """All words of one generation with their meanings, and the codes that exist."""

    def __init__(self, meanings: Mapping[str, Meaning], particles: frozenset[str], codes: CodeBook) -> None:
        self.meanings = meanings
        #: Single characters that carry nothing where they stand alone, such as 的.
        self.particles = particles
        self.codes = codes
        self.keys = KeyTable.of(meanings)
        lengths: dict[str, set[int]] = defaultdict(set)
        for key in meanings:
            lengths[key[0]].add(len(key))
        self._lengths = {letter: tuple(sorted(sizes, reverse=True)) for letter, sizes in lengths.items()}

    def starting_at(self, letters: str, start: int, end: int) -> Iterator[tuple[int, Meaning]]:
        """Words that stand at ``start``: where each ends (not behind ``end``) and what it means, the longest first."""
        for length in self._lengths.get(letters[start], ()):
            meaning = self.meanings.get(letters[start : start + length]) if start + length <= end else None
            if meaning is not None:
                yield start + length, meaning


def build_dictionary(terms: Iterable[Term], codes: CodeBook) -> Dictionary:
    """Put ``terms`` in order: one meaning per word, then pinyin and initials where nothing else has these letters."""
    named: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if key := code_key(term.word):
            named[key].append(term)
    particles = frozenset(key for key, found in named.items() if len(key) == 1 and found[0].kind == FILLER)
    meanings = {key: _meaning(found) for key, found in named.items() if key not in particles}
    chinese = {key: meaning for key, meaning in meanings.items() if is_chinese_word(key)}
    loose = _other_readings(chinese) | _usual_readings(chinese) | _initials(chinese, codes)
    return Dictionary(loose | meanings, particles, codes)


def _meaning(terms: list[Term]) -> Meaning:
    """One meaning of all that a word names: the first kind, with what else it says of other filters."""
    first = min(terms, key=lambda term: KINDS.index(term.kind))
    kinds = _TOGETHER.get(first.kind, (first.kind,))
    same = [term for term in terms if term.kind in kinds]
    filters: dict[str, dict[str | int, None]] = defaultdict(dict)
    for term in same:
        if term.field:
            filters[term.field][term.value] = None
    return Meaning(first.kind, first.word, *_label(first, same, filters), _frozen(filters))


def _label(first: Term, same: list[Term], filters: Mapping[str, Collection[str | int]]) -> tuple[str, str]:
    """What a chip prints: the thing's own name, the word where it names several things, and a grade with its scheme."""
    if first.kind in _NAMED_BY_WORD and len(filters[first.field]) > 1:
        return first.word, first.word
    schemes = [term for term in same if term.kind == "scheme"] if first.kind == "grade" else []
    labels = [(term.label, term.label_en) for term in (*schemes, first)]
    return " ".join(label for label, _label_en in labels), " ".join(label_en for _label, label_en in labels)


def _frozen(filters: Mapping[str, Iterable[str | int]]) -> Filters:
    return tuple((field, tuple(sorted(values, key=str))) for field, values in filters.items())


def _usual_readings(meanings: Mapping[str, Meaning]) -> dict[str, Meaning]:
    found: dict[str, list[Meaning]] = defaultdict(list)
    for key, meaning in meanings.items():
        found[usual_reading(key)].append(meaning)
    return {key: _loose(same) for key, same in found.items() if len(key) >= _MIN_PINYIN}


def _other_readings(meanings: Mapping[str, Meaning]) -> dict[str, Meaning]:
    found: dict[str, list[Meaning]] = defaultdict(list)
    for key, meaning in meanings.items():
        if meaning.kind in _EVERYDAY:
            for reading in other_readings(key):
                found[reading].append(meaning)
    return {key: _loose(same) for key, same in found.items() if len(key) >= _MIN_PINYIN}


def _initials(meanings: Mapping[str, Meaning], codes: CodeBook) -> dict[str, Meaning]:
    """Initials of everyday words. Short or common ones are left out: two letters are more often part of a code."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    for key, meaning in meanings.items():
        if meaning.kind in _EVERYDAY:
            found[initials(key)].append(meaning)
    return {key: _loose(same) for key, same in found.items() if _is_safe(key, same, codes)}


def _is_safe(letters: str, meanings: list[Meaning], codes: CodeBook) -> bool:
    """Whether initials may stand for these words: a category's always, others when nothing else is meant by them."""
    if not letters.isascii() or len(letters) < 2:
        return False
    has_category = any(meaning.kind == "category" for meaning in meanings)
    if len(letters) >= _SAFE_INITIALS and has_category:
        return True
    return len({meaning.filters for meaning in meanings}) == 1 and not codes.has_prefix(letters)


def _loose(meanings: list[Meaning]) -> Meaning:
    """One meaning of several words that sound alike."""
    first = min(meanings, key=lambda meaning: KINDS.index(meaning.kind))
    same = [meaning for meaning in meanings if meaning.kind == first.kind]
    filters: dict[str, dict[str | int, None]] = defaultdict(dict)
    for meaning in same:
        for field, values in meaning.filters:
            filters[field].update(dict.fromkeys(values))
    labels = list(dict.fromkeys(meaning.label for meaning in same))
    labels_en = list(dict.fromkeys(meaning.label_en for meaning in same))
    return Meaning(first.kind, first.word, "/".join(labels), "/".join(labels_en), _frozen(filters), is_loose=True)
