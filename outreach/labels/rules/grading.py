"""From measured values to a grade, under one edition of a standard. Plain values in, plain values out.

A metric on its own has a grade: the best step whose band holds the value. The worst metric decides. Where a step's
limits are not recorded, or a value is missing, the answer is a range of ranks and nothing more is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SAME = "same"
DIFFERS = "differs"
NOT_COMPUTABLE = "not-computable"

#: From sure to unsure; a result is as unsure as the weakest limit it rests on.
CERTAINTIES = ("sourced", "data", "data-inferred", "recalled", "disputed")


@dataclass(frozen=True, slots=True)
class Limit:
    """One condition: ``metric`` inside a band. A missing bound is open."""

    metric: str
    low: float | None = None
    is_low_inclusive: bool = True
    high: float | None = None
    is_high_inclusive: bool = True
    certainty: str = "sourced"

    def holds(self, value: float) -> bool:
        if self.low is not None and (value < self.low or (value == self.low and not self.is_low_inclusive)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.is_high_inclusive)


@dataclass(frozen=True, slots=True)
class Step:
    """One grade of a scale; ``rank`` 1 is the best. No limits: they are not recorded."""

    code: str
    rank: int
    limits: tuple[Limit, ...] = ()


#: What one metric says of each step, best step first: rank, the step's limits of this metric, whether the step has any
#: recorded limits at all.
Ladder = tuple[tuple[int, tuple[Limit, ...], bool], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The steps of one edition for one subtype. ``is_complete`` is false where the standard asks for more than the
    recorded metrics, or the subtype is unknown and matters: a computed grade is a best case then.
    """

    steps: tuple[Step, ...]
    is_complete: bool = True
    last: int = field(init=False)
    ladders: tuple[tuple[str, Ladder], ...] = field(init=False)

    def __post_init__(self) -> None:
        steps = sorted(self.steps, key=lambda step: step.rank)
        metrics = dict.fromkeys(limit.metric for step in steps for limit in step.limits)
        ladders = tuple((metric, _ladder(steps, metric)) for metric in metrics)
        object.__setattr__(self, "last", steps[-1].rank if steps else 0)
        object.__setattr__(self, "ladders", ladders)

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(metric for metric, _ladder in self.ladders)


def _ladder(steps: Sequence[Step], metric: str) -> Ladder:
    return tuple(
        (step.rank, tuple(limit for limit in step.limits if limit.metric == metric), bool(step.limits))
        for step in steps
    )


@dataclass(frozen=True, slots=True)
class GradeResult:
    """Which ranks are possible: ``best`` to ``worst``. One more than the last step means outside of the scale.

    ``deciding``: the metrics that rule out anything better than ``best`` (all of them at grade 1).
    ``certainty``: that of the weakest limit used; empty when no limit was used.
    """

    best: int
    worst: int
    last: int
    deciding: tuple[str, ...]
    certainty: str

    @property
    def rank(self) -> int | None:
        """The computed rank when there is exactly one, and it is on the scale."""
        return self.best if self.best == self.worst <= self.last else None

    @property
    def is_outside(self) -> bool:
        """True when the values miss even the last step, the limit value."""
        return self.best > self.last

    def check(self, declared: int | None) -> str:
        """How the declared rank stands against this: the same, certainly another one, or nothing can be said."""
        if declared is None:
            return NOT_COMPUTABLE
        if not self.best <= declared <= self.worst:
            return DIFFERS
        return SAME if self.best == self.worst else NOT_COMPUTABLE


@dataclass(frozen=True, slots=True)
class _MetricGrade:
    metric: str
    best: int
    worst: int
    used: tuple[Limit, ...]


def compute_grade(scale: Scale, values: Mapping[str, float]) -> GradeResult:
    """Grade ``values`` (by metric code) on ``scale``. Metrics that the scale does not know are ignored."""
    last = scale.last
    parts = [_grade_metric(ladder, last, metric, values.get(metric)) for metric, ladder in scale.ladders]
    if not parts:
        return GradeResult(best=1, worst=last + 1, last=last, deciding=(), certainty="")
    best = max(part.best for part in parts)
    worst = max(part.worst for part in parts) if scale.is_complete else last + 1
    deciding = [part for part in parts if part.best == best and part.used]
    used = [limit for part in (parts if best == 1 else deciding) for limit in part.used]
    return GradeResult(best, worst, last, tuple(part.metric for part in deciding), _weakest(used))


def _grade_metric(ladder: Ladder, last: int, metric: str, value: float | None) -> _MetricGrade:
    """Ranks that one metric leaves possible, and the limits that say so."""
    if value is None:
        return _MetricGrade(metric, 1, last + 1, ())
    missed: list[tuple[int, Limit]] = []
    for rank, limits, is_recorded in ladder:
        failing = [limit for limit in limits if not limit.holds(value)]
        if failing:
            missed += [(rank, limit) for limit in failing]
        elif is_recorded:
            return _MetricGrade(metric, _next_rank(missed), rank, (*_edge(missed), *limits))
    return _MetricGrade(metric, _next_rank(missed), last + 1, _edge(missed))


def _next_rank(missed: Sequence[tuple[int, Limit]]) -> int:
    return missed[-1][0] + 1 if missed else 1


def _edge(missed: Sequence[tuple[int, Limit]]) -> tuple[Limit, ...]:
    """The limits of the last missed step: they rule out everything better."""
    return tuple(limit for rank, limit in missed if rank == missed[-1][0])


def _weakest(limits: Sequence[Limit]) -> str:
    known = [limit.certainty for limit in limits if limit.certainty in CERTAINTIES]
    return max(known, key=CERTAINTIES.index, default="")
