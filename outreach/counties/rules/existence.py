"""When divisions exist: how many counties a province has on a day, by the codes of that day.

The divisions are those of 2023-06-30 with the changes since. A change whose day is not known counts from the last day
that it can mean, so a county that is merged and the one that goes on change places at the same moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

#: Counts of earlier days are not known: changes before it are recorded for names and codes only.
COUNTS_SINCE: Final = date(2023, 6, 30)


@dataclass(frozen=True, slots=True)
class Existence:
    """One county-level division of a province: its first day and the first day without it, where those are recorded."""

    province: str
    begins_on: date | None = None
    ends_on: date | None = None

    def exists_on(self, day: date) -> bool:
        has_begun = self.begins_on is None or self.begins_on <= day
        return has_begun and (self.ends_on is None or day < self.ends_on)


def count_by_province(divisions: Iterable[Existence], day: date) -> Counter[str]:
    """Counties of each province on ``day``; for days before ``COUNTS_SINCE``, those of that day."""
    counted_on = max(day, COUNTS_SINCE)
    return Counter(division.province for division in divisions if division.exists_on(counted_on))
