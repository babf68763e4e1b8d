"""Regions against each other: participants per 10,000 residents, classes of population, a minimum sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: The most that a column holds; no real place gets there.
MOST_PER_10M: Final = 2_147_483_647


@dataclass(frozen=True, slots=True)
class RegionCount:
    """What was counted in one region. ``population`` is None where no figure is recorded."""

    code: str
    participants: int
    attempts: int
    centipoints: int
    full_marks: int
    population: int | None = None


@dataclass(frozen=True, slots=True)
class RegionPlace:
    """A line of a region ranking. Small samples have no place and show no figures but their being small."""

    count: RegionCount
    place: int | None
    participants_per_10m: int | None
    population_class: int | None
    is_small: bool


def per_10m(participants: int, population: int | None) -> int | None:
    """Participants in ten million residents (per 10,000 with three decimals, exact and without a fraction)."""
    return None if not population else min(participants * 10_000_000 // population, MOST_PER_10M)


def class_of(population: int | None, edges: tuple[int, ...]) -> int | None:
    """The population class from 0 on (``edges``: upper ends, the last class is open); None without a population."""
    return None if population is None else sum(population > edge for edge in edges)


def rank_regions(
    counts: Iterable[RegionCount], *, minimum: int, edges: tuple[int, ...], is_per_head: bool
) -> list[RegionPlace]:
    """Regions in order: by participants per head, or by participants; then by average score, then by code.

    Equal keys but for the code share a place. Regions below ``minimum`` come last in the order of their codes.
    """
    found = [
        (count, per_10m(count.participants, count.population), class_of(count.population, edges)) for count in counts
    ]
    placed = [
        entry for entry in found if entry[0].participants >= minimum and (entry[1] is not None or not is_per_head)
    ]
    rest = [entry for entry in found if entry not in placed]
    placed.sort(key=lambda entry: (*_standing(entry[0], entry[1], is_per_head=is_per_head), entry[0].code))
    rows, place, previous = [], 0, None
    for number, (count, share, kind) in enumerate(placed, start=1):
        standing = _standing(count, share, is_per_head=is_per_head)
        place = place if standing == previous else number
        previous = standing
        rows.append(RegionPlace(count, place, share, kind, is_small=False))
    rest.sort(key=lambda entry: entry[0].code)
    return rows + [
        RegionPlace(count, None, None if count.participants < minimum else share, kind, count.participants < minimum)
        for count, share, kind in rest
    ]


def _standing(count: RegionCount, share: int | None, *, is_per_head: bool) -> tuple[int, int]:
    first = (share or 0) if is_per_head else count.participants
    return (-first, -average_centipoints(count))


def average_centipoints(count: RegionCount) -> int:
    """Mean score of the participants, rounded down; 0 without any."""
    return count.centipoints // count.participants if count.participants else 0


def province_of(county_code: str) -> str:
    """The first two digits of a county's code."""
    return county_code[:2]


def sum_by_province(counts: Iterable[RegionCount]) -> list[RegionCount]:
    """Provinces as sums of their counties. Populations are the provinces' own and are filled in elsewhere."""
    sums: dict[str, list[int]] = {}
    for count in counts:
        total = sums.setdefault(province_of(count.code), [0, 0, 0, 0])
        for index, figure in enumerate((count.participants, count.attempts, count.centipoints, count.full_marks)):
            total[index] += figure
    return [RegionCount(code, *figures) for code, figures in sorted(sums.items())]
