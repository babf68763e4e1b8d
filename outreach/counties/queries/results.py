"""What the registry hands to pages, exports and the API: plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import Standing
from outreach.counties.queries.snapshot import BatchItem, ProvinceItem, TotalItem, UnitItem


class UnitRow(NamedTuple):
    """A unit with its state on the day of the query."""

    unit: UnitItem
    standing: Standing


class FacetValue(NamedTuple):
    """One choice of a facet: its value, how many units it finds, whether it is chosen."""

    value: str | int
    count: int  # type: ignore[assignment]  # hides a method of tuples that nobody needs here
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with exact counts, which ignore the facet's own selection."""

    field: str
    parameter: str
    values: tuple[FacetValue, ...]


class Recorded(NamedTuple):
    """How many of the announced counties the registry holds, for a batch or a province (``total`` may be None)."""

    subject: BatchItem | ProvinceItem | None
    recorded: int
    announced: int | None
    #: What a province printed itself, where it did.
    total: TotalItem | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete the list is: in all, and for the batches and provinces that are filtered by."""

    whole: Recorded
    batches: tuple[Recorded, ...] = ()
    provinces: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistryPage:
    """The answer to a registry query. ``total`` is exact; ``similar`` holds near misses, never mixed with hits."""

    query: CountyQuery
    total: int
    rows: tuple[UnitRow, ...]
    facets: tuple[Facet, ...]
    pages: int
    similar: tuple[UnitRow, ...]
    completeness: Completeness
    generation: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box while typing: what it would search for, and the unit or province that it means."""

    text: str
    subject: UnitItem | ProvinceItem
    count: int


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit with all that its page shows."""

    row: UnitRow
    neighbours: Sequence[UnitRow]
    namesakes: Sequence[UnitRow]
    #: Units that go on in the place of one that is no more.
    successors: Sequence[UnitItem]
    generation: str
