"""Text as it is compared: folded, without blanks and punctuation. Equal keys mean the same question."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

#: Characters that look like nothing and are used to get past filters.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0")


def fold(text: str) -> str:
    """``text`` with one spelling for width, case and blanks, and without invisible characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (
        character
        for character in plain
        if character not in _INVISIBLE and (character in "\t\n\r" or unicodedata.category(character) not in _UNSEEN)
    )
    return " ".join("".join(kept).split())


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def letters(text: str) -> str:
    """Letters, digits and marks of the folded text, and nothing else."""
    return "".join(character for character in fold(text) if unicodedata.category(character)[0] in "LNM")


def key(text: str) -> str:
    """The folded text without blanks and punctuation, but with what changes a figure: point, sign, %, <."""
    plain = _THOUSANDS.sub("", fold(text)).replace(" ", "").replace("\u2212", "-")
    return "".join(match.group() for match in _TELLING.finditer(plain))


#: Commas that only make long numbers readable.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TELLING = re.compile(r"[^\W_]|(?<=\d)\.(?=\d)|(?<!\w)-(?=\d)|[%‰<>=≤≥≠±+×÷]|[\u0300-\u036f]")


def text_hash(stem: str, options: Iterable[str]) -> str:
    """SHA-256 (hexadecimal) by which the same question is found again, whatever the order of its options."""
    parts = [key(stem), *sorted(key(option) for option in options)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def unreadable(text: str) -> bool:
    """Whether ``text`` holds characters that no database or reader takes: NUL, lone surrogates, control characters."""
    return not text.isprintable() and any(
        unicodedata.category(character) == "Cs" or (unicodedata.category(character) == "Cc" and character not in "\n\t")
        for character in text
    )
