"""Who stands before whom: score, then time, then the earlier finish, then the earlier start of the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

BEST, FIRST, LAST, SUM = "best", "first", "last", "sum"


@dataclass(frozen=True, slots=True)
class Result:
    """What ranks are made of. ``attempt_id`` makes the order total."""

    attempt_id: int
    centipoints: int
    rank_ms: int
    submitted_at: datetime

    @property
    def key(self) -> tuple[int, int, datetime, int]:
        """Small stands before large."""
        return (-self.centipoints, self.rank_ms, self.submitted_at, self.attempt_id)

    @property
    def second(self) -> int:
        """The histogram's bin."""
        return self.rank_ms // 1000


def ranked(results: Iterable[Result]) -> list[Result]:
    """All results in order, the first place first."""
    return sorted(results, key=lambda result: result.key)


def counting(results: Sequence[Result], mode: str) -> Result | None:
    """The result that counts among a participant's own; ``attempt_id`` grows with every attempt. Not for ``SUM``."""
    if not results:
        return None
    if mode == FIRST:
        return min(results, key=lambda result: result.attempt_id)
    if mode == LAST:
        return max(results, key=lambda result: result.attempt_id)
    return min(results, key=lambda result: result.key)


def best_of_rounds(results: Iterable[tuple[int, Result]]) -> list[Result]:
    """The best result of each round, from pairs of round and result."""
    best: dict[int, Result] = {}
    for number, result in results:
        if number not in best or result.key < best[number].key:
            best[number] = result
    return [best[number] for number in sorted(best)]


def added_up(results: Sequence[Result]) -> Result | None:
    """Results of rounds as one: points and times add up, and it was finished when the last of them was."""
    if not results:
        return None
    return Result(
        max(result.attempt_id for result in results),
        sum(result.centipoints for result in results),
        sum(result.rank_ms for result in results),
        max(result.submitted_at for result in results),
    )


def is_replacing(candidate: Result, current: Result | None, mode: str) -> bool:
    """Whether a new result takes the place of the one that counts now."""
    return current is None or counting((current, candidate), mode) is candidate


def rank_time_ms(elapsed_ms: int, seconds_per_paper: int, *, is_extended: bool) -> int:
    """The time that breaks ties. More time on declared need takes no part in it: such a paper counts as having used
    the whole usual time, so that nobody wins by asking for more and nobody needs to prove anything.
    """
    return seconds_per_paper * 1000 if is_extended else elapsed_ms


def histogram_place(above: Iterable[int], own_bin: Iterable[Result], result: Result) -> int:
    """The place (from 1): everybody in better bins (``above``: their counts), and those before it in its own bin."""
    return sum(above) + sum(other.key < result.key for other in own_bin) + 1


def is_better_bin(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether bin ``one`` (centipoints, second) stands before ``other``."""
    return (-one[0], one[1]) < (-other[0], other[1])


def bracket_of(age_band: str, brackets: Sequence[Mapping[str, object]]) -> str:
    """The code of the bracket of an age band; empty when the contest has none for it."""
    for bracket in brackets:
        ages = bracket.get("ages", ())
        if isinstance(ages, (list, tuple)) and age_band in ages:
            return str(bracket.get("code", ""))
    return ""
