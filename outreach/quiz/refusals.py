"""Why a call is refused: typed, so that every entrance says the same and counts it."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Reasons; the counters of refused calls go by these words."""

    NOT_FOUND = "not-found"
    NOT_OPEN_YET = "not-open-yet"
    CLOSED = "closed"
    BETWEEN_ROUNDS = "between-rounds"
    PAUSED = "paused"
    NO_ATTEMPT_LEFT = "no-attempt-left"
    NO_ATTEMPT_TODAY = "no-attempt-today"
    NOT_ADMITTED = "not-admitted"
    LATE = "late"
    ALREADY_CLOSED = "already-closed"
    MALFORMED = "malformed"
    FORGED = "forged"
    WORK = "work"
    CONSENT = "consent"
    GUARDIAN = "guardian"
    NICKNAME = "nickname"
    COUNTY = "county"
    UNIT = "unit"
    AGE = "age"
    LOCKED = "locked"
    CODE = "code"


class Refused(Exception):
    """The call is refused; ``detail`` is a code for the sentence, never a secret."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason.value} {detail}".strip())
