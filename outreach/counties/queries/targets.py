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
    return tuple(sorted(_target(row) for row in rows))


def _target(row: dict[str, str]) -> Target:
    figures = (int(row["year"]), int(row["north_percent"]), int(row["south_percent"]))
    return Target(*figures, row["document"], row["document_en"], row["certainty"])


def newest_target() -> Target:
    """The target that holds now."""
    return list_targets()[-1]
