"""What an import did, as plain values: counts, remarks by kind, and the outcome of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from outreach.labels.imports.rows import Remark, RemarkCode


class Outcome(StrEnum):
    """What became of one row of the file."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    #: The same as an earlier row of the file.
    MERGED = "merged"
    REFUSED = "refused"
    #: Told after all rows are in, of a row that was taken in before.
    SUPERSEDED = "superseded"
    #: Told after all rows are in, of a registration that no row names.
    DELISTED = "delisted"


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row's outcome with everything that was noticed of it. ``row_number`` is 0 where the file has no row.

    ``changes``: what an update changes, as data: field → [before, after].
    """

    row_number: int
    number: str
    outcome: Outcome
    remarks: Sequence[Remark] = ()
    changes: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as the registry records it, and how it is to be taken.

    ``is_full_register``: registrations that it does not name have disappeared. ``is_refiled``: older filings of a
    model are superseded. ``is_forced``: take it although it is older than the last one, or much would disappear.
    """

    source: str
    file_name: str
    sha256: str
    as_of_on: date | None
    #: The day that events get: ``as_of_on``, or today when it is unknown.
    day: date
    is_full_register: bool = True
    is_refiled: bool = False
    is_forced: bool = False
    #: Who imports it; empty: a command does.
    created_by_name: str = ""


@dataclass(slots=True)
class ImportReport:
    """The sums of one import. ``is_known_file``: these very bytes had been imported before."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    remarks: Counter[RemarkCode] = field(default_factory=Counter)
    remarked: int = 0
    delisted: int = 0
    superseded: int = 0
    restored: int = 0
    is_known_file: bool = False
    run_id: int = 0

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def refused(self) -> int:
        return self.outcomes[Outcome.REFUSED]

    @property
    def accepted(self) -> int:
        return self.total - self.refused

    @property
    def has_changes(self) -> bool:
        written = self.outcomes[Outcome.ADDED] + self.outcomes[Outcome.UPDATED]
        return bool(written or self.delisted or self.superseded or self.restored)

    @property
    def is_unchanged(self) -> bool:
        """True when the same file was imported before and nothing differs from what it said."""
        return self.is_known_file and not self.has_changes
