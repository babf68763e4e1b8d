"""The whole registry in memory: immutable, one object per generation of the data.

A few thousand units with their steps are some megabytes, so every page is answered from here without a statement.
A *row* is a unit's place in the order of the registry: province by province, by code, units without a code last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach.core.clock import CHINA
from outreach.counties.rules.dates import last_day
from outreach.counties.rules.existence import Existence
from outreach.counties.rules.states import DatedStage

Codes = NDArray[np.uint8]
Rows = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ProvinceItem:
    """A province with the number of its county-level divisions."""

    id: int
    code: str
    name: str
    name_en: str
    short_name: str
    region: str
    region_certainty: str
    #: County-level divisions at present; on another day ``DayView.counties`` counts.
    counties: int


@dataclass(frozen=True, slots=True)
class PrefectureItem:
    """A prefecture."""

    id: int
    code: str
    name: str
    name_en: str


class BatchItem(NamedTuple):
    """One announcement. ``recorded`` is how many of its counties the registry holds."""

    id: int
    number: int
    announced_on: date | None
    precision: str
    construction_year: int | None
    document: str
    #: Empty for a batch that is only known from an imported list.
    announced_count: int | None
    source_url: str
    source_name: str
    certainty: str
    note: str
    note_en: str
    recorded: int

    @property
    def last_day(self) -> date | None:
        """The day from which the announcement has certainly happened."""
        return last_day(self.announced_on, self.precision)


class EventItem(NamedTuple):
    """One recorded step. Where its own date is unknown, ``on`` is that of its batch."""

    id: int
    unit_id: int
    stage: str
    on: date | None
    precision: str
    batch: BatchItem | None
    name_as_published: str
    document: str
    source_url: str
    source_name: str
    certainty: str
    note: str
    recorded_at: datetime
    is_demo: bool
    #: Who wrote it: the facts, an imported list, the staff.
    origin: str = "facts"

    @property
    def dated(self) -> DatedStage:
        """The step as the rules take it."""
        return DatedStage(self.stage, self.on, self.precision, self.id)


class ChangeItem(NamedTuple):
    """One change of a division."""

    id: int
    unit_id: int
    kind: str
    former_name: str
    former_code: str
    on: date | None
    precision: str
    document: str
    source_url: str
    source_name: str
    certainty: str
    note: str
    note_en: str


class TotalItem(NamedTuple):
    """A printed total."""

    id: int
    scope: str
    scope_en: str
    province_id: int | None
    total: int
    as_of_on: date | None
    precision: str
    as_of_note: str
    as_of_note_en: str
    share_as_published: str
    source_url: str
    source_name: str
    certainty: str

    @property
    def last_day(self) -> date | None:
        """The last day that the total can be of."""
        return last_day(self.as_of_on, self.precision)


class CorrectedItem(NamedTuple):
    """What a step said before it was corrected or struck out. Where its own date is unknown, ``on`` is its batch's."""

    unit_id: int
    is_removed: bool
    stage: str
    on: date | None
    precision: str
    batch: BatchItem | None
    document: str
    source_url: str
    source_name: str
    certainty: str
    reason: str
    corrected_at: datetime

    @property
    def corrected_on(self) -> date:
        """The day on China's clock."""
        return self.corrected_at.astimezone(CHINA).date()


class EditItem(NamedTuple):
    """One corrected field of a unit."""

    unit_id: int
    field: str
    before: str
    after: str
    reason: str
    corrected_at: datetime

    @property
    def corrected_on(self) -> date:
        """The day on China's clock."""
        return self.corrected_at.astimezone(CHINA).date()


class FigureItem(NamedTuple):
    """One approved figure of a year that the county itself reported."""

    unit_id: int
    year: int
    code: str
    kind: str
    name: str
    name_en: str
    value: str
    value_en: str
    unit_word: str
    unit_word_en: str
    position: int
    approved_at: datetime

    @property
    def approved_on(self) -> date:
        """The day on China's clock."""
        return self.approved_at.astimezone(CHINA).date()


class UnitItem(NamedTuple):
    """A unit with where it lies and everything recorded of it."""

    id: int
    slug: str
    code: str
    kind: str
    name: str
    name_en: str
    pinyin: str
    initials: str
    province: ProvinceItem
    prefecture: PrefectureItem | None
    is_current: bool
    certainty: str
    note: str
    note_en: str
    source_url: str
    source_name: str
    is_demo: bool
    events: tuple[EventItem, ...]
    changes: tuple[ChangeItem, ...]
    corrected: tuple[CorrectedItem, ...] = ()
    edits: tuple[EditItem, ...] = ()
    figures: tuple[FigureItem, ...] = ()

    @property
    def former_names(self) -> tuple[str, ...]:
        """Names it had before, each once, without the present one."""
        names = dict.fromkeys(change.former_name for change in self.changes if change.former_name)
        names.update(dict.fromkeys(event.name_as_published for event in self.events if event.name_as_published))
        return tuple(name for name in names if not self.full_name.endswith(name))

    @property
    def full_name(self) -> str:
        """With prefecture and province, as an address writes it."""
        prefecture = self.prefecture.name if self.prefecture else ""
        return f"{self.province.name}{'' if prefecture == self.province.name else prefecture}{self.name}"


@dataclass(frozen=True, slots=True)
class CountySnapshot:
    """The registry of one generation. ``units`` are the present ones, in the order of their rows."""

    generation: str
    provinces: Sequence[ProvinceItem]
    province_by_code: Mapping[str, ProvinceItem]
    batches: Sequence[BatchItem]
    totals: Sequence[TotalItem]
    units: Sequence[UnitItem]
    by_slug: Mapping[str, UnitItem]
    by_id: Mapping[int, UnitItem]
    #: Units that go on under another code, by the former code.
    successors: Mapping[str, Sequence[UnitItem]]
    row_of: Mapping[int, int]
    #: Place of the province in ``provinces`` plus 1, and 1 for the north, 2 for the south, by row.
    province_codes: Codes
    region_codes: Codes
    #: Rows by pinyin of the name.
    by_name: Rows
    #: Every division that is or was, to count those of a day.
    divisions: Sequence[Existence]
    #: What was recorded or changed last; None for an empty registry.
    recorded_at: datetime | None

    @property
    def size(self) -> int:
        """How many units there are."""
        return len(self.units)

    @property
    def announced(self) -> int:
        """How many counties all batches say they name."""
        return sum(batch.announced_count or 0 for batch in self.batches)

    @property
    def recorded(self) -> int:
        """How many of those namings the registry holds."""
        return sum(batch.recorded for batch in self.batches)
