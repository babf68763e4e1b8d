"""What a password may be: long, not known, not the login. No rule asks for kinds of characters."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Set
from enum import StrEnum
from typing import Final

SHORTEST: Final = 12
#: Longer ones only cost time.
LONGEST: Final = 128
#: Fewer different characters than this are no secret, whatever the length.
FEWEST_DIFFERENT: Final = 5
#: Longest part that is only repeated.
LONGEST_PERIOD: Final = 6
_LEET: Final = str.maketrans("@4301!5$7", "aaeoiisst")


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    KNOWN = "known"
    CONTAINS_LOGIN = "contains-login"
    SAME_AS_BEFORE = "same-as-before"


def normal_password(typed: str) -> str:
    """``typed`` in one spelling, so that another keyboard gives the same password."""
    return unicodedata.normalize("NFKC", typed)


def password_fault(password: str, login: str, known_words: Set[str]) -> PasswordFault | None:
    """What speaks against a normalised password, nothing when it may be used. ``known_words`` are folded."""
    if len(password) < SHORTEST:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordFault.TOO_LONG
    folded = password.casefold()
    if login and login in folded:
        return PasswordFault.CONTAINS_LOGIN
    if is_known(folded, known_words):
        return PasswordFault.KNOWN
    return None


def is_known(folded: str, words: Set[str]) -> bool:
    """Whether a folded password is what everybody tries first: listed words with digits and signs, a run, a rhythm."""
    if len(set(folded)) < FEWEST_DIFFERENT or _is_repeated(folded) or _is_run(folded):
        return True
    letters = "".join(sign for sign in folded if sign.isalpha())
    spelled = folded.strip("".join(sign for sign in folded if not sign.isalpha())).translate(_LEET)
    readings = ("".join(filter(str.isalnum, folded)), letters, "".join(filter(str.isalpha, spelled)))
    return any(_is_made_of(text, words) for text in readings if text)


def _is_repeated(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, LONGEST_PERIOD + 1))


def _is_run(text: str) -> bool:
    """Whether nearly every character follows the one before: ``abcdefghijkl``, ``987654321098``."""
    steps = [ord(after) - ord(before) for before, after in itertools.pairwise(text)]
    return max(steps.count(1), steps.count(-1)) >= len(steps) - 2


def _is_made_of(text: str, words: Set[str]) -> bool:
    """Whether ``text`` is nothing but listed words in a row."""
    longest = max(map(len, words), default=0)
    reachable = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        starts = range(max(0, end - longest), end)
        reachable[end] = any(reachable[start] and text[start:end] in words for start in starts)
    return reachable[-1]
