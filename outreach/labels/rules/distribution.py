"""How many products lie where: the bins of a histogram, and a figure's place among others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Figures = Sequence[float] | NDArray[np.float64]

#: Most bins that a histogram shows.
MOST_BINS: Final = 12
#: The outermost hundredth at each end goes into the outer bins, so that one odd figure does not flatten the rest.
TRIMMED: Final = 1.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Figures from ``low`` up to, not including, ``high``; an outer bin without a bound holds all that lie beyond."""

    low: float | None
    high: float | None
    count: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands among ``total`` others: how many are ``better``, ``equal`` and ``worse``."""

    total: int
    better: int
    equal: int
    worse: int

    @property
    def worse_share(self) -> float:
        """Which part of all is worse, 0 to 1."""
        return self.worse / self.total if self.total else 0.0


def place(ordered: Figures, value: float, *, is_lower_better: bool = True) -> Place:
    """The place of ``value`` among figures in rising order."""
    low, high = (int(np.searchsorted(ordered, value, side)) for side in ("left", "right"))
    below, above = low, len(ordered) - high
    better, worse = (below, above) if is_lower_better else (above, below)
    return Place(len(ordered), better, high - low, worse)


def bins(ordered: Figures, marked: float | None = None) -> tuple[Bin, ...]:
    """At most ``MOST_BINS`` bins with round edges over figures in rising order; the one with ``marked`` is marked."""
    if not len(ordered):
        return ()
    edges = _edges(*(float(edge) for edge in np.percentile(ordered, (TRIMMED, 100 - TRIMMED))))
    positions = np.searchsorted(ordered, edges)
    inner = [
        Bin(low, high, int(end - start), marked is not None and low <= marked < high)
        for (low, high), (start, end) in zip(pairwise(edges), pairwise(positions), strict=True)
    ]
    below, above = int(positions[0]), len(ordered) - int(positions[-1])
    first = Bin(None, edges[0], below, marked is not None and marked < edges[0])
    last = Bin(edges[-1], None, above, marked is not None and marked >= edges[-1])
    return tuple(entry for entry in (first, *inner, last) if entry in inner or entry.count or entry.is_marked)


def _edges(low: float, high: float) -> list[float]:
    """Round edges that enclose both figures."""
    step = _round_step((high - low) / (MOST_BINS - 3))
    first = math.floor(low / step)
    last = math.floor(high / step) + 1
    return [round(number * step, 6) for number in range(first, last + 1)]


def _round_step(width: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below ``width``."""
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in _STEPS if step * power >= width * (1 - 1e-9))
