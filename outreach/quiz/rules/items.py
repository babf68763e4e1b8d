"""Item analysis: how hard a question was, whether those who know got it right, what the wrong options did.

* p-value: mean share of its points that the question earned (0 to 1);
* discrimination: point-biserial correlation between "fully right" and the rest of the paper's score in per cent,
  so that a question does not agree with itself;
* distractors: who chose which option, and how those people did in the rest of their papers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

TOO_HARD: Final = "too-hard"
TOO_EASY: Final = "too-easy"
WEAK: Final = "weak"
REVERSED: Final = "reversed"
UNUSED_OPTION: Final = "unused-option"
KEY_SUSPECT: Final = "key-suspect"
FEW: Final = "few"
#: Below this many answers nothing is concluded.
ENOUGH: Final = 30
HARD_BELOW: Final = 0.2
EASY_ABOVE: Final = 0.95
WEAK_BELOW: Final = 0.1
UNUSED_BELOW: Final = 0.02


@dataclass(slots=True)
class OptionTally:
    """Who chose an option: how many, and the sum of the rest of their scores."""

    count: int = 0
    rest: float = 0.0

    @property
    def mean_rest(self) -> float | None:
        return self.rest / self.count if self.count else None


@dataclass(slots=True)
class Tally:
    """Sums over the papers that held a question. ``add`` is all that ever changes them."""

    count: int = 0
    shares: float = 0.0
    full: int = 0
    rest: float = 0.0
    rest_squares: float = 0.0
    rest_of_full: float = 0.0
    unanswered: int = 0
    options: dict[int, OptionTally] = field(default_factory=dict)

    def add(self, share: float, rest: float, chosen: Iterable[int] | None) -> None:
        """One paper: the share that the question earned, the share of all other points, the chosen options."""
        self.count += 1
        self.shares += share
        self.rest += rest
        self.rest_squares += rest * rest
        if share >= 1:
            self.full += 1
            self.rest_of_full += rest
        if chosen is None:
            self.unanswered += 1
        for index in chosen or ():
            option = self.options.setdefault(index, OptionTally())
            option.count += 1
            option.rest += rest

    @property
    def p_value(self) -> float | None:
        return self.shares / self.count if self.count else None

    @property
    def discrimination(self) -> float | None:
        """Point-biserial; None when everybody or nobody was right, or all had the same rest score."""
        wrong = self.count - self.full
        if not self.full or not wrong:
            return None
        spread = self.rest_squares / self.count - (self.rest / self.count) ** 2
        if spread <= 1e-12:
            return None
        difference = self.rest_of_full / self.full - (self.rest - self.rest_of_full) / wrong
        found = difference / math.sqrt(spread) * math.sqrt(self.full * wrong) / self.count
        return max(-1.0, min(1.0, found))


def flags(tally: Tally, option_count: int, right: frozenset[int], *, is_choice: bool) -> list[str]:
    """What a person should look at; ``is_choice``: options are chosen, so distractors mean something."""
    if tally.count < ENOUGH:
        return [FEW]
    found, p_value, power = [], tally.p_value or 0.0, tally.discrimination
    if p_value < HARD_BELOW:
        found.append(TOO_HARD)
    if p_value > EASY_ABOVE:
        found.append(TOO_EASY)
    if power is not None and power < 0:
        found.append(REVERSED)
    elif power is not None and power < WEAK_BELOW:
        found.append(WEAK)
    if is_choice:
        found += _option_flags(tally, option_count, right)
    return found


def _option_flags(tally: Tally, option_count: int, right: frozenset[int]) -> list[str]:
    wrong = [index for index in range(option_count) if index not in right]
    counts = {index: tally.options.get(index, OptionTally()) for index in range(option_count)}
    found = []
    if any(counts[index].count < UNUSED_BELOW * tally.count for index in wrong):
        found.append(UNUSED_OPTION)
    best = max((counts[index].mean_rest or 0.0 for index in right if counts[index].count), default=None)
    often = [counts[index] for index in wrong if counts[index].count >= max(ENOUGH // 3, 0.1 * tally.count)]
    if best is not None and any((option.mean_rest or 0.0) > best for option in often):
        found.append(KEY_SUSPECT)
    return found


def rest_share(marks: Sequence[int], points: Sequence[int], position: int) -> float:
    """The share of all points but those of one question; ``marks`` in hundredths."""
    whole = 100 * (sum(points) - points[position])
    return (sum(marks) - marks[position]) / whole if whole else 0.0


def topic_means(tallies: Mapping[int, Tally], topics: Mapping[int, str]) -> dict[str, tuple[int, float]]:
    """For each topic how many answers were marked, and the mean share that they earned."""
    sums: dict[str, tuple[int, float]] = {}
    for version_id, tally in tallies.items():
        count, shares = sums.get(topics[version_id], (0, 0.0))
        sums[topics[version_id]] = (count + tally.count, shares + tally.shares)
    return {topic: (count, shares / count if count else 0.0) for topic, (count, shares) in sorted(sums.items())}
