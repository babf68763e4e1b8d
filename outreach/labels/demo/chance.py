"""Chance that is the same everywhere: a seeded generator of which only ``random()`` is used, and picks made of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Repeatable picks. The same words give the same picks on every machine and Python version."""

    def __init__(self, *words: str) -> None:
        self._random = Random("/".join(words)).random

    def happens(self, share: float) -> bool:
        return self._random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[int]) -> T:
        point = self._random() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def day(self, first: date, last: date) -> date:
        """A day from ``first`` to ``last``, moved to Monday where it is a weekend (never past ``last``)."""
        day = first + timedelta(days=self.number(0, (last - first).days))
        return min(day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0), last)
