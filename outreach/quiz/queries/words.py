"""The list of words that nicknames may not hold, from the content files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from outreach.quiz.rules.nicknames import WordList, parse_words

PATH: Final = Path(__file__).parents[3] / "content" / "quiz" / "nickname_words.txt"


@cache
def word_list() -> WordList:
    """The listed words; read once."""
    return parse_words(PATH.read_text(encoding="utf-8"))
