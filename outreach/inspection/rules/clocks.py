"""Columns that stand still and letters that wait: how old the newest entry may be, and how long an answer may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.inspection.rules.verdicts import Threshold, Verdict, judge, working_days

#: More than three months without an answer is a veto.
VETO_DAYS = 92
#: Simple questions are answered within this many working days.
SIMPLE_DAYS = 5


@dataclass(frozen=True, slots=True)
class ColumnState:
    """One column as it is now. ``days`` since its content last changed; None when it never had any."""

    code: str
    label: str
    path: str
    mend: str
    pace: str
    newest_at: datetime | None
    entries: int
    days: int | None
    verdict: Verdict

    @property
    def is_empty(self) -> bool:
        return self.entries == 0


def days_since(newest_at: datetime | None, now: datetime) -> int | None:
    """Whole days since ``newest_at``; 0 for a moment in the future."""
    return None if newest_at is None else max((now - newest_at) // timedelta(days=1), 0)


def column_verdict(days: int | None, threshold: Threshold | None) -> Verdict:
    """The verdict on a column's clock; columns without a clock always pass, empty ones are counted elsewhere."""
    return Verdict.PASSED if threshold is None else judge(days, threshold)


def count_stale(columns: Sequence[ColumnState]) -> int:
    """Columns whose clock ran out."""
    return sum(1 for column in columns if column.verdict is Verdict.FAILED)


def is_overdue(received_at: datetime, now: datetime) -> bool:
    """Whether a simple question should have its answer by now."""
    return working_days(received_at.date(), now.date()) > SIMPLE_DAYS


def is_veto(received_at: datetime, now: datetime) -> bool:
    """Whether a letter waits so long that the whole site fails."""
    return now - received_at > timedelta(days=VETO_DAYS)
