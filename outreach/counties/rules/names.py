"""Names of counties as papers print them, made comparable: width, blanks, traditional characters, prefixes, endings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from opencc import OpenCC

#: What was done to a printed name.
BLANKS: Final = "blanks"
WIDTH: Final = "width"

#: What a county's name can end in, the longest first.
ENDINGS: Final = ("自治县", "自治旗", "林区", "特区", "新区", "区", "市", "县", "旗")
#: What a prefecture's or province's name can end in; the rest is how people shorten it.
WIDE_ENDINGS: Final = ("特别行政区", "自治区", "自治州", "地区", "省", "市", "盟", "州")

_PEOPLES: Final = (
    "维吾尔|壮族|回族|满族|蒙古族|蒙古|藏族|羌族|彝族|苗族|侗族|布依族|土家族|哈尼族|傣族|白族|景颇族|傈僳族|朝鲜族|"
    "哈萨克|柯尔克孜"
)
_WITH_PEOPLES: Final = re.compile(rf"(.{{2,}}?)(?:{_PEOPLES})+$")
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class CleanName:
    """A name without blanks in characters of plain width, and what had to be done for that."""

    text: str
    done: frozenset[str]


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def clean_name(text: str) -> CleanName:
    """Lists pad short names with blanks (``乾　县``), so no blank means anything."""
    without = _dense(text)
    plain = unicodedata.normalize("NFKC", _dense(unicodedata.normalize("NFKC", without)))
    done = {BLANKS} if without != text else set()
    return CleanName(plain, frozenset(done | ({WIDTH} if plain != without else set())))


def _dense(text: str) -> str:
    return "".join(_INVISIBLE.sub("", text).split())


@lru_cache(maxsize=10_000)
def simplified(text: str) -> str:
    """``text`` in simplified characters. Some names change that never were traditional (``乾县`` → 干县), and their
    traditional spelling only the second time, so both sides of a comparison must go through this.
    """
    storable = text.encode("utf-8", "replace").decode()
    return str(_simplifier().convert(_simplifier().convert(storable)))


def stem(name: str) -> str:
    """The name without its ending: what stays when 县 becomes 区. A name of one character keeps it."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)]
    return name


def prefixes(name: str) -> tuple[str, ...]:
    """How a province or prefecture can stand in front of a county's name, the longest first:
    ``延边朝鲜族自治州`` → itself, 延边州, 延边.
    """
    for ending in WIDE_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            short = name[: -len(ending)]
            if match := _WITH_PEOPLES.match(short):
                short = match[1]
            found = {name, short, *((f"{short}州",) if ending == "自治州" else ())}
            return tuple(sorted(found, key=len, reverse=True))
    return (name,)
