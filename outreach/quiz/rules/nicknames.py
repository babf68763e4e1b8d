"""Nicknames: short, readable, no personal numbers, none of the listed words in any of the usual disguises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.quiz.rules import wording

SHORTEST: Final = 2
LONGEST: Final = 20
#: Signs that stand for a letter in leetspeak.
_DISGUISES: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
#: Digits in other scripts of the same number: Chinese, circled ones are done by NFKC.
_DIGITS: Final = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912")
_PHONE = re.compile(r"1[3-9]\d{9}")
_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dx]|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_LONG_NUMBER = re.compile(r"\d{7,}")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?:https?:|www\.)|\.(?:com|cn|net)\b")


class NicknameFault(StrEnum):
    """Why a nickname is refused. Which word it was is not said."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    UNREADABLE = "unreadable"
    PERSONAL_NUMBER = "personal-number"
    CONTACT = "contact"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class WordList:
    """Listed words as they are compared."""

    words: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        return cls(frozenset(filter(None, (wording.letters(word) for word in words))))


def parse_words(text: str) -> WordList:
    """A word list: one word a line, ``#`` begins a comment."""
    return WordList.of(line.partition("#")[0] for line in text.splitlines())


def cleaned(nickname: str) -> str:
    """The nickname as it is kept: NFC, single blanks, nothing invisible."""
    plain = unicodedata.normalize("NFC", nickname)
    kept = "".join(character for character in plain if not unicodedata.category(character).startswith("C"))
    return " ".join(kept.split())


def nickname_fault(nickname: str, words: WordList) -> NicknameFault | None:
    """What is wrong with a (cleaned) nickname; None when it may be shown."""
    if len(nickname) > LONGEST:
        return NicknameFault.TOO_LONG
    if len(wording.letters(nickname)) < SHORTEST:
        return NicknameFault.TOO_SHORT
    if wording.unreadable(nickname) or _is_stacked(nickname):
        return NicknameFault.UNREADABLE
    if _CONTACT.search(wording.fold(nickname)):
        return NicknameFault.CONTACT
    if _has_personal_number(nickname):
        return NicknameFault.PERSONAL_NUMBER
    return NicknameFault.WORD if _has_word(nickname, words) else None


def _has_personal_number(nickname: str) -> bool:
    digits = wording.letters(nickname).translate(_DIGITS)
    joined = "".join(character for character in digits if character.isdigit() or character == "x")
    return any(pattern.search(joined) for pattern in (_PHONE, _ID_NUMBER, _LONG_NUMBER))


def _has_word(nickname: str, words: WordList) -> bool:
    """Look in the plain key, with disguises undone, with repeated letters joined, and without accents."""
    plain = wording.letters(nickname)
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    undone = "".join(c for c in wording.fold(nickname).translate(_DISGUISES) if unicodedata.category(c)[0] in "LN")
    letters = "".join(character for character in plain if not character.isdigit())
    forms = {plain, bare, undone, letters, *(re.sub(r"(.)\1+", r"\1", form) for form in (plain, bare, undone, letters))}
    return any(word in form for word in words.words for form in forms)


def _is_stacked(nickname: str) -> bool:
    """More than two marks on one letter, which print over other lines."""
    marks = 0
    for character in unicodedata.normalize("NFD", nickname):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > 2:
            return True
    return False
