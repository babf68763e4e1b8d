"""The words that everybody tries first, as editors keep them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parents[3] / "content" / "accounts" / "known_passwords.txt"


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """All words of the list, folded; lines that begin with ``#`` explain it."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word.casefold() for line in lines if not line.startswith("#") for word in line.split())
