"""How times are taken: one call after the other, fastest of a few warm rounds, percentiles over the queries."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

Question = TypeVar("Question")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds per query: the first pass, and the fastest of the warm rounds."""

    cold: tuple[float, ...]
    warm: tuple[float, ...]

    @property
    def p50(self) -> float:
        return percentile(self.warm, 50)

    @property
    def p95(self) -> float:
        return percentile(self.warm, 95)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` per cent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def timed(
    ask: Callable[[Question], object],
    questions: Sequence[Question],
    *,
    before: Callable[[], None] = lambda: None,
    rounds: int = ROUNDS,
) -> Times:
    """Ask every question once cold, then ``rounds`` times warm; ``before`` runs, untimed, before each question."""
    passes = [_one_pass(ask, questions, before) for _round in range(rounds + 1)]
    return Times(tuple(passes[0]), tuple(min(times) for times in zip(*passes[1:], strict=True)))


def _one_pass(
    ask: Callable[[Question], object], questions: Sequence[Question], before: Callable[[], None]
) -> list[float]:
    """One time per question. The collector runs between passes, not inside."""
    gc.collect()
    times = []
    for question in questions:
        before()
        start = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - start) * 1000)
    return times


@dataclass(slots=True)
class Clock:
    """Seconds that the block took, known after it."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Clock]:
    """Time a block."""
    clock, start = Clock(), time.perf_counter()
    yield clock
    clock.seconds = time.perf_counter() - start
