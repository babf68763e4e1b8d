"""Time: windows, days and deadlines. The moments compared here are the database's."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

#: Answers that arrive this long after the deadline still count: the way to the server takes time.
GRACE: Final = timedelta(seconds=3)
#: The longest time between the arrival of a request and the question to the database that is taken off again.
LONGEST_WAIT: Final = timedelta(seconds=30)
#: How long an admission from the waiting room is good for.
ADMISSION_SECONDS: Final = 180
CHINA: Final = timezone(timedelta(hours=8))


class Phase(StrEnum):
    """Where a published contest stands."""

    COMING = "coming"
    STUDY = "study"
    OPEN = "open"
    BETWEEN_ROUNDS = "between-rounds"
    PAUSED = "paused"
    CLOSED = "closed"
    PRACTICE = "practice"


def is_in_time(arrived_at: datetime, deadline_at: datetime) -> bool:
    """Whether an answer counts: up to the end of the grace, inclusive."""
    return arrived_at <= deadline_at + GRACE


def remaining_seconds(now: datetime, deadline_at: datetime) -> int:
    """What the page counts down from; never negative. The grace is not shown."""
    return max(0, int((deadline_at - now).total_seconds()))


def deadline(started_at: datetime, seconds: int, ends_at: datetime) -> datetime:
    """The end of a paper: its time, or the end of the round or contest when that is earlier."""
    return min(started_at + timedelta(seconds=seconds), ends_at)


def allowed_seconds(seconds: int, extra_time_percent: int) -> int:
    """The time of a paper for a participant with ``extra_time_percent`` (100: the usual time), rounded up."""
    return -(-seconds * extra_time_percent // 100)


def china_day(moment: datetime) -> date:
    """The day in China, which attempts per day are counted by."""
    return moment.astimezone(CHINA).date()


def phase(
    now: datetime,
    *,
    study_from: datetime | None,
    opens_at: datetime,
    ends_at: datetime,
    is_paused: bool,
    rounds: tuple[tuple[datetime, datetime], ...] = (),
    is_practice_after: bool = True,
) -> Phase:
    """Where the contest stands at ``now``. Windows are open at their start and shut at their end."""
    if now >= ends_at:
        return Phase.PRACTICE if is_practice_after else Phase.CLOSED
    if now < opens_at:
        return Phase.STUDY if study_from is not None and now >= study_from else Phase.COMING
    if is_paused:
        return Phase.PAUSED
    if rounds and not any(start <= now < end for start, end in rounds):
        return Phase.BETWEEN_ROUNDS
    return Phase.OPEN
