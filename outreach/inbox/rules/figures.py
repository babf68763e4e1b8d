"""Figures of the inbox for a year, by kind: what the yearly report of the site asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from outreach.inbox.rules.clocks import working_days_between
from outreach.inbox.rules.states import State

ALL: Final = ""


@dataclass(frozen=True, slots=True)
class Handled:
    """What the figures need of one letter; days of China."""

    kind: str
    state: str
    received_on: date
    due_on: date
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One line: letters of one kind (``ALL``: of every kind)."""

    kind: str
    received: int
    answered: int
    in_time: int
    overdue: int
    rejected: int
    merged: int
    #: Working days from receipt to answer; None without answers.
    median_days: float | None

    @property
    def in_time_share(self) -> float | None:
        """Part of the answers that came in time."""
        return self.in_time / self.answered if self.answered else None


def figures(letters: Iterable[Handled], kinds: Sequence[str], today: date) -> list[Figures]:
    """A line for each of ``kinds`` and each other kind that has letters, and one for all."""
    given = list(letters)
    codes = dict.fromkeys([*kinds, *(letter.kind for letter in given)])
    lines = [_line(code, [letter for letter in given if letter.kind == code], today) for code in codes]
    return [*lines, _line(ALL, given, today)]


def _line(kind: str, letters: Sequence[Handled], today: date) -> Figures:
    days = [working_days_between(one.received_on, one.answered_on) for one in letters if one.answered_on]
    return Figures(
        kind,
        received=len(letters),
        answered=len(days),
        in_time=sum(1 for one in letters if one.answered_on and one.answered_on <= one.due_on),
        overdue=sum(_is_overdue(one, today) for one in letters),
        rejected=sum(one.state == State.REJECTED for one in letters),
        merged=sum(one.state == State.MERGED for one in letters),
        median_days=median(days) if days else None,
    )


def _is_overdue(letter: Handled, today: date) -> bool:
    """Whether the answer came too late, or is late and still missing."""
    if letter.answered_on:
        return letter.answered_on > letter.due_on
    return letter.state in (State.RECEIVED, State.ASSIGNED) and today > letter.due_on
