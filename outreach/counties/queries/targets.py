"""The targets of the plans, from ``content/counties/targets.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

CONTENT: Final = Path(__file__).parent.parent.parent.parent / "content" / "counties" / "targets.csv"


class Target(NamedTuple):
    """What was to be reached by the end of a year, in percent of the county-level divisions, at least."""

    year: int
    north: int
    south: int
    document: str
    document_en: str
    certainty: str

    def of(self, region: str) -> int:
        """The target of one half of the country."""
        return self.north if region == "north" else self.south


@cache
def list_targets() -> tuple[Target, ...]:
    """All targets, the oldest first."""
    with CONTENT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    figures = ("year", "north_percent", "south_percent")
    words = ("document", "document_en", "certainty")
    found = [Target(*(int(row[name]) for name in figures), *(row[name] for name in words)) for row in rows]
    return tuple(sorted(found))


def newest_target() -> Target:
    """The target that holds now."""
    return list_targets()[-1]
