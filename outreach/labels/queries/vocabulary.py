"""The words of ``content/synonyms.csv``: everyday names of categories, words for grades, states and schemes, filler."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

WORDS_FILE: Final = Path(__file__).parents[3] / "content" / "synonyms.csv"
FILLER: Final = "filler"
#: Kinds of words and the filter of ``CatalogueQuery`` that each sets.
FIELDS: Final = {
    "category": "categories",
    "grade": "grades",
    "status": "statuses",
    "scheme": "schemes",
    "maker": "makers",
}


@dataclass(frozen=True, slots=True)
class Synonym:
    """A word that people use, and what it stands for: ``target`` is a value of the filter, empty for filler.

    The target of a maker's other name is the short name that its full name yields.
    """

    kind: str
    target: str
    word: str


@cache
def synonyms() -> tuple[Synonym, ...]:
    """All words, in the order of the file."""
    with WORDS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Synonym(row["kind"], row["target"], row["word"]) for row in csv.DictReader(file))
