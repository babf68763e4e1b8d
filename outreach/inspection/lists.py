"""The lists that editors keep: thresholds and wrong words, from ``content/inspection``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from outreach.inspection.rules.verdicts import Threshold
from outreach.inspection.rules.words import WrongWord

CONTENT: Final = Path(__file__).parent.parent.parent / "content" / "inspection"


def _rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Every threshold by the code of its check."""
    return {
        row["code"]: Threshold(
            row["code"],
            int(row["warn"]),
            int(row["fail"]),
            row["unit"],
            row["unit_en"],
            row["source"],
            row["source_en"],
            row["certainty"],
        )
        for row in _rows("thresholds.csv")
    }


@cache
def wrong_words() -> tuple[WrongWord, ...]:
    """Every word that must not stand on a page."""
    return tuple(
        WrongWord(row["wrong"], row["right"], row["unless"], row["reason"], row["reason_en"])
        for row in _rows("wrong_words.csv")
    )
