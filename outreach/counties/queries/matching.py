"""Which units a visitor's words mean: names now and before, pinyin, initials, codes, with or without the places around.

Every unit has two texts with all its spellings, one in Chinese and one in Latin letters, and a word is looked for in
them. So 「江宁」, 「南京市江宁区」, 「江蘇江寧」, ``jiangning``, ``njjn`` and ``3201`` need no grammar, and 2,847 units
take less than a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from outreach.core.search.text import fold, pinyin_keys
from outreach.counties.queries.snapshot import CountySnapshot, Flags, UnitItem

#: Stands before each spelling; nobody can type it.
MARK: Final = "\x1f"
#: Classes of fit, the best first.
EXACT, BEGINS, INSIDE, FORMER, PLACE = range(5)
#: Last characters of names that people leave out or mix up.
SUFFIXES: Final = ("自治县", "自治旗", "自治州", "地区", "林区", "特区", "新区", "区", "县", "市", "旗", "盟", "省")
PROVINCE_SUFFIXES: Final = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")

_PIECES = re.compile(r"[0-9]+|[a-z]+|[^\x00-\x7f]+")
_NOT_LETTERS = re.compile(r"[^a-z]+")


def pieces(text: str) -> list[str]:
    """The words of a visitor's text: runs of digits, of Latin letters, of Chinese; blanks and signs part them."""
    folded = fold(text)
    found = [piece for word in folded.split() for piece in _PIECES.findall(word)]
    if len(found) > 1 and all(piece.isascii() and piece.isalpha() for piece in found):
        return ["".join(found)]
    return found


def short(name: str, suffixes: Sequence[str] = SUFFIXES) -> str:
    """A name without what kind of place it is: 江宁区 → 江宁; names of two characters keep theirs (赵县)."""
    return next((name.removesuffix(suffix) for suffix in suffixes if name.endswith(suffix) and len(name) > 2), name)


@dataclass(frozen=True, slots=True)
class Spelling:
    """Everything a unit is found by. Each spelling stands behind a mark."""

    name: str
    #: The name without what kind of place it is.
    stem: str
    former: str
    chinese: str
    latin: str
    #: Spellings that mean this unit alone, for the best fit.
    own: frozenset[str]
    codes: str


def spelling(unit: UnitItem) -> Spelling:
    """The spellings of a unit."""
    name = fold(unit.name)
    former = [fold(word) for word in unit.former_names]
    province, prefecture = fold(unit.province.name), fold(unit.prefecture.name) if unit.prefecture else ""
    areas = dict.fromkeys(("", *_areas(fold(unit.province.short_name), province, prefecture)))
    names = [name, *former, *([prefecture, province] if not unit.prefecture else [])]
    chinese = MARK + MARK.join(area + word for area in areas for word in dict.fromkeys(names))
    codes = [unit.code, *(change.former_code for change in unit.changes if change.former_code)]
    return Spelling(
        name=name,
        stem=short(name),
        former=MARK + MARK.join(former),
        chinese=chinese,
        latin=MARK + MARK.join(_latin(unit, prefecture)),
        own=frozenset({name, short(name), unit.pinyin, unit.initials, unit.code, *(a + name for a in areas if a)}),
        codes=MARK + MARK.join(code for code in codes if code),
    )


def _areas(short_province: str, province: str, prefecture: str) -> Iterator[str]:
    """Ways to write where a unit lies, before its name."""
    prefectures = dict.fromkeys((prefecture, short(prefecture))) if prefecture else {}
    provinces = dict.fromkeys((province, short_province, short(province, PROVINCE_SUFFIXES)))
    yield from provinces
    yield from prefectures
    yield from (first + second for first in provinces for second in prefectures if first != second)


def _latin(unit: UnitItem, prefecture: str) -> Iterator[str]:
    """Pinyin and initials, of the name alone and behind its prefecture, and the English name."""
    yield from (unit.pinyin, unit.initials, _NOT_LETTERS.sub("", unit.name_en.casefold()))
    for former in unit.former_names:
        yield from pinyin_keys(fold(former))
    places = (prefecture, short(prefecture), fold(unit.province.short_name))
    for place in dict.fromkeys(place for place in places if place):
        for sound, own in zip(pinyin_keys(place), (unit.pinyin, unit.initials), strict=False):
            yield sound + own


class Matcher:
    """Finds the rows that words mean, with how well they fit. One object per snapshot."""

    def __init__(self, snapshot: CountySnapshot) -> None:
        self.snapshot = snapshot
        self.spellings = [spelling(unit) for unit in snapshot.units]

    def match(self, text: str) -> Fits | None:
        """Rows that all words of ``text`` mean; None when it holds no word at all."""
        words = pieces(text)
        if not words:
            return Fits(np.zeros(self.snapshot.size, np.bool_), np.zeros(self.snapshot.size, np.int8)) if text else None
        fits = np.full(self.snapshot.size, PLACE, np.int8)
        rows: Iterable[int] = range(self.snapshot.size)
        for word in words:
            found = [(row, fit) for row in rows if (fit := self._fit(row, word)) is not None]
            rows = [row for row, _fit in found]
            for row, fit in found:
                fits[row] = min(fits[row], fit)  # a place beside the name takes nothing from it
        flags = np.zeros(self.snapshot.size, np.bool_)
        flags[list(rows)] = True
        return Fits(flags, fits)

    def similar(self, text: str, limit: int) -> list[int]:
        """Rows whose name is nearly what was typed: another kind of place, or one character different."""
        wanted = short("".join(word for word in pieces(text) if not word.isascii()))
        if len(wanted) < 2:
            return []
        near = [row for row, item in enumerate(self.spellings) if _is_near(wanted, item.stem)]
        return sorted(near, key=lambda row: (wanted not in self.spellings[row].name, row))[:limit]

    def _fit(self, row: int, word: str) -> int | None:
        item = self.spellings[row]
        if word.isascii():
            text = item.codes if word.isdigit() else item.latin
            return (EXACT if word in item.own else BEGINS) if MARK + word in text else None
        if word not in item.chinese:
            return None
        if word in item.own:
            return EXACT
        if item.name.startswith(word):
            return BEGINS
        if word in item.name:
            return INSIDE
        return FORMER if word in item.former else PLACE


@dataclass(frozen=True, slots=True)
class Fits:
    """Which rows are meant, and how well each fits (0 is best)."""

    flags: Flags
    fits: np.ndarray


def _is_near(wanted: str, name: str) -> bool:
    if wanted == name or (len(wanted) > 2 and name.startswith(wanted)):
        return True
    if len(wanted) > len(name) >= 2 and wanted.endswith(name):
        return True
    return len(wanted) == len(name) > 2 and sum(a != b for a, b in zip(wanted, name, strict=True)) == 1
