"""What people call a company: 方太 for 宁波方太厨具有限公司. Place, trade and legal form are taken off the full name.

The words are data (``content/standards/maker_words.csv``). Where too little or too much is left, nothing is claimed.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

WORDS_FILE = Path(__file__).parents[3] / "content" / "standards" / "maker_words.csv"
#: Length of a Chinese short name: a single character is no name, a long rest was not understood.
CHINESE_LENGTH = range(2, 7)
LATIN_MAX_LENGTH = 40

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BRACKETS = re.compile(r"\([^()]*\)")
#: 市 and 省 end a place name at the start of a company name, unless they belong to a word such as 超市.
_REGION = re.compile(r"[\u4e00-\u9fff]{2,3}?(?<![超城都夜股])[市省]")
#: 区 and 县 are trusted only right behind another place name.
_COUNTY = re.compile(r"[\u4e00-\u9fff]{1,6}?[区县]")


@cache
def words(kind: str) -> tuple[str, ...]:
    """All words of one kind, the longest first."""
    return _all_words().get(kind, ())


@cache
def _all_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    with WORDS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]].append(row["word"])
    return {kind: tuple(sorted(items, key=lambda word: (-len(word), word))) for kind, items in found.items()}


def is_placeholder(name: str) -> bool:
    """True for what stands where a maker's name belongs but is none, such as ``productor``."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return folded in words("placeholder")


def short_name(name: str) -> str:
    """The short name of the company ``name``; empty when none can be told."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if not plain or is_placeholder(plain):
        return ""
    return _short_chinese(plain) if _CHINESE.search(plain) else _short_latin(plain)


def without_legal_form(name: str) -> str:
    """``name`` without 股份有限公司 and the like at its end, as people write a company's full name."""
    return _without_ending(name.strip(), words("legal"))


def _short_chinese(name: str) -> str:
    core = _BRACKETS.sub("", name).replace(" ", "")
    core = _without_trades(_without_ending(_without_places(core), words("legal")))
    is_name = len(core) in CHINESE_LENGTH and core not in words("place") + words("district") + words("country")
    return core if is_name else ""


def _without_places(name: str) -> str:
    """``name`` without the provinces, cities, districts and countries that it begins with."""
    rest, is_behind_place = name, False
    while True:
        found = _place_length(rest, is_behind_place=is_behind_place)
        if not found:
            return rest
        rest, is_behind_place = rest[found:], True


def _place_length(name: str, *, is_behind_place: bool) -> int:
    """How many characters of a place name ``name`` begins with."""
    region = _REGION.match(name)
    if region:
        return region.end()
    kinds = ("place", "country", "district") if is_behind_place else ("place", "country")
    for kind in kinds:
        for word in words(kind):
            if name.startswith(word):
                return len(word) + (name[len(word) : len(word) + 1] in ("省", "市", "区", "县"))
    county = _COUNTY.match(name) if is_behind_place else None
    return county.end() if county else 0


def _without_ending(name: str, endings: tuple[str, ...]) -> str:
    """``name`` without all of ``endings`` that it ends with, again and again, but never emptied."""
    while True:
        ending = next((word for word in endings if name.endswith(word) and len(name) > len(word)), None)
        if ending is None:
            return name
        name = name[: -len(ending)]


def _without_trades(name: str) -> str:
    """``name`` without trade words at the end; empty when nothing but trade words is there."""
    rest = _without_ending(name, words("industry") + words("legal"))
    return "" if rest in words("industry") or rest in words("legal") else rest


def _short_latin(name: str) -> str:
    if name.casefold() in words("latin-industry"):
        return ""
    core = _BRACKETS.sub(" ", name)
    endings = words("latin-legal") + words("latin-industry")
    while True:
        core = " ".join(core.split()).rstrip(" ,;-")
        folded = core.casefold()
        ending = next((word for word in endings if folded.endswith((" " + word, "," + word))), None)
        if ending is None:
            is_name = 1 < len(core) <= LATIN_MAX_LENGTH and folded not in endings
            return core if is_name else ""
        core = core[: -len(ending)]


_NO_WORD = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


def plain_key(name: str) -> str:
    """``name`` without legal form, punctuation and blanks, for finding names that differ in nothing else."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = _NO_WORD.sub("", folded)
    return _without_ending(bare, words("legal")) if _CHINESE.search(bare) else _without_latin_form(folded)


def _without_latin_form(folded: str) -> str:
    parts = _NO_WORD.sub(" ", folded).split()
    forms = {_NO_WORD.sub("", word) for word in words("latin-legal")}
    while len(parts) > 1 and parts[-1] in forms:
        parts.pop()
    return "".join(parts)
