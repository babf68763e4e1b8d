"""Whether a measured value passes, is near the limit, or fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended. ``unknown``: nothing was measured yet, and nothing is claimed."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which value on a check warns and fails; both count from the value itself on."""

    code: str
    warn: int
    fail: int
    unit: str
    unit_en: str
    source: str
    source_en: str
    certainty: str


#: The worse, the earlier.
WORST_FIRST = (Verdict.FAILED, Verdict.WARNED, Verdict.UNKNOWN, Verdict.PASSED)


def judge(value: float | None, threshold: Threshold) -> Verdict:
    """The verdict for a value where more is worse."""
    if value is None:
        return Verdict.UNKNOWN
    if value >= threshold.fail:
        return Verdict.FAILED
    return Verdict.WARNED if value >= threshold.warn else Verdict.PASSED


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of several; unknown when there are none."""
    return next((verdict for verdict in WORST_FIRST if verdict in verdicts), Verdict.UNKNOWN)


def working_days(since: date, until: date) -> int:
    """Whole working days from the day after ``since`` up to ``until``; public holidays count as working days.

    The calendar of holidays is announced each year and is not recorded here, so a reminder may come early, never late.
    """
    if until <= since:
        return 0
    weeks, rest = divmod((until - since).days, 7)
    days = (since + timedelta(days=weeks * 7 + number) for number in range(1, rest + 1))
    return weeks * 5 + sum(1 for day in days if day.weekday() < 5)
