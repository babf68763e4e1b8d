"""Until when a letter must be answered, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5


class Clock(StrEnum):
    """How the time for an answer stands."""

    RUNNING = "running"
    #: The last day, or the one before.
    SOON = "soon"
    OVERDUE = "overdue"
    #: An answer, in time or too late; or a letter that needs none.
    IN_TIME = "in_time"
    LATE = "late"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Due:
    """The clock of one letter. ``days``: working days left, or past the last one."""

    clock: Clock
    days: int


def last_day(received_on: date, days: int) -> date:
    """The day ``days`` working days after ``received_on``. Public holidays count as working days: never too late."""
    found = received_on
    while days > 0:
        found += timedelta(days=1)
        days -= found.weekday() < SATURDAY
    return found


def working_days_between(since: date, until: date) -> int:
    """Working days from the day after ``since`` up to ``until``; 0 when that lies before."""
    return sum(
        1 for number in range(1, (until - since).days + 1) if (since + timedelta(days=number)).weekday() < SATURDAY
    )


def due(due_on: date, today: date, answered_on: date | None, *, needs_answer: bool) -> Due:
    """How the clock of a letter stands. ``needs_answer``: it is open or has been answered."""
    if answered_on is not None:
        late = working_days_between(due_on, answered_on)
        return Due(Clock.LATE if answered_on > due_on else Clock.IN_TIME, late)
    if not needs_answer:
        return Due(Clock.NONE, 0)
    if today > due_on:
        return Due(Clock.OVERDUE, max(working_days_between(due_on, today), 1))
    left = working_days_between(today, due_on)
    return Due(Clock.SOON if left <= 1 else Clock.RUNNING, left)
