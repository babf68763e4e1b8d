"""How text is made comparable: folding, code keys, index terms, pinyin. One module, so that index and query agree."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

#: Longest visitor text that is looked at; the rest is dropped before any other work.
MAX_QUERY_LENGTH = 64
#: Longest index term; what a run has beyond it is not searched.
MAX_TERM_LENGTH = 64

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUNS = re.compile(rf"[{_CJK}]+|[0-9a-z]+")
_TERM = re.compile(rf"[{_CJK}]{{1,2}}|[0-9a-z]{{1,{MAX_TERM_LENGTH}}}")
_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_CODE = re.compile(rf"[^0-9a-z{_CJK}]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def clean(text: str, limit: int = MAX_QUERY_LENGTH) -> str:
    """Visitor text without control characters and lone surrogates, blanks folded, at most ``limit`` characters."""
    return " ".join(_CONTROL.sub(" ", text[: limit * 4]).split())[:limit].strip()


def fold(text: str) -> str:
    """One spelling for all: NFKC (full width becomes half), lower case, simplified characters, single blanks."""
    folded = unicodedata.normalize("NFKC", _CONTROL.sub(" ", text)).casefold()
    if not folded.isascii():
        folded = _simplifier().convert(folded)
    return " ".join(folded.split())


def code_key(code: str) -> str:
    """A model or registration number reduced to letters, digits and Chinese: ``JBCD7E-02`` → ``jbcd7e02``."""
    return _NOT_CODE.sub("", fold(code))


def is_cjk(character: str) -> bool:
    return bool(re.match(f"[{_CJK}]", character))


def _runs(text: str) -> list[str]:
    """Runs of one writing system in folded text; Latin letters lose their accents (``é`` is found as ``e``)."""
    folded = fold(text)
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded)))
    return _RUNS.findall(folded)


def is_term(term: str) -> bool:
    """Whether ``terms`` can yield this; nothing else is ever looked up."""
    return _TERM.fullmatch(term) is not None


def terms(text: str) -> list[str]:
    """Index terms: every Chinese character and pair of neighbours, and Latin or digit runs whole."""
    found: dict[str, None] = {}
    for run in _runs(text):
        if is_cjk(run[0]):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        else:
            found[run[:MAX_TERM_LENGTH]] = None
    return list(found)


def query_terms(text: str) -> list[str]:
    """Terms that a document must all have: pairs for Chinese runs (the character where a run is one long)."""
    found: dict[str, None] = {}
    for run in _runs(text):
        if is_cjk(run[0]) and len(run) > 1:
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        else:
            found[run[:MAX_TERM_LENGTH]] = None
    return list(found)


@lru_cache(maxsize=65_536)
def pinyin_keys(word: str) -> tuple[str, ...]:
    """Pinyin and initials of a Chinese word without tones: ``马桶`` → ``("matong", "mt")``; empty for other words."""
    if not word or not all(is_cjk(character) for character in word):
        return ()
    return ("".join(lazy_pinyin(word)), "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)))
