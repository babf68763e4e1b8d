"""How Chinese words are typed in Latin letters: full pinyin, initials, and the other readings of their characters."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod
from typing import Final

from pypinyin import Style, pinyin

from outreach.core.search.text import is_cjk, pinyin_keys

#: Longest word that is looked at, and longest one of which other readings are made.
_LONGEST: Final = 8
_LONGEST_VARIED: Final = 4
#: A word with more readings than this is typed in its usual one only.
_MOST_READINGS: Final = 16


def is_chinese_word(letters: str) -> bool:
    """Whether ``letters`` are Chinese only, and few enough to be a word."""
    return 1 < len(letters) <= _LONGEST and all(map(is_cjk, letters))


def usual_reading(word: str) -> str:
    """The usual pinyin: ``苏泊尔`` → ``supoer``."""
    return pinyin_keys(word)[0]


def initials(word: str) -> str:
    """First letters of the usual pinyin: ``洗碗机`` → ``xwj``."""
    return pinyin_keys(word)[1]


@lru_cache(maxsize=65_536)
def other_readings(word: str) -> tuple[str, ...]:
    """Pinyin by the other readings of the characters: ``苏泊尔`` → ``suboer``, ``美的`` → ``meidi``."""
    if len(word) > _LONGEST_VARIED:
        return ()
    choices = [tuple(dict.fromkeys(found)) for found in pinyin(word, style=Style.NORMAL, heteronym=True)]
    if prod(map(len, choices)) > _MOST_READINGS:
        return ()
    usual = usual_reading(word)
    return tuple(reading for parts in product(*choices) if (reading := "".join(parts)) != usual)
