"""The way from a right password to an open session."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What is asked for next; the same words as the stages of a session."""

    CODE = "code"
    ENROL = "enrol"
    RENEW = "renew"
    OPEN = "open"


def step_after_password(*, has_second_factor: bool, needs_second_factor: bool, is_expired: bool) -> Step:
    """What follows a right password."""
    if has_second_factor:
        return Step.CODE
    return Step.ENROL if needs_second_factor else step_after_second_factor(is_expired=is_expired)


def step_after_second_factor(*, is_expired: bool) -> Step:
    """What follows a right code, or a second factor that was set up."""
    return Step.RENEW if is_expired else Step.OPEN


def is_expired(set_at: datetime | None, now: datetime, days: int) -> bool:
    """Whether a password is too old; ``days`` 0: none is."""
    return days > 0 and (set_at is None or now - set_at >= timedelta(days=days))
