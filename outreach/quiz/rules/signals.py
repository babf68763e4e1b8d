"""Signs of play that is not fair. Each is a reason with a weight for a person to look at; none of them punishes.

What is equal in two papers is looked for in the whole contest, so of each paper no more than a number is kept on the
way (``Fingerprints``); only papers whose number comes twice are compared.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

TOO_FAST: Final = "too-fast"
SAME_ANSWERS: Final = "same-answers"
SHARED_DEVICE: Final = "shared-device"
#: Milliseconds in which a question can be read and answered at all.
READING_MS: Final = 1000
#: Questions from which equal wrong answers say something.
SHORTEST_VECTOR: Final = 5
#: Participants that share a device without remark: a family, a classroom's tablet.
SHARED_FROM: Final = 4
#: Parts that fingerprints are kept in, by their last bits.
SHELVES: Final = 256

#: Answers that earned nothing, as (version id, chosen indices or text).
Wrong: TypeAlias = frozenset[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class AttemptTrace:
    """What is looked at. ``neighbourhood``: the keyed hash of the network around the participant's; empty: unknown."""

    attempt_id: int
    participant_id: int
    questions: int
    elapsed_ms: int
    neighbourhood: str = ""
    wrong: Wrong = frozenset()


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason about one attempt; ``weight`` from 1 to 100."""

    attempt_id: int
    kind: str
    weight: int
    details: dict[str, Any] = field(default_factory=dict, hash=False)


def too_fast(trace: AttemptTrace) -> Signal | None:
    """A paper that was handed in before its questions can have been read."""
    per_question = trace.elapsed_ms // max(trace.questions, 1)
    if per_question >= READING_MS:
        return None
    weight = 40 + 60 * (READING_MS - per_question) // READING_MS
    return Signal(trace.attempt_id, TOO_FAST, weight, {"ms_per_question": per_question})


def same_answers(group: Sequence[AttemptTrace]) -> list[Signal]:
    """Papers with the same wrong answers to the same questions: right ones are the same for everybody who knows.

    One participant's own papers say nothing.
    """
    people = {trace.participant_id for trace in group}
    wrong = len(group[0].wrong)
    if len(people) < 2 or wrong < SHORTEST_VECTOR:
        return []
    networks = {trace.neighbourhood for trace in group}
    is_one_network = len(networks) == 1 and networks != {""}
    weight = min(100, 40 + 5 * len(people) + 5 * wrong // 2 + 20 * is_one_network)
    details = {"people": len(people), "wrong": wrong, "one_network": is_one_network}
    return [Signal(trace.attempt_id, SAME_ANSWERS, weight, dict(details)) for trace in group]


def shared_device(attempt_id: int, people: int) -> Signal | None:
    """A paper of somebody whose device and network ``people`` participants share."""
    if people < SHARED_FROM:
        return None
    return Signal(attempt_id, SHARED_DEVICE, min(80, 10 + 5 * people), {"people": people})


class Fingerprints:
    """Which papers may have the same wrong answers: 16 bytes a paper, so that millions fit into one process."""

    def __init__(self) -> None:
        self._shelves = [(array("Q"), array("Q")) for _number in range(SHELVES)]

    def add(self, trace: AttemptTrace) -> None:
        """Remember a paper; not one with too few wrong answers."""
        if len(trace.wrong) >= SHORTEST_VECTOR:
            number = _fingerprint(trace.wrong)
            numbers, attempts = self._shelves[number % SHELVES]
            numbers.append(number)
            attempts.append(trace.attempt_id)

    def groups(self) -> Iterator[list[int]]:
        """Ids of papers with one fingerprint, two or more of each; a shelf at a time, which keeps this small too."""
        for numbers, attempts in self._shelves:
            found: dict[int, list[int]] = {}
            for number, attempt_id in zip(numbers, attempts, strict=True):
                found.setdefault(number, []).append(attempt_id)
            yield from (group for group in found.values() if len(group) > 1)


def _fingerprint(wrong: Wrong) -> int:
    return int.from_bytes(hashlib.blake2b(repr(sorted(wrong)).encode(), digest_size=8).digest(), "big")
