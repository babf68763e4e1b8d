"""What an import makes of one line of a batch list: a naming to place, or a refusal; with remarks and the raw text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from outreach.counties.rules.dates import PrintedDate


class Outcome(StrEnum):
    """What became of one row of the file."""

    ADDED = "added"
    #: The registry had this naming already, or a person has dismissed this row before.
    KNOWN = "known"
    #: A person must decide who is meant.
    REVIEW = "review"
    REFUSED = "refused"


class RemarkCode(StrEnum):
    """What can be noticed of a row. The sentences are in ``imports/remarks.py``."""

    # Taken in, with a remark.
    BLANKS_CLEANED = "blanks-cleaned"
    WIDTH_CLEANED = "width-cleaned"
    TRADITIONAL = "traditional"
    PREFIX = "prefix"
    FORMER_NAME = "former-name"
    CONVERTED = "converted"
    NO_CODE = "no-code"
    ENDED = "ended"
    DATE_OF_BATCH = "date-of-batch"
    DATE_FINER = "date-finer"
    BATCH_CREATED = "batch-created"
    # To the review list.
    AMBIGUOUS = "ambiguous"
    UNKNOWN_NAME = "unknown-name"
    ENDED_BEFORE = "ended-before"
    # Known.
    DISMISSED = "dismissed"
    ASSIGNED = "assigned"
    # Refused.
    WRONG_PROVINCE = "wrong-province"
    PROVINCE_MISSING = "province-missing"
    PROVINCE_UNKNOWN = "province-unknown"
    BATCH_MISSING = "batch-missing"
    BATCH_WRONG = "batch-wrong"
    DATE_MISSING = "date-missing"
    DATE_WRONG = "date-wrong"
    DATE_CONTRADICTS = "date-contradicts"
    DATE_IN_FUTURE = "date-in-future"
    NAME_MISSING = "name-missing"
    SOURCE_MISSING = "source-missing"
    DUPLICATE = "duplicate"
    ALREADY_NAMED = "already-named"
    TEXT_TOO_LONG = "text-too-long"
    TEXT_UNREADABLE = "text-unreadable"
    CELLS_BEYOND = "cells-beyond"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing noticed: in which column, what stands there, and what was made of it (both may be empty)."""

    code: RemarkCode
    field: str = ""
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row that can be placed: plain values, nothing of the database yet. ``printed`` may be an unknown date."""

    row_number: int
    batch: int
    printed: PrintedDate
    province: str
    name: str
    document: str
    source_name: str
    source_url: str
    raw: dict[str, str] = field(compare=False)
    remarks: tuple[Remark, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken in. ``remarks`` holds every reason; the batch is None where it cannot be read."""

    row_number: int
    batch: int | None
    name: str
    raw: dict[str, str]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row's outcome with everything that was noticed of it. ``unit``: the slug of the unit that is meant."""

    row_number: int
    batch: int | None
    name: str
    outcome: Outcome
    unit: str = ""
    remarks: tuple[Remark, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchTotal:
    """How many rows of a file belong to a batch, against the announced number (None: not known)."""

    batch: int
    rows: int
    announced: int | None

    @property
    def differs(self) -> bool:
        return self.announced is not None and self.rows != self.announced


@dataclass(frozen=True, slots=True)
class ListReport:
    """What an import of one list did. ``is_unchanged``: these very bytes had been imported, and nothing was written."""

    rows: tuple[RowReport, ...]
    totals: tuple[BatchTotal, ...]
    is_unchanged: bool = False

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)
